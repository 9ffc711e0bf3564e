"""How the shared parts of `parts` stand in ISO 20022's elements, in the versions that we speak."""

from lxml import etree

from remit.rails.iso20022 import parts
from remit.rails.iso20022.branch import Branch
from remit.rails.iso20022.initiation import PostalAddress
from remit.rails.iso20022.kinds import (
    AMOUNT,
    BIC,
    COUNT,
    COUNTRY,
    CURRENCY,
    DAY,
    FLAG,
    IBAN,
    LEI,
    MAX35,
    MAX105,
    MAX140,
    MOMENT,
    NUMBER,
    UETR,
    Kind,
    Text,
    place,
    words,
)
from remit.rails.iso20022.parts import Agent, Code, Party
from remit.rails.iso20022.shape import Shape, many, must, one

_MAX16, _MAX34, _MAX70 = Text(limit=16), Text(limit=34), Text(limit=70)


class Coded:
    """A choice between an external code of at most `limit` characters (`Cd`) and `Prtry`."""

    def __init__(self, limit: int = 4, proprietary: int = 35) -> None:
        self._kinds = {"Cd": Text(limit=limit), "Prtry": Text(limit=proprietary)}

    def read(self, branch: Branch) -> Code:
        """The code, known or not."""
        found = [(name, each) for name in self._kinds for each in branch.take(name)]
        if len(found) != 1:
            raise branch.invalid("it must hold either Cd or Prtry")
        name, each = found[0]
        return Code(code=self._kinds[name].read(each), proprietary=name == "Prtry")

    def write(self, element: etree._Element, content: Code) -> None:
        """Put the code into `Cd` or `Prtry`."""
        name = "Prtry" if content.proprietary else "Cd"
        child = etree.SubElement(element, f"{{{etree.QName(element).namespace}}}{name}")
        self._kinds[name].write(child, content.code)


class Alternative:
    """A choice between two elements that each give a value of their own class."""

    def __init__(self, *choices: tuple[str, type, Kind]) -> None:
        self._choices = choices

    def read(self, branch: Branch) -> object:
        """The value of the one that is there."""
        found = [
            (name, kind, each) for name, _, kind in self._choices for each in branch.take(name)
        ]
        if len(found) != 1:
            names = " or ".join(name for name, _, _ in self._choices)
            raise branch.invalid(f"it must hold either {names}")
        name, kind, each = found[0]
        content = kind.read(each)
        branch.left.extend(each.leaves(f"{name}/"))
        return content

    def write(self, element: etree._Element, content: object) -> None:
        """Put `content` into the element of its class."""
        for name, cls, kind in self._choices:
            if isinstance(content, cls):
                namespace = etree.QName(element).namespace
                kind.write(etree.SubElement(element, f"{{{namespace}}}{name}"), content)
                return
        raise ValueError(f"{place(element)}: neither choice of the schema")


class When:
    """A choice between a day (`Dt`) and a time (`DtTm`), as written."""

    def read(self, branch: Branch) -> str:
        """The day or the time, as it stands."""
        days, times = branch.take("Dt"), branch.take("DtTm")
        if len(days) + len(times) != 1:
            raise branch.invalid("it must hold either Dt or DtTm")
        if times:
            return str(MOMENT.read(times[0]))
        return str(DAY.read(days[0]).isoformat())

    def write(self, element: etree._Element, content: str) -> None:
        """Put a day into `Dt`, a time into `DtTm`."""
        namespace = etree.QName(element).namespace
        name, kind = ("DtTm", MOMENT) if "T" in content else ("Dt", DAY)
        child = etree.SubElement(element, f"{{{namespace}}}{name}")
        try:
            kind.write(child, content if "T" in content else DAY.parse(content))
        except ValueError:
            raise ValueError(f"{place(child)}: this is no day or time") from None


WHEN = When()

ADDRESS = Shape(
    PostalAddress,
    one("Dept", "department", _MAX70),
    one("SubDept", "sub_department", _MAX70),
    one("StrtNm", "street_name", _MAX70),
    one("BldgNb", "building_number", _MAX16),
    one("BldgNm", "building_name", MAX35),
    one("Flr", "floor", _MAX70),
    one("PstBx", "post_box", _MAX16),
    one("Room", "room", _MAX70),
    one("PstCd", "post_code", _MAX16),
    one("TwnNm", "town", MAX35),
    one("TwnLctnNm", "town_location", MAX35),
    one("DstrctNm", "district", MAX35),
    one("CtrySubDvsn", "subdivision", MAX35),
    one("Ctry", "country", COUNTRY),
    many("AdrLine", "lines", _MAX70, most=7),
)
_SCHEME = (one("SchmeNm", "scheme", Coded()), one("Issr", "issuer", MAX35))
_ID34 = Shape(parts.Identification, must("Id", "id", _MAX34), *_SCHEME)
_ID35 = Shape(parts.Identification, must("Id", "id", MAX35), *_SCHEME)


def agent(bic: str = "BICFI") -> Shape[Agent]:
    """An agent, whose BIC stands in an element named `bic` (it has changed with the versions)."""
    return Shape(
        Agent,
        one(f"FinInstnId/{bic}", "bic", BIC),
        one("FinInstnId/ClrSysMmbId/ClrSysId", "clearing_system", Coded(limit=5)),
        one("FinInstnId/ClrSysMmbId/MmbId", "member", MAX35),
        one("FinInstnId/LEI", "lei", LEI),
        one("FinInstnId/Nm", "name", MAX140),
        one("FinInstnId/PstlAdr", "address", ADDRESS),
        one("FinInstnId/Othr", "other", _ID35),
        one("BrnchId/Id", "branch", MAX35),
        needs={"": ("FinInstnId",), "FinInstnId/ClrSysMmbId": ("MmbId",)},
    )


def party(bic: str = "AnyBIC") -> Shape[Party]:
    """A party, whose BIC stands in an element named `bic`."""
    return Shape(
        Party,
        one("Nm", "name", MAX140),
        one("PstlAdr", "address", ADDRESS),
        one(f"Id/OrgId/{bic}", "bic", BIC),
        one("Id/OrgId/LEI", "lei", LEI),
        many("Id/OrgId/Othr", "organisation_ids", _ID35),
        many("Id/PrvtId/Othr", "private_ids", _ID35),
        one("CtryOfRes", "country", COUNTRY),
        either={"Id": ("OrgId", "PrvtId")},
    )


AGENT = agent()
PARTY = party()
PARTY_OR_AGENT = Alternative(("Pty", Party, PARTY), ("Agt", Agent, AGENT))

ACCOUNT = Shape(
    parts.Account,
    one("Id/IBAN", "iban", IBAN),
    one("Id/Othr", "other", _ID34),
    one("Tp", "type", Coded()),
    one("Ccy", "currency", CURRENCY),
    one("Nm", "name", _MAX70),
    one("Prxy/Tp", "proxy_type", Coded()),
    one("Prxy/Id", "proxy", Text(limit=2048)),
    either={"Id": ("IBAN", "Othr")},
    needs={"": ("Id",), "Prxy": ("Id",)},
)
PAYMENT_TYPE = Shape(
    parts.PaymentType,
    one("InstrPrty", "priority", words("HIGH", "NORM")),
    many("SvcLvl", "service_levels", Coded()),
    one("LclInstrm", "local_instrument", Coded(limit=35)),
    one("CtgyPurp", "category_purpose", Coded()),
)
PAYMENT_IDS = Shape(
    parts.PaymentIds,
    one("InstrId", "instruction_id", MAX35),
    must("EndToEndId", "end_to_end_id", MAX35),
    one("TxId", "transaction_id", MAX35),
    one("UETR", "uetr", UETR),
    one("ClrSysRef", "clearing_reference", MAX35),
)
SETTLEMENT = Shape(
    parts.Settlement,
    must("SttlmMtd", "method", words("INDA", "INGA", "COVE", "CLRG")),
    one("SttlmAcct", "account", ACCOUNT),
    one("ClrSys", "clearing_system", Coded(limit=3)),
)
CHARGE = Shape(parts.Charge, must("Amt", "amount", AMOUNT), must("Agt", "agent", AGENT))
_STRUCTURED = Shape(
    parts.Structured,
    one("CdtrRefInf/Tp/CdOrPrtry", "type", Coded()),
    one("CdtrRefInf/Tp/Issr", "issuer", MAX35),
    one("CdtrRefInf/Ref", "reference", MAX35),
    many("AddtlRmtInf", "additional", MAX140, most=3),
    needs={"CdtrRefInf/Tp": ("CdOrPrtry",)},
)
REMITTANCE = Shape(
    parts.Remittance,
    many("Ustrd", "lines", MAX140),
    many("Strd", "structured", _STRUCTURED),
)
REASON = Shape(
    parts.Reason,
    one("Orgtr", "originator", PARTY),
    one("Rsn", "code", Coded()),
    many("AddtlInf", "additional", MAX105),
)
ORIGINAL_GROUP = (
    must("OrgnlMsgId", "message_id", MAX35),
    must("OrgnlMsgNmId", "message", MAX35),
    one("OrgnlCreDtTm", "created_at", MOMENT),
)
ORIGINAL_MESSAGE = Shape(parts.OriginalMessage, *ORIGINAL_GROUP)
ORIGINAL_IDS = Shape(
    parts.OriginalIds,
    one("OrgnlInstrId", "instruction_id", MAX35),
    one("OrgnlEndToEndId", "end_to_end_id", MAX35),
    one("OrgnlTxId", "transaction_id", MAX35),
    one("OrgnlUETR", "uetr", UETR),
)
ORIGINAL = Shape(
    parts.Original,
    one("IntrBkSttlmAmt", "amount", AMOUNT),
    one("IntrBkSttlmDt", "settlement_date", DAY),
    one("SttlmInf", "settlement", SETTLEMENT),
    one("PmtTpInf", "type", PAYMENT_TYPE),
    one("RmtInf", "remittance", REMITTANCE),
    one("UltmtDbtr", "ultimate_debtor", PARTY_OR_AGENT),
    one("Dbtr", "debtor", PARTY_OR_AGENT),
    one("DbtrAcct", "debtor_account", ACCOUNT),
    one("DbtrAgt", "debtor_agent", AGENT),
    one("CdtrAgt", "creditor_agent", AGENT),
    one("Cdtr", "creditor", PARTY_OR_AGENT),
    one("CdtrAcct", "creditor_account", ACCOUNT),
    one("UltmtCdtr", "ultimate_creditor", PARTY_OR_AGENT),
)
AGENTS = (
    one("InstgAgt", "instructing_agent", AGENT),
    one("InstdAgt", "instructed_agent", AGENT),
)
REPORT_HEADER = Shape(
    parts.ReportHeader,
    must("MsgId", "message_id", MAX35),
    must("CreDtTm", "created_at", MOMENT),
    *AGENTS,
)
ASSIGNMENT = Shape(
    parts.Assignment,
    must("Id", "id", MAX35),
    must("Assgnr", "assigner", PARTY_OR_AGENT),
    must("Assgne", "assignee", PARTY_OR_AGENT),
    must("CreDtTm", "created_at", MOMENT),
)
CASE = Shape(
    parts.Case,
    must("Id", "id", MAX35),
    must("Cretr", "creator", PARTY_OR_AGENT),
    one("ReopCaseIndctn", "reopened", FLAG),
)


def group_header(total: str, *, typed: bool) -> Shape[parts.GroupHeader]:
    """A header, with the sum in the element `total`: `typed` for orders, else for returns."""
    kind = (one("PmtTpInf", "type", PAYMENT_TYPE),) if typed else ()
    whole = () if typed else (one("GrpRtr", "whole", FLAG),)
    return Shape(
        parts.GroupHeader,
        must("MsgId", "message_id", MAX35),
        must("CreDtTm", "created_at", MOMENT),
        must("NbOfTxs", "count", COUNT),
        one("CtrlSum", "control_sum", NUMBER),
        *whole,
        one(total, "total", AMOUNT),
        one("IntrBkSttlmDt", "settlement_date", DAY),
        must("SttlmInf", "settlement", SETTLEMENT),
        *kind,
        *AGENTS,
    )
