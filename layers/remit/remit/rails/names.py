"""Names cut into words that can be compared; marks, titles and legal forms are told apart.

A word is never cut: what is taken off is taken off whole. Each list says what it is for.
"""

import re
import unicodedata

from remit.kernel.value import value

_SPELLINGS = {
    "\u00e6": "ae", "\u0153": "oe", "\u00f8": "o", "\u00f0": "d", "\u0111": "d", "\u0142": "l",
    "\u00fe": "th", "\u00df": "ss", "\u0131": "i", "\u0127": "h", "\u0167": "t",
}  # fmt: skip
_GERMAN = {"\u00e4": "ae", "\u00f6": "oe", "\u00fc": "ue", "\u00f8": "oe", "\u00e5": "aa"}
_APOSTROPHES = re.compile("['`\u2018\u2019\u02bc\u00b4]")  # O'Brien is one word
_BETWEEN = re.compile(r"[\W_]+")

JOINING = frozenset(["and", "und", "en", "et", "y", "e", "i", "og", "och", "ja"])
"""Words between two holders, or in a firm's name, that say no more than `&`."""

_PERSON_JOINS = re.compile(r"\s*(?:&|\+|/|;|\b(?:and|und|en|et)\b)\s*", re.IGNORECASE)

TITLES = frozenset(
    [
        *("mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "rev", "herr", "frau", "dhr"),
        *("mevr", "mw", "drs", "mme", "mlle", "monsieur", "madame", "sra", "srta", "sig"),
        *("sigra", "dott", "avv"),
    ]
)
"""Words before a person's name that are no part of it."""

LEGAL_FORMS = {
    form: form_group
    for form_group, forms in {
        "ltd": "ltd|limited|co ltd|company limited|ltd co|pte ltd|pty ltd|private limited",
        "plc": "plc|public limited company",
        "llc": "llc|l l c",
        "llp": "llp|limited liability partnership",
        "inc": "inc|incorporated|corp|corporation",
        "gmbh": "gmbh|gesellschaft mit beschrankter haftung|mbh",
        "gmbh co kg": "gmbh co kg|gmbh und co kg",
        "ag": "ag|aktiengesellschaft",
        "kg": "kg|kommanditgesellschaft",
        "ohg": "ohg",
        "ug": "ug|ug haftungsbeschrankt",
        "ev": "ev|e v|eingetragener verein",
        "bv": "bv|b v|besloten vennootschap",
        "nv": "nv|n v|naamloze vennootschap",
        "vof": "vof",
        "sa": "sa|societe anonyme|sociedad anonima",
        "sas": "sas",
        "sarl": "sarl",
        "srl": "srl|s r l",
        "spa": "spa|s p a",
        "sl": "sl|sociedad limitada",
        "lda": "lda|limitada",
        "ab": "ab|aktiebolag",
        "as": "as|a s|aksjeselskap",
        "aps": "aps|anpartsselskab",
        "oy": "oy|osakeyhtio",
        "oyj": "oyj",
        "sro": "sro|s r o",
        "zoo": "sp z oo|spolka z oo|sp zoo",
        "kft": "kft",
        "se": "se",
    }.items()
    for form in forms.split("|")
}
"""Legal forms, as words, to the form that they all mean."""

_MOST_FORM_WORDS = 4


@value
class Name:
    """A name in words, and its legal form when it ends in one."""

    words: tuple[str, ...]
    legal_form: str | None = None


def spelled(text: str, *, german: bool = False, firm: bool = False) -> tuple[str, ...]:
    """The words of `text` in small letters without marks.

    `german` writes an umlaut as two letters. A dot ends a word, but not in a `firm`'s `S.A.`.
    """
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).casefold())
    table = _SPELLINGS | _GERMAN if german else _SPELLINGS
    spelt = unicodedata.normalize("NFKD", "".join(table.get(each, each) for each in folded))
    bare = "".join(letter for letter in spelt if not unicodedata.combining(letter))
    bare = _APOSTROPHES.sub("", bare.replace(".", "" if firm else " "))
    return tuple(_BETWEEN.sub(" ", bare).split())


def person(words: tuple[str, ...]) -> Name:
    """A person's name: titles before it are taken off, while two words are left."""
    while len(words) > 2 and words[0] in TITLES:  # noqa: PLR2004
        words = words[1:]
    return Name(words=words)


def firm(words: tuple[str, ...]) -> Name:
    """A firm's name: a legal form at its end is told apart, joining words and `the` are out."""
    found = _form_at_end(words)
    kept = words[: len(words) - found[0]] if found else words
    told = tuple(word for word in kept if word not in JOINING and word != "the") or kept
    return Name(words=told, legal_form=found[1] if found else None)


def holders(text: str) -> tuple[str, ...]:
    """The people that a joint name such as `Jan & Eva Smit` means; one, when it is no joint name.

    Who is written without a family name has that of the last.
    """
    parts = [part for part in _PERSON_JOINS.split(text.strip()) if part.strip()]
    if not parts:
        return (text,)
    words = parts[-1].split()
    family = words[-1] if len(words) > 1 else ""
    return tuple(
        f"{part} {family}".strip() if len(part.split()) == 1 and family else part for part in parts
    )


def _form_at_end(words: tuple[str, ...]) -> tuple[int, str] | None:
    """How many words at the end are a legal form, and which; never the whole name."""
    for count in range(min(_MOST_FORM_WORDS, len(words) - 1), 0, -1):
        meant = LEGAL_FORMS.get(" ".join(words[-count:]))
        if meant is not None:
            return count, meant
    return None
