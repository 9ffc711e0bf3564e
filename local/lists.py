"""Lists of invented names for a new local cloud, so that there is somebody to look for.

They are uploaded as the runbook says, and come in force through the deployed function.
"""

import time
from collections.abc import Mapping
from typing import Any

BUCKET, TABLE = "ListsBucket", "ScreeningTable"
PATIENCE_SECONDS = 30.0
_NOTHING = ",".join(["-0- "] * 7)

_SDN = {
    101: (
        "MARCHENKO-OBLAST, Viktor Pavlovich",
        "individual",
        "DOB 02 May 1968; nationality Ukraine.",
    ),
    102: ("ZELAYA MORAN, Ines", "individual", "DOB 1975 to 1976; nationality Honduras."),
    103: (
        "QASSIMOV, Rustam",
        "individual",
        "DOB circa 1961; nationality Kazakhstan; a.k.a. 'ZAR'.",
    ),
    104: ("ROMASHKA TRADING OOO", "-0- ", "-0- "),
    105: ("GOLDEN CORAL", "vessel", "-0- "),
}
_ALIASES = {
    101: ("MARTCHENKO, Victor", "OBLASNY, Vitya"),
    102: ("SELAYA, Inez",),
    103: ("KASSIMOFF, Roustam",),
    104: ("DAISY TRADING LLC",),
}
_UN = """<?xml version="1.0" encoding="UTF-8"?>
<CONSOLIDATED_LIST dateGenerated="2026-11-24T00:00:00Z">
  <INDIVIDUALS><INDIVIDUAL>
    <DATAID>9000001</DATAID><FIRST_NAME>TUNDE</FIRST_NAME><SECOND_NAME>ADEYEMI-STONE</SECOND_NAME>
    <UN_LIST_TYPE>Sample</UN_LIST_TYPE><NATIONALITY><VALUE>Nigeria</VALUE></NATIONALITY>
    <INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>The Mason</ALIAS_NAME></INDIVIDUAL_ALIAS>
    <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><YEAR>1959</YEAR>
    </INDIVIDUAL_DATE_OF_BIRTH>
  </INDIVIDUAL></INDIVIDUALS>
  <ENTITIES/>
</CONSOLIDATED_LIST>
"""
_PEPS = """id,schema,name,aliases,birth_date,countries,dataset
sample-1,Person,Aurelia Brandvold,"A. Brandvold;Aurelia Brandvold-Nilsen",1964-03-08,no,Samples
sample-2,Person,Matteo Falcone-Riva,,1971,it,Samples
"""


def samples(changed: Mapping[int, str] | None = None) -> dict[str, dict[str, bytes]]:
    """The files of each sample list by source; `changed` gives OFAC entries other remarks."""
    sdn, alt, add = [], [], []
    for number, (name, kind, remarks) in _SDN.items():
        told = (changed or {}).get(number, remarks)
        sdn.append(f'{number},"{name}","{kind}","SAMPLE",{_NOTHING},"{told}"')
        alt += [
            f'{number},{number * 10 + place},"aka","{alias}",-0- '
            for place, alias in enumerate(_ALIASES.get(number, ()))
        ]
        add.append(f'{number},{number},-0- ,-0- ,"Cyprus",-0- ')
    files = {"sdn.csv": sdn, "alt.csv": alt, "add.csv": add}
    return {
        "ofac": {name: "\r\n".join(lines).encode() for name, lines in files.items()},
        "un": {"consolidated.xml": _UN.encode()},
        "pep": {"targets.simple.csv": _PEPS.encode()},
    }


def upload(s3: Any, bucket: str, source: str, name: str, files: Mapping[str, bytes]) -> None:
    """Upload one list under a prefix of its own, its marker last."""
    for file, content in {**files, "complete": b""}.items():
        s3.put_object(Bucket=bucket, Key=f"lists/{source}/{name}/{file}", Body=content)


def seed(resources: Mapping[str, str], clients: Any) -> None:
    """Upload the samples and wait until they are in force; nothing where there is no screening."""
    if BUCKET not in resources:
        return
    wanted = samples()
    for source, files in wanted.items():
        upload(clients("s3"), resources[BUCKET], source, "sample", files)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while _in_force(resources[TABLE], clients("dynamodb")) < wanted.keys():
        if time.monotonic() > deadline:
            raise TimeoutError("the sample lists did not come in force; see the functions' logs")
        time.sleep(0.1)


def _in_force(table: str, dynamodb: Any) -> set[str]:
    found = dynamodb.query(
        TableName=table,
        KeyConditionExpression="pk = :lists",
        ExpressionAttributeValues={":lists": {"S": "lists"}},
        ConsistentRead=True,
    )
    return {item["sk"]["S"] for item in found["Items"]}
