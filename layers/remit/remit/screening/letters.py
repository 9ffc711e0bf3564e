"""Letters to Latin ones, for comparing only: what Unicode does not decompose, Cyrillic and Greek.

Other scripts are compared as they are written: a wrong guess at their vowels would hide more than
it finds, and the lists give names in the original script beside their own romanisations.
"""
# ruff: noqa: RUF001 - these letters do look like others: that is why they are here

_LATIN = {
    "æ": "ae", "ð": "d", "ø": "o", "þ": "th", "đ": "d", "ħ": "h", "ı": "i", "ĸ": "k", "ł": "l",
    "ŋ": "n", "œ": "oe", "ŧ": "t", "ƒ": "f", "ə": "a", "ɓ": "b", "ɗ": "d", "ƙ": "k",
}  # fmt: skip
# BGN/PCGN's romanisation of Russian, Ukrainian and their neighbours, without its marks.
_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
    "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y",
    "ь": "", "э": "e", "ю": "yu", "я": "ya", "є": "ye", "і": "i", "ґ": "g", "ђ": "dj", "ј": "j",
    "љ": "lj", "њ": "nj", "ћ": "c", "џ": "dz", "ў": "u", "ә": "a", "қ": "q", "ң": "n", "ө": "o",
    "ү": "u", "ұ": "u", "һ": "h", "ғ": "gh",
}  # fmt: skip
# ELOT 743 (ISO 843), letter by letter.
_GREEK = {
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i",
    "κ": "k", "λ": "l", "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s",
    "ς": "s", "τ": "t", "υ": "y", "φ": "f", "χ": "ch", "ψ": "ps", "ω": "o",
}  # fmt: skip

JOINING = "'’‘ʼʻ`´ʾʿ\u200c\u200d\u00ad\u0640"
"""What stands inside a word and parts nothing: apostrophes, joiners, Arabic's stretching line."""

BEFORE = str.maketrans(dict.fromkeys(JOINING, ""))
"""For `str.translate` of a name as it is written: decomposition makes spaces of some of these."""

AFTER = str.maketrans(_LATIN | _CYRILLIC | _GREEK)
"""For `str.translate`, after case folding and decomposition."""
