"""A name to the tokens that are compared. Nothing that this gives is shown or stored as a name."""

import unicodedata
from functools import lru_cache

from remit.kernel.errors import Rejection
from remit.screening.letters import AFTER, BEFORE

MAX_CHARACTERS = 500
MAX_TOKENS = 32
MAX_TOKEN = 40
"""A longer token is compared in pieces of this length."""

LEGAL_FORMS = frozenset({
    "ab", "ag", "aktiengesellschaft", "anonim", "as", "asa", "bhd", "bv", "bvba", "co", "company",
    "corp", "corporation", "cv", "doo", "ead", "eood", "eurl", "fzc", "fzco", "fze", "fzllc",
    "gesellschaft", "gmbh", "inc", "incorporated", "jsc", "kft", "kg", "kk", "lda", "limited",
    "llc", "llp", "lp", "ltd", "ltda", "nv", "oao", "ojsc", "ooo", "oy", "oyj", "pao", "pjsc",
    "plc", "pt", "pte", "pty", "pvt", "sa", "sadecv", "sae", "sal", "saog", "saoc", "sapi", "sarl",
    "sas", "sdn", "sirketi", "sl", "sp", "spa", "spolka", "sprl", "srl", "sro", "tbk", "ug", "zao",
})  # fmt: skip
"""Words that say what a business is in law. Only whole words at an end of its name count."""

_LINKS = frozenset({"and", "de", "y", "&"})


class UnscreenableName(Rejection):
    """A name that cannot be compared: no letter or digit in it, or too long."""

    status = 422
    title = "The name cannot be screened"


@lru_cache(maxsize=512)
def tokens(name: str, *, business: bool) -> tuple[str, ...]:
    """The tokens of `name` in its order, in Latin letters where we can.

    Of a business single letters are put together (`S. A.` is `sa`), and legal forms at either end
    are left out, unless nothing else is left. Raises `UnscreenableName`.
    """
    if len(name) > MAX_CHARACTERS:
        raise UnscreenableName(f"at most {MAX_CHARACTERS} characters can be compared")
    words = _words(name)
    if business:
        words = _without_legal_forms(_together(words))
    pieces = [
        word[start : start + MAX_TOKEN]
        for word in words
        for start in range(0, len(word), MAX_TOKEN)
    ]
    if not pieces:
        raise UnscreenableName("there is no letter or digit in it")
    if len(pieces) > MAX_TOKENS:
        raise UnscreenableName(f"at most {MAX_TOKENS} words can be compared")
    return tuple(pieces)


def _words(name: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", name.translate(BEFORE).casefold()).casefold()
    letters = "".join(map(_kept, folded)).translate(AFTER)
    return letters.split()


def _kept(character: str) -> str:
    """The character where it can tell names apart, nothing for a mark on one, else a space."""
    if character.isalnum():
        return character
    return "" if unicodedata.category(character) in ("Mn", "Me", "Cf") else " "


def _together(words: list[str]) -> list[str]:
    """`words` with each run of single letters as one word."""
    found: list[str] = []
    letters = ""
    for word in [*words, ""]:
        if len(word) == 1:
            letters += word
            continue
        found += [letters] if letters else []
        found += [word] if word else []
        letters = ""
    return found


def _without_legal_forms(words: list[str]) -> list[str]:
    first, last = 0, len(words)
    while last - first > 1 and words[last - 1] in LEGAL_FORMS | _LINKS:
        last -= 1
    while last - first > 1 and words[first] in LEGAL_FORMS:
        first += 1
    return words[first:last]
