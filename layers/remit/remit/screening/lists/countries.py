"""Names of countries, as the lists spell them, to ISO 3166-1 alpha-2 (XK for Kosovo)."""

import unicodedata
from collections.abc import Iterable

_SPELLED = """
AD andorra|AE united arab emirates;uae|AF afghanistan|AG antigua and barbuda|AL albania|AM armenia
AO angola|AR argentina|AT austria|AU australia|AW aruba|AZ azerbaijan|BA bosnia and herzegovina
BB barbados|BD bangladesh|BE belgium|BF burkina faso|BG bulgaria|BH bahrain|BI burundi|BJ benin
BM bermuda|BN brunei;brunei darussalam|BO bolivia;bolivia (plurinational state of)|BR brazil
BS bahamas;bahamas, the|BT bhutan|BW botswana|BY belarus|BZ belize|CA canada
CD congo, democratic republic of the;democratic republic of the congo;congo (democratic republic)
CF central african republic|CG congo;congo, republic of the;republic of the congo|CH switzerland
CI cote d ivoire;cote d'ivoire;ivory coast|CK cook islands|CL chile|CM cameroon|CN china
CO colombia|CR costa rica|CU cuba|CV cabo verde;cape verde|CW curacao|CY cyprus
CZ czech republic;czechia|DE germany|DJ djibouti|DK denmark|DM dominica|DO dominican republic
DZ algeria|EC ecuador|EE estonia|EG egypt|ER eritrea|ES spain|ET ethiopia|FI finland|FJ fiji
FR france|GA gabon|GB united kingdom;united kingdom of great britain and northern ireland;uk
GD grenada|GE georgia|GG guernsey|GH ghana|GI gibraltar|GM gambia;the gambia;gambia, the|GN guinea
GQ equatorial guinea|GR greece|GT guatemala|GW guinea-bissau|GY guyana
HK hong kong;china, hong kong special administrative region|HN honduras|HR croatia|HT haiti
HU hungary|ID indonesia|IE ireland|IL israel|IM isle of man;man, isle of|IN india|IQ iraq
IR iran;iran (islamic republic of)|IS iceland|IT italy|JE jersey|JM jamaica|JO jordan|JP japan
KE kenya|KG kyrgyzstan|KH cambodia|KM comoros|KN saint kitts and nevis;st kitts and nevis
KP korea, north;north korea;democratic people's republic of korea
KR korea, south;south korea;republic of korea|KW kuwait|KY cayman islands|KZ kazakhstan
LA laos;lao people's democratic republic|LB lebanon|LC saint lucia|LI liechtenstein|LK sri lanka
LR liberia|LS lesotho|LT lithuania|LU luxembourg|LV latvia|LY libya|MA morocco|MC monaco
MD moldova;republic of moldova|ME montenegro|MG madagascar|MH marshall islands
MK north macedonia;macedonia;macedonia, the former yugoslav republic of
ML mali;region: northern mali|MM burma;myanmar;myanmar (burma)|MN mongolia|MO macau;macao
MR mauritania|MT malta|MU mauritius|MV maldives|MW malawi|MX mexico|MY malaysia
MZ mozambique|NA namibia|NE niger|NG nigeria
NI nicaragua|NL netherlands|NO norway|NP nepal|NR nauru|NU niue|NZ new zealand|OM oman|PA panama
PE peru|PG papua new guinea|PH philippines|PK pakistan|PL poland|PR puerto rico
PS palestinian;state of palestine;west bank;region: gaza;occupied palestinian territories
PT portugal|PW palau|PY paraguay|QA qatar|RO romania|RS serbia|RU russia;russian federation
RW rwanda|SA saudi arabia|SB solomon islands|SC seychelles|SD sudan;region: kafia kingi|SE sweden
SG singapore|SI slovenia|SK slovakia|SL sierra leone|SM san marino|SN senegal|SO somalia
SR suriname|SS south sudan|ST sao tome and principe|SV el salvador|SX sint maarten
SY syria;syrian arab republic|SZ eswatini;swaziland|TC turks and caicos islands|TD chad|TG togo
TH thailand|TJ tajikistan|TL timor-leste;east timor|TM turkmenistan|TN tunisia|TO tonga
TR turkey;turkiye|TT trinidad and tobago|TV tuvalu|TW taiwan
TZ tanzania;united republic of tanzania|UA ukraine;region: crimea|UG uganda
US united states;united states of america;usa|UY uruguay|UZ uzbekistan|VA holy see;vatican city
VC saint vincent and the grenadines|VE venezuela;venezuela (bolivarian republic of)
VG british virgin islands;virgin islands, british|VN vietnam;viet nam|VU vanuatu
WS samoa|XK kosovo|YE yemen|ZA south africa|ZM zambia|ZW zimbabwe
"""

_CODES = {
    spelling: row[:2]
    for row in _SPELLED.replace("\n", "|").split("|")
    if row
    for spelling in row[3:].split(";")
}
_ALL = frozenset(_CODES.values())


def codes(names: Iterable[str]) -> tuple[str, ...]:
    """The codes of what is a country among `names` (names, or codes in capitals).

    The rest says nothing, such as `undetermined`, or `na`, which is not Namibia.
    """
    return tuple(sorted({found for name in names if (found := _code(name.strip()))}))


def _code(name: str) -> str | None:
    if name in _ALL:
        return name
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return _CODES.get(plain.removeprefix("possibly "))
