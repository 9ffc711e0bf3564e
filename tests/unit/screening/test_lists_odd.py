"""Lists as they are published on a bad day: odd dates, empty aliases, new columns, encodings."""

import pytest

from remit.screening.lists import eu, ofac, uk, uksl, un
from remit.screening.lists.errors import MalformedList
from remit.screening.lists.sources import SOURCES
from remit.screening.lists.tables import several, years
from remit.screening.model import Name, entry
from tests.unit.screening.test_lists import EU, INES, UK_HEADER, UN, uk_file, uk_row

UKSL = """<?xml version="1.0" encoding="utf-8"?>
<Designations xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <DateGenerated>24/11/2026</DateGenerated>
 <Designation><LastUpdated>01/11/2026</LastUpdated><UniqueID>TST0001</UniqueID>
  <OFSIGroupID>17</OFSIGroupID><Names>
   <Name><Name1>INES</Name1><Name2>MARIA</Name2><Name6>ZELAYA</Name6>
    <NameType>Primary Name</NameType></Name>
   <Name><Name1>Ines</Name1><Name6>Zelaya</Name6><NameType>Primary name variation</NameType></Name>
   <Name><Name6>The Mason</Name6><NameType>ALias</NameType>
    <AliasStrength>Low quality a.k.a</AliasStrength></Name>
   <Name><Name6> </Name6><NameType>Alias</NameType><AliasStrength/></Name></Names>
  <NonLatinNames><NonLatinName><NameNonLatinScript>Инес Селая</NameNonLatinScript>
   <NonLatinScriptLanguage>Russian</NonLatinScriptLanguage></NonLatinName></NonLatinNames>
  <RegimeName>The Test Regulations 2026</RegimeName>
  <IndividualEntityShip>Individual</IndividualEntityShip>
  <Addresses><Address><AddressLine6>Panama</AddressLine6><AddressCountry>Panama</AddressCountry>
  </Address></Addresses>
  <IndividualDetails><Individual><DOBs><DOB>dd/mm/1970</DOB><DOB>00/00/1975</DOB></DOBs>
   <Nationalities><Nationality>(1) Honduras (2) Cuba</Nationality></Nationalities>
   <FutureDetails><Unheard>of</Unheard></FutureDetails></Individual></IndividualDetails>
 </Designation>
 <Designation><UniqueID>TST0002</UniqueID>
  <Names><Name><Name6>DAISY 8</Name6><NameType>Primary name</NameType></Name></Names>
  <IndividualEntityShip>Ship</IndividualEntityShip></Designation>
</Designations>"""


def of_uksl(text=UKSL, encoding="utf-8"):
    return list(uksl.read({"uk-sanctions-list.xml": text.encode(encoding)}))


def test_the_uk_sanctions_list_is_read_by_designation():
    person, ship = of_uksl()

    assert person == entry(
        source="uksl",
        id="TST0001",
        kind="individual",
        names=(
            Name(text="INES MARIA ZELAYA", quality="primary"),
            Name(text="Ines Zelaya", quality="strong"),
            Name(text="Инес Селая", quality="strong"),
            Name(text="The Mason", quality="weak"),
        ),
        birth_years=(1970, 1975),
        nationalities=("CU", "HN"),
        countries=("PA",),
        programmes=("The Test Regulations 2026",),
    )
    assert (ship.kind, ship.names[0].text, ship.birth_years) == ("vessel", "DAISY 8", ())


@pytest.mark.parametrize(
    ("replaced", "by", "where"),
    [
        ("<UniqueID>TST0002</UniqueID>", "", "line 22: a Designation without a UniqueID"),
        ("<UniqueID>TST0002</UniqueID>", "<UniqueID> </UniqueID>", "line 22: a Desig"),
        (">Ship<", ">Robot<", "line 22: a Designation of no known IndividualEntityShip"),
        ("<IndividualEntityShip>Ship</IndividualEntityShip>", "", "line 22: a Designation of no"),
        ("<Name6>DAISY 8</Name6>", "<Name6/>", "line 22: a Designation without a name"),
        ("Designations", "Designators", "the root is not Designations"),
        ("</Designations>", "", "not well-formed"),
    ],
)
def test_a_designation_that_cannot_be_read_is_refused_by_its_line(replaced, by, where):
    with pytest.raises(MalformedList, match=f"uk-sanctions-list.xml.*{where}"):
        of_uksl(UKSL.replace(replaced, by))


@pytest.mark.parametrize(
    ("source", "file", "text"),
    [
        ("eu", "full.xml", EU),
        ("un", "consolidated.xml", UN),
        ("uksl", "uk-sanctions-list.xml", UKSL),
    ],
)
class TestEncodings:
    """What an XML list may be written in."""

    def test_a_byte_order_mark_and_an_encoding_that_keeps_ascii_change_nothing(
        self, source, file, text
    ):
        read, plain = SOURCES[source].read, text.encode()
        expected = list(read({file: plain}))
        latin = text.replace("UTF-8", "windows-1252", 1).replace("utf-8", "windows-1252", 1)
        assert list(read({file: b"\xef\xbb\xbf" + plain})) == expected
        spelt = latin.encode("windows-1252", "xmlcharrefreplace")
        assert list(read({file: spelt})) == expected

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32"])
    def test_an_encoding_that_could_hide_an_entity_is_refused(self, source, file, text, encoding):
        hidden = text.replace("UTF-8", "UTF-16", 1).replace("utf-8", "utf-16", 1)
        for content in (hidden.encode(encoding), hidden.encode(), text.encode(encoding)):
            with pytest.raises(MalformedList, match=f"{file}: .*(NUL|encoding)"):
                list(SOURCES[source].read({file: content}))

    def test_bytes_of_another_encoding_are_refused(self, source, file, text):
        broken = text.encode().replace(b">", b">\xff", 3)
        with pytest.raises(MalformedList, match=f"{file}"):
            list(SOURCES[source].read({file: broken}))


def test_white_space_in_a_name_is_one_space():
    (person, _) = un.read({"consolidated.xml": UN.replace("Stone;", "Stone \n   II;").encode()})
    assert "T. Stone II" in [name.text for name in person.names]
    (person, _) = of_uksl(UKSL.replace("The Mason", " The\r\n   Mason "))
    assert Name(text="The Mason", quality="weak") in person.names


BETWEEN = (
    "<TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1966</FROM_YEAR><TO_YEAR>1967</TO_YEAR>"
    "<NOTE>Approximately </NOTE>"
)


def born(*inner):
    dates = "".join(f"<INDIVIDUAL_DATE_OF_BIRTH>{one}</INDIVIDUAL_DATE_OF_BIRTH>" for one in inner)
    head, _, rest = UN.partition("  <INDIVIDUAL_DATE_OF_BIRTH>")
    tail = rest[rest.index(" </INDIVIDUAL></INDIVIDUALS>") :]
    (person, _) = un.read({"consolidated.xml": (head + dates + tail).encode()})
    return person.birth_years


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><NOTE>Nov. 1973 </NOTE>", (1973,)),
        ("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><YEAR>1958</YEAR><NOTE>Sep.</NOTE>", (1958,)),
        ("<TYPE_OF_DATE/><DATE>1979-03-03</DATE><NOTE>passport of 1999</NOTE>", (1979,)),
        ("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><NOTE>24/06/1402 (Hijri Calendar)</NOTE>", ()),
        ("<TYPE_OF_DATE>APPROXIMATELY</TYPE_OF_DATE><NOTE>30-35 years old</NOTE>", ()),
        (BETWEEN, (1965, 1966, 1967, 1968)),
    ],
)
def test_a_date_of_the_uns_list_gives_what_it_may_mean_and_no_more(inner, expected):
    assert born(inner) == expected


def test_the_date_that_an_alias_was_used_with_is_evidence_too():
    used = UN.replace("The Mason</ALIAS_NAME>", "The Mason</ALIAS_NAME><DATE_OF_BIRTH>1955-02-03"
                      "</DATE_OF_BIRTH><NOTE>of 1944</NOTE>")  # fmt: skip
    (person, _) = un.read({"consolidated.xml": used.encode()})
    assert 1955 in person.birth_years
    assert 1944 not in person.birth_years


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ('<birthdate circa="true" yearRangeFrom="1953" yearRangeTo="1955"/>', range(1952, 1957)),
        ('<birthdate yearRangeTo="1958" circa="false"/>', ()),
        ('<birthdate yearRangeFrom="1953" year="" birthdate=""/>', ()),
        ('<birthdate calendarType="ISLAMIC" year="1379"/>', ()),
        ('<birthdate circa="" year="" birthdate="1968-05-02"/>', (1968,)),
        ("<birthdate/>", ()),
    ],
)
def test_a_date_of_the_eus_list_gives_what_it_may_mean_and_no_more(dates, expected):
    head, _, rest = EU.partition("<birthdate ")
    text = head + dates + rest[rest.index("<address") :]
    (person, _) = eu.read({"full.xml": text.encode()})
    assert person.birth_years == tuple(expected)


def test_an_alias_of_the_eus_list_without_a_name_is_none_and_what_is_new_is_not_heeded():
    empty = EU.replace('wholeName="V O"', 'wholeName=" " ').replace(
        'firstName="V" middleName="" lastName="O"', 'firstName="" middleName=" " lastName=""'
    )
    new = empty.replace(
        "<subjectType ", '<novelty code="x"><nested/></novelty><subjectType new="1" '
    )
    (person, _) = eu.read({"full.xml": new.encode()})
    assert [name.text for name in person.names] == ["Viktor Oblast", "Viktor Marchenko"]


def test_columns_of_the_uks_list_may_come_and_go_and_change_places():
    (first,) = uk.read(uk_file(uk_row(**INES, Name_6="ZELAYA", DOB="00/00/1975")))
    assert first.birth_years == (1975,)
    content = uk_file(uk_row(**INES, Name_6="ZELAYA", DOB="00/00/1975"))["conlist.csv"].decode()
    title, header, row, _ = content.split("\r\n")
    wider = "\r\n".join([title, f"Unheard of,{header}", f"x,{row}"])
    assert list(uk.read({"conlist.csv": wider.encode()})) == [first]


@pytest.mark.parametrize(
    ("quality", "expected"),
    [("Low quality", "weak"), ("Low", "weak"), ("Good quality", "strong"), ("", "strong")],
)
def test_an_alias_of_the_uks_list_is_weak_when_it_is_said_to_be_low(quality, expected):
    rows = (
        uk_row(**INES, Name_6="ZELAYA", Alias_Type="Primary Name"),
        uk_row(**INES, Name_6="MASON", Alias_Type="AKA", Alias_Quality=quality),
        uk_row(**INES, Alias_Type="AKA", Alias_Quality=quality),
    )
    (person,) = uk.read(uk_file(*rows))
    assert [one.quality for one in person.names] == ["primary", expected]


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (uk_file(uk_row(**INES, Name_6="A") + ",x")["conlist.csv"], "line 3: 37 columns, not 36"),
        (uk_file('"a')["conlist.csv"], "line 3: not CSV"),
        (uk_file(uk_row(**INES, Name_6="A"))["conlist.csv"].replace(b"Title", b"DOB", 1),
         "the column 'DOB' is there more than once"),
        (f"{UK_HEADER}\n{uk_row(**INES, Name_6='A')}".encode(), "the column 'Name 1' is missing"),
        (uk_file(uk_row(**INES, Name_6="A\0"))["conlist.csv"], "is NUL"),
        (uk_file(uk_row(**INES, Name_6="A"))["conlist.csv"].decode().encode("utf-16"),
         "byte 0 is not UTF-8"),
        (uk_file(uk_row(**INES, Name_6="Ñ"))["conlist.csv"].decode().removeprefix("\ufeff")
         .encode("latin-1"), "is not UTF-8"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_read_is_refused_by_saying_where(content, where):
    with pytest.raises(MalformedList, match=f"conlist.csv.*{where}"):
        list(uk.read({"conlist.csv": content}))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("circa 1953 to 1955", (1952, 1953, 1954, 1955, 1956)),
        ("approx. 1961", (1960, 1961, 1962)),
        ("c. 1961", (1960, 1961, 1962)),
        ("Between Aug. and Sep. 1977", (1977,)),
        ("dd/mm/1945", (1945,)),
        ("00/00/1945", (1945,)),
        ("Dec. 1945", (1945,)),
        ("1379", ()),
        ("21/1/196", ()),
    ],
)
def test_a_date_in_odd_words_gives_every_year_that_it_may_mean(text, expected):
    assert years(text) == expected


def test_what_is_numbered_is_several():
    assert several("(1) Honduras (2) Cuba(10)Panama") == ["Honduras", "Cuba", "Panama"]
    assert several("Iran (Islamic Republic of)") == ["Iran (Islamic Republic of)"]
    assert several(" ") == []


def test_ofacs_remarks_may_say_about():
    row = b'7,"A, B","individual","X",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"DOB circa 1960 to 1961"'
    parts = {"sdn.csv": row, "alt.csv": b'7,1,"aka","C",-0- ', "add.csv": b"7,1,-0- ,-0- ,-0- ,-0-"}
    (person,) = ofac.read(parts)
    assert person.birth_years == (1959, 1960, 1961, 1962)
