"""How alike two tokens are: Jaro-Winkler with the penalties that Moov's Watchman publishes."""

from remit.screening.policy import Policy

_PREFIX_SCALE = 0.1  # Winkler's own


def jaro(one: str, other: str) -> float:
    """Jaro's similarity, 0 to 1, the same both ways."""
    if one == other:
        return 1.0
    if (len(one), one) > (len(other), other):
        one, other = other, one
    # At least 1: Jaro's own window would see nothing of two letters swapped in a word of three.
    window = max(len(other) // 2 - 1, 1)
    found, taken = [], [False] * len(other)
    for place, letter in enumerate(one):
        end = place + window + 1
        at = other.find(letter, max(place - window, 0), end)
        while at >= 0 and taken[at]:
            at = other.find(letter, at + 1, end)
        if at >= 0:
            taken[at] = True
            found.append(letter)
    same = len(found)
    if not same:
        return 0.0
    there = [letter for letter, was_taken in zip(other, taken, strict=True) if was_taken]
    moved = sum(map(str.__ne__, found, there)) / 2
    return (same / len(one) + same / len(other) + (same - moved) / same) / 3


def similarity(one: str, other: str, policy: Policy) -> float:
    """Jaro-Winkler with penalties for different lengths and first letters; 1 only if equal."""
    score = jaro(one, other)
    if score == 1.0:
        return score
    if score > policy.boost_threshold:
        score += _PREFIX_SCALE * _prefix(one, other, policy.boost_prefix) * (1 - score)
    ratio = min(len(one), len(other)) / max(len(one), len(other))
    if ratio < policy.length_cutoff:
        score *= 1 - (1 - ratio) * policy.length_penalty
    if one[0] != other[0]:
        score *= policy.first_letter_penalty
    return score


def reasons(one: str, other: str, policy: Policy) -> tuple[str, ...]:
    """What `similarity` of the two was made from."""
    if one == other:
        return ("exact",)
    why = ["similar"]
    if min(len(one), len(other)) / max(len(one), len(other)) < policy.length_cutoff:
        why.append("length")
    if one[0] != other[0]:
        why.append("first_letter")
    return tuple(why)


def _prefix(one: str, other: str, most: int) -> int:
    same = 0
    for a, b in zip(one[:most], other[:most], strict=False):
        if a != b:
            break
        same += 1
    return same


def pairs(token: str) -> tuple[str, ...]:
    """The pairs of neighbouring letters in `token`, its ends among them, each once."""
    framed = f"^{token}$"
    return tuple(dict.fromkeys(map(str.__add__, framed, framed[1:])))


def least_shared(one: int, other: int) -> int:
    """How many pairs two tokens of these lengths must share to be compared at all.

    A letter changed leaves all but two of the pairs, two letters swapped all but three.
    """
    shorter = min(one, other)
    if shorter <= _SHORT:
        return shorter - 1
    return max(2, (_DICE_PERCENT * (one + other + 2) + 100) // 200)


def longest_gap(length: int) -> int:
    """By how many letters a longer token may differ from one of this length to be compared."""
    return max(0, min(3, length // 2 if length > _SHORT else length - 2))


def swapped(token: str) -> tuple[str, ...]:
    """For a short token, what it is with two neighbouring letters swapped: it shares few pairs."""
    if len(token) > _SHORT:
        return ()
    return tuple(
        token[:at] + token[at + 1] + token[at] + token[at + 2 :] for at in range(len(token) - 1)
    )


_SHORT = 3
_DICE_PERCENT = 45


def likeness(one: str, other: str, policy: Policy) -> float:
    """`similarity` of two tokens, or 0 when it is not worth a look: the same both ways."""
    if one == other:
        return 1.0
    shorter = min(len(one), len(other))
    if shorter == 1 or abs(len(one) - len(other)) > longest_gap(shorter):
        return 0.0
    shared = len({*pairs(one)} & {*pairs(other)})
    if shared < least_shared(len(one), len(other)) and one not in swapped(other):
        return 0.0
    score = similarity(one, other, policy)
    return score if score >= policy.least_similarity else 0.0
