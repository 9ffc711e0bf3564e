"""Readers of published lists: what is in them, and what is refused, and where."""

import pytest

from remit.screening.lists import eu, ofac, opensanctions, uk, un
from remit.screening.lists.countries import codes
from remit.screening.lists.documents import elements
from remit.screening.lists.errors import ListTooLarge, MalformedList
from remit.screening.lists.sources import SOURCES
from remit.screening.lists.tables import MAX_BYTES, part, years
from remit.screening.model import Name, entry
from tests.unit.screening.lists import SHARED, needs_shared_data, ofac_entries

SDN = (
    b'7,"QASSIMOV, Rustam","individual","SDNTK] [TCO",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,'
    b'"DOB 05 Aug 1955; alt. DOB circa 1961; nationality Kazakhstan; citizen Iran; '
    b"a.k.a. 'ZAR'.\"\r\n"
    b'8,"GOLDEN CORAL","vessel","CUBA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n'
    b'9,"ROMASHKA LTD",-0- ,"CUBA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n\x1a'
)
TWICE = SDN.removesuffix(b"\x1a") + SDN.replace(b"Rustam", b"Rastum")
ALT = b'7,1,"aka","KASSIMOV, Rustam",-0- \r\n'
ADD = b'7,1,"Somewhere 5","Havana","Cuba",-0- \r\n9,2,-0- ,-0- ,"Panama",-0'
OFAC = {"sdn.csv": SDN, "alt.csv": ALT, "add.csv": ADD}

UN = """<?xml version="1.0" encoding="UTF-8"?>
<CONSOLIDATED_LIST dateGenerated="2026-11-24">
 <INDIVIDUALS><INDIVIDUAL>
  <DATAID>11</DATAID><FIRST_NAME>Tunde</FIRST_NAME><SECOND_NAME>Adeyemi-Stone</SECOND_NAME>
  <UN_LIST_TYPE>Test</UN_LIST_TYPE><NAME_ORIGINAL_SCRIPT>تندي</NAME_ORIGINAL_SCRIPT>
  <NATIONALITY><VALUE>Nigeria</VALUE><VALUE>na</VALUE></NATIONALITY>
  <INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY>
   <ALIAS_NAME>T. Stone; Tunde S.</ALIAS_NAME></INDIVIDUAL_ALIAS>
  <INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>The Mason</ALIAS_NAME></INDIVIDUAL_ALIAS>
  <INDIVIDUAL_ALIAS><QUALITY/><ALIAS_NAME/></INDIVIDUAL_ALIAS>
  <INDIVIDUAL_ADDRESS><COUNTRY>T&#252;rkiye</COUNTRY></INDIVIDUAL_ADDRESS>
  <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE>
   <FROM_YEAR>1973</FROM_YEAR><TO_YEAR>1975</TO_YEAR></INDIVIDUAL_DATE_OF_BIRTH>
  <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>APPROXIMATELY</TYPE_OF_DATE><YEAR>1980</YEAR>
  </INDIVIDUAL_DATE_OF_BIRTH>
 </INDIVIDUAL></INDIVIDUALS>
 <ENTITIES><ENTITY><DATAID>12</DATAID><FIRST_NAME>Romashka Trading</FIRST_NAME>
  <ENTITY_ALIAS><QUALITY>a.k.a.</QUALITY><ALIAS_NAME>Daisy Trading</ALIAS_NAME></ENTITY_ALIAS>
 </ENTITY></ENTITIES>
</CONSOLIDATED_LIST>"""

NAMELESS = UN.replace("<DATAID>11</DATAID>", "")

EU = """<?xml version="1.0" encoding="UTF-8"?>
<export xmlns="http://eu.europa.ec/fpi/fsd/export" generationDate="2026-11-24T09:30:00">
 <sanctionEntity euReferenceNumber="EU.1.2" logicalId="13">
  <regulation programme="TEST" numberTitle="2026/1"><publicationUrl>x</publicationUrl></regulation>
  <subjectType code="person" classificationCode="P"/>
  <nameAlias firstName="V" middleName="" lastName="O" wholeName="V O" strong="false" logicalId="1"/>
  <nameAlias firstName="Viktor" middleName="" lastName="Oblast" wholeName="" strong="true"/>
  <nameAlias firstName="" lastName="" wholeName="Viktor  Marchenko" strong="true"/>
  <citizenship region="" countryIso2Code="UA" countryDescription="UKRAINE"/>
  <citizenship countryIso2Code="00" countryDescription="UNKNOWN"/>
  <birthdate circa="false" birthdate="1968-05-02" year="1968" countryIso2Code="UA"/>
  <birthdate circa="true" year="1970"/>
  <birthdate yearRangeFrom="1980" yearRangeTo="1982" circa="false"/>
  <address countryIso2Code="CY" city="Limassol"/>
 </sanctionEntity>
 <sanctionEntity logicalId="14"><subjectType code="enterprise"/>
  <nameAlias wholeName="Daisy Trading" strong="false"/></sanctionEntity>
</export>"""

UK_HEADER = (
    "Name 6,Name 1,Name 2,Name 3,Name 4,Name 5,Title,Name Non-Latin Script,Non-Latin Script Type,"
    "Non-Latin Script Language,DOB,Town of Birth,Country of Birth,Nationality,Passport Number,"
    "Passport Details,National Identification Number,National Identification Details,Position,"
    "Address 1,Address 2,Address 3,Address 4,Address 5,Address 6,Post/Zip Code,Country,"
    "Other Information,Group Type,Alias Type,Alias Quality,Regime,Listed On,UK Sanctions List Date "
    "Designated,Last Updated,Group ID"
)


def uk_row(**given: str) -> str:
    columns = UK_HEADER.split(",")
    plain = dict.fromkeys(columns, "") | {
        name.replace("_", " "): text for name, text in given.items()
    }
    return ",".join(f'"{plain[column]}"' for column in columns)


def uk_file(*rows: str) -> dict[str, bytes]:
    lines = ["Last Updated,24/11/2026", UK_HEADER, *rows]
    return {"conlist.csv": ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()}


INES = {"Group_ID": "15", "Group_Type": "Individual", "Regime": "Test"}
PEPS = (
    "id,schema,name,aliases,birth_date,countries,addresses,identifiers,sanctions,phones,emails,"
    "dataset,first_seen,last_seen,last_change\n"
    'p-1,Person,Ines Zelaya,"Ines Z.;""Zelaya; Ines""",1970-02-01;1971,hn;us,,,,,,PEPs,x,x,x\n'
    "p-2,CryptoWallet,0xabc,,,,,,,,,PEPs,x,x,x\n"
)
PEP_TWICE = PEPS.replace("p-2,CryptoWallet", "p-1,Person")


def test_ofacs_list_is_read_with_aliases_addresses_births_and_nationalities():
    person, ship, company = ofac.read(OFAC)

    assert person == entry(
        source="ofac",
        id="7",
        kind="individual",
        names=(
            Name(text="QASSIMOV, Rustam", quality="primary"),
            Name(text="KASSIMOV, Rustam", quality="strong"),
            Name(text="ZAR", quality="weak"),
        ),
        birth_years=(1955, 1960, 1961, 1962),
        nationalities=("IR", "KZ"),
        countries=("CU",),
        programmes=("SDNTK", "TCO"),
    )
    assert (ship.kind, company.kind, company.countries) == ("vessel", "entity", ("PA",))


def test_the_uns_list_is_read_with_original_script_and_aliases_by_quality():
    person, company = un.read({"consolidated.xml": UN.encode()})

    assert person == entry(
        source="un",
        id="11",
        kind="individual",
        names=(
            Name(text="Tunde Adeyemi-Stone", quality="primary"),
            Name(text="تندي", quality="strong"),
            Name(text="T. Stone", quality="strong"),
            Name(text="Tunde S.", quality="strong"),
            Name(text="The Mason", quality="weak"),
        ),
        birth_years=(1973, 1974, 1975, 1979, 1980, 1981),
        nationalities=("NG",),
        countries=("TR",),
        programmes=("Test",),
    )
    assert (company.kind, len(company.names)) == ("entity", 2)


def test_the_eus_list_is_read_with_strong_and_weak_names():
    person, company = eu.read({"full.xml": EU.encode()})

    assert person == entry(
        source="eu",
        id="13",
        kind="individual",
        names=(
            Name(text="Viktor Oblast", quality="primary"),
            Name(text="Viktor Marchenko", quality="strong"),
            Name(text="V O", quality="weak"),
        ),
        birth_years=(1968, 1969, 1970, 1971, 1980, 1981, 1982),
        nationalities=("UA",),
        countries=("CY",),
        programmes=("TEST",),
    )
    assert company.names == (Name(text="Daisy Trading", quality="primary"),)


def test_the_uks_list_is_read_with_its_rows_grouped():
    (person,) = uk.read(
        uk_file(
            uk_row(
                **INES,
                Name_6="ZELAYA",
                Name_1="Ines",
                Alias_Type="Primary name",
                DOB="01/02/1970",
                Nationality="(1) Honduras (2) Cuba",
                Country="Panama",
            ),
            uk_row(**INES, Name_6="MORAN", Alias_Type="AKA", Alias_Quality="Low quality"),
            uk_row(**INES, Name_1="I.", Alias_Type="AKA", **{"Name_Non-Latin_Script": "Инес"}),
        )
    )

    assert person == entry(
        source="uk",
        id="15",
        kind="individual",
        names=(
            Name(text="Ines ZELAYA", quality="primary"),
            Name(text="I.", quality="strong"),
            Name(text="Инес", quality="strong"),
            Name(text="MORAN", quality="weak"),
        ),
        birth_years=(1970,),
        nationalities=("CU", "HN"),
        countries=("PA",),
        programmes=("Test",),
    )


def test_opensanctions_targets_are_read_and_those_without_a_name_are_left_out():
    (person,) = opensanctions.read({"targets.simple.csv": PEPS.encode()})

    assert (person.source, person.id, person.kind) == ("pep", "p-1", "individual")
    assert [name.text for name in person.names] == ["Ines Zelaya", "Ines Z.", "Zelaya; Ines"]
    assert (person.birth_years, person.nationalities) == ((1970, 1971), ("HN", "US"))


@pytest.mark.parametrize(
    ("source", "parts", "where"),
    [
        ("ofac", {**OFAC, "sdn.csv": b'7,"A'}, "sdn.csv, line 1: not CSV"),
        ("ofac", {**OFAC, "sdn.csv": SDN[:-40]}, "sdn.csv, line 3: . columns, not 12"),
        ("ofac", {**OFAC, "sdn.csv": TWICE}, "entry 7 is there twice"),
        ("ofac", {**OFAC, "sdn.csv": SDN.replace(b"vessel", b"airship")}, "entry 8 has no name"),
        ("ofac", {**OFAC, "sdn.csv": SDN.replace(b"7,", b"x,", 1)}, "does not begin"),
        ("ofac", {**OFAC, "alt.csv": ALT.replace(b"aka", b"bka")}, "alt.csv: entry 7 has an alias"),
        ("ofac", {**OFAC, "alt.csv": ALT.replace(b"7,1", b"6,1")}, "alt.csv: entry 6 is not in"),
        ("ofac", {"sdn.csv": SDN}, "is missing"),
        ("un", {"consolidated.xml": UN[:700].encode()}, "line 11, column"),
        ("un", {"consolidated.xml": b"<html/>"}, "the root is not CONSOLIDATED_LIST"),
        ("un", {"consolidated.xml": NAMELESS.encode()}, "line 3: no DATAID"),
        ("un", {"consolidated.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'}, "DOCTYPE"),
        ("eu", {"full.xml": EU.replace('logicalId="13"', "").encode()}, "line 3: a sanctionEntity"),
        ("eu", {"full.xml": EU.replace('code="person"', 'code="cat"').encode()}, "subjectType"),
        ("eu", {"full.xml": EU.replace("Daisy Trading", "").encode()}, "without a name"),
        ("uk", {"conlist.csv": b"date\nName 1,Name 2\na,b"}, "column 'Name 3' is missing"),
        ("uk", uk_file(uk_row(**INES | {"Group_Type": "Robot"}, Name_1="A")), "group 15"),
        ("uk", uk_file(uk_row(**INES)), "group 15 has no name"),
        ("uk", {"conlist.csv": b"\xff"}, "byte 0 is not UTF-8"),
        ("pep", {"targets.simple.csv": PEP_TWICE.encode()}, "an id of its own"),
        ("pep", {"targets.simple.csv": PEPS.encode() + b"p-3,Person\n"}, "line 4: 2 columns"),
    ],
)  # fmt: skip
def test_a_malformed_file_is_refused_by_saying_what_is_wrong_and_where(source, parts, where):
    with pytest.raises(MalformedList, match=where):
        list(SOURCES[source].read(parts))


def test_the_same_row_twice_is_one_entry():
    first, *others = SDN.removesuffix(b"\x1a").split(b"\r\n")
    again = {**OFAC, "sdn.csv": b"\r\n".join([first, first, *others])}

    assert list(ofac.read(again)) == list(ofac.read(OFAC))


def test_an_entity_in_a_document_is_never_resolved():
    entities = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    bomb = entities + b"<CONSOLIDATED_LIST>&b;</CONSOLIDATED_LIST>"
    with pytest.raises(MalformedList):
        list(un.read({"consolidated.xml": bomb}))


def test_files_beyond_the_limits_are_refused_before_they_are_read(monkeypatch):
    from remit.screening.lists import documents

    with pytest.raises(ListTooLarge, match="are read"):
        part({"a": b" " * (MAX_BYTES + 1)}, "a")
    monkeypatch.setattr(documents, "MAX_ELEMENTS", 3)
    with pytest.raises(ListTooLarge, match="more than 3 elements"):
        list(elements("a", b"<a>" + b"<b/>" * 9 + b"</a>", "a", "b"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("05 Aug 1955", (1955,)),
        ("1955 to 1958", (1955, 1956, 1957, 1958)),
        ("01 Jan 1965 to 31 Dec 1966", (1965, 1966)),
        ("circa 1961", (1960, 1961, 1962)),
        ("1900 to 1990", (1900, 1990)),
        ("unknown, number 119551", ()),
        ("", ()),
    ],
)
def test_a_date_in_words_gives_every_year_that_it_may_mean(text, expected):
    assert years(text) == expected


def test_countries_are_known_by_name_and_code_and_the_rest_says_nothing():
    assert codes(["Korea, North", "GB", "possibly Palestinian", "na", "", "undetermined"]) == (
        "GB",
        "KP",
        "PS",
    )


def test_an_entrys_hash_is_over_its_content_and_not_over_its_order():
    (one, *_), (turned, *_) = (
        ofac.read(OFAC),
        ofac.read({**OFAC, "alt.csv": b'7,2,"aka","B",-0- \r\n7,1,"aka","A",-0- '}),
    )
    (back, *_) = ofac.read({**OFAC, "alt.csv": b'7,2,"aka","A",-0- \r\n7,1,"aka","B",-0- '})

    assert one.hash != turned.hash
    assert turned.hash == back.hash


@needs_shared_data
def test_ofacs_real_list_is_read_whole():
    entries = ofac_entries()
    kinds = [entry.kind for entry in entries]

    assert len(entries) == 7379
    assert [kinds.count(kind) for kind in ("individual", "vessel", "aircraft")] == [3845, 323, 217]
    aliases = [name for one in entries for name in one.names if name.quality == "strong"]
    assert len(aliases) > 9_600
    assert sum(bool(entry.birth_years) for entry in entries) > 3_000
    assert sum(bool(entry.countries) for entry in entries) > 5_000


@needs_shared_data
def test_the_uns_real_list_is_read_whole():
    content = (SHARED / "lists/un_consolidated.xml").read_bytes()
    entries = list(un.read({"consolidated.xml": content}))

    assert [sum(entry.kind == kind for entry in entries) for kind in ("individual", "entity")] == [
        730,
        273,
    ]
    assert len({entry.id for entry in entries}) == 1003
    assert sum(bool(entry.birth_years) for entry in entries) > 650
    assert sum(name.quality == "weak" for entry in entries for name in entry.names) > 600
