"""Texts in the characters that a scheme takes. Every change is recorded, none is silent."""

import unicodedata

from remit.kernel.value import value

SEPA = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-?:().,'+ ")
"""The Latin set that every SEPA bank takes (EPC217-08)."""

UNKNOWN = "."
"""What stands for a character that has no likeness in the set."""

_LIKENESS = {
    "\u00c6": "AE", "\u00e6": "ae", "\u0152": "OE", "\u0153": "oe", "\u00d8": "O", "\u00f8": "o",
    "\u00d0": "D", "\u00f0": "d", "\u0110": "D", "\u0111": "d", "\u0126": "H", "\u0127": "h",
    "\u0141": "L", "\u0142": "l", "\u00de": "TH", "\u00fe": "th", "\u00df": "ss", "\u1e9e": "SS",
    "\u0131": "i", "\u0138": "k", "\u014a": "N", "\u014b": "n", "\u0166": "T", "\u0167": "t",
    "&": "+", "_": "-", "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-",
    "\u2018": "'", "\u2019": "'", "\u201a": ",", "\u201c": "'", "\u201d": "'", "`": "'",
    '"': "'", "\u00b4": "'", "\u20ac": "EUR", "\u00a3": "GBP", "@": "(at)", ";": ",", "!": ".",
    "#": ".", "%": ".", "*": ".", "=": "-", "[": "(", "]": ")", "{": "(", "}": ")", "<": "(",
    ">": ")", "\\": "/", "|": "/", "~": "-", "^": ".", "$": "USD", "\t": " ", "\n": " ", "\r": " ",
}  # fmt: skip

# Greek as ELOT 743, Cyrillic as the Bulgarian law of 2009 with the letters of its neighbours.
_LETTERS = {
    "\u0391 \u0392 \u0393 \u0394 \u0395 \u0396 \u0397 \u0398 \u0399 \u039a \u039b \u039c \u039d "
    "\u039e \u039f \u03a0 \u03a1 \u03a3 \u03a4 \u03a5 \u03a6 \u03a7 \u03a8 \u03a9":
    "A V G D E Z I TH I K L M N X O P R S T Y F CH PS O",
    "\u0410 \u0411 \u0412 \u0413 \u0414 \u0415 \u0416 \u0417 \u0418 \u0419 \u041a \u041b \u041c "
    "\u041d \u041e \u041f \u0420 \u0421 \u0422 \u0423 \u0424 \u0425 \u0426 \u0427 \u0428 \u0429 "
    "\u042a \u042b \u042c \u042d \u042e \u042f \u0404 \u0406 \u0407 \u0490 \u0402 \u0408 \u0409 "
    "\u040a \u040b \u040f":
    "A B V G D E ZH Z I Y K L M N O P R S T U F H TS CH SH SHT A Y Y E YU YA YE I YI G DJ J LJ "
    "NJ C DZ",
}  # fmt: skip
for _originals, _latin in _LETTERS.items():
    for _letter, _spelling in zip(_originals.split(), _latin.split(), strict=True):
        _LIKENESS[_letter] = _spelling
        _LIKENESS[_letter.lower()] = _spelling.lower()
_LIKENESS["\u03c2"] = "s"  # the sigma at a word's end


@value
class Change:
    """One character of the original that was written otherwise, counted from 0."""

    position: int
    before: str
    after: str


@value
class Written:
    """A text in the scheme's characters, and how it came from the original."""

    text: str
    changes: tuple[Change, ...] = ()

    @property
    def lost(self) -> bool:
        """Whether a character had no likeness, so that the original cannot be guessed."""
        return any(
            change.after == UNKNOWN and change.before not in _LIKENESS for change in self.changes
        )


def transliterate(text: str, allowed: frozenset[str] | None = SEPA) -> Written:
    """`text` in the characters of `allowed`; None allows everything that XML does.

    Letters lose their marks or take their usual Latin spelling; what has none becomes a dot.
    """
    if allowed is None:
        return Written(text=text)
    changes, pieces = [], []
    # Composed first, so that a letter and its mark are one change, and in one place.
    for position, before in enumerate(unicodedata.normalize("NFC", text)):
        after = before if before in allowed else _like(before, allowed)
        pieces.append(after)
        if after != before:
            changes.append(Change(position=position, before=before, after=after))
    return Written(text="".join(pieces), changes=tuple(changes))


def _like(character: str, allowed: frozenset[str]) -> str:
    bare = "".join(
        _LIKENESS.get(part, part)
        for part in unicodedata.normalize("NFKD", _LIKENESS.get(character, character))
        if not unicodedata.combining(part)
    )
    if not bare:
        return ""  # a mark by itself
    return bare if all(part in allowed for part in bare) else UNKNOWN
