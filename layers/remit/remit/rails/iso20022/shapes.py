"""How the shared parts of `parts` stand in ISO 20022's elements, in the versions that we speak."""

from remit.rails.iso20022 import parts
from remit.rails.iso20022.choices import Alternative, Coded
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
    OLD_BIC,
    UETR,
    Text,
    words,
)
from remit.rails.iso20022.parts import Agent, Party
from remit.rails.iso20022.shape import Field, Shape, many, must, one

_MAX16, _MAX34, _MAX70 = Text(limit=16), Text(limit=34), Text(limit=70)


_OLD_ACCOUNTS = "CASH CHAR COMM TAXE CISH TRAS SACC CACC SVGS ONDP MGLD NREX MOMA LOAN SLRY ODFT"

_SCHEME = (one("SchmeNm", "scheme", Coded()), one("Issr", "issuer", MAX35))
_ID34 = Shape(parts.Identification, must("Id", "id", _MAX34), *_SCHEME)
_ID35 = Shape(parts.Identification, must("Id", "id", MAX35), *_SCHEME)


def _since_2019(*fields: Field, old: bool) -> tuple[Field, ...]:
    """Rows of elements that came with the versions of 2019, which `old` messages have not."""
    return () if old else fields


def address(*, old: bool = False) -> Shape[PostalAddress]:
    """A postal address."""
    return Shape(
        PostalAddress,
        one("Dept", "department", _MAX70),
        one("SubDept", "sub_department", _MAX70),
        one("StrtNm", "street_name", _MAX70),
        one("BldgNb", "building_number", _MAX16),
        *_since_2019(
            one("BldgNm", "building_name", MAX35),
            one("Flr", "floor", _MAX70),
            one("PstBx", "post_box", _MAX16),
            one("Room", "room", _MAX70),
            old=old,
        ),
        one("PstCd", "post_code", _MAX16),
        one("TwnNm", "town", MAX35),
        *_since_2019(
            one("TwnLctnNm", "town_location", MAX35), one("DstrctNm", "district", MAX35), old=old
        ),
        one("CtrySubDvsn", "subdivision", MAX35),
        one("Ctry", "country", COUNTRY),
        many("AdrLine", "lines", _MAX70, most=7),
    )


def agent(*, old: bool = False) -> Shape[Agent]:
    """An agent."""
    return Shape(
        Agent,
        one(*(("FinInstnId/BIC", "bic", OLD_BIC) if old else ("FinInstnId/BICFI", "bic", BIC))),
        one("FinInstnId/ClrSysMmbId/ClrSysId", "clearing_system", Coded(limit=5)),
        one("FinInstnId/ClrSysMmbId/MmbId", "member", MAX35),
        *_since_2019(one("FinInstnId/LEI", "lei", LEI), old=old),
        one("FinInstnId/Nm", "name", MAX140),
        one("FinInstnId/PstlAdr", "address", address(old=old)),
        one("FinInstnId/Othr", "other", _ID35),
        one("BrnchId/Id", "branch", MAX35),
        needs={"": ("FinInstnId",), "FinInstnId/ClrSysMmbId": ("MmbId",)},
    )


def party(*, old: bool = False) -> Shape[Party]:
    """A party."""
    return Shape(
        Party,
        one("Nm", "name", MAX140),
        one("PstlAdr", "address", address(old=old)),
        one(*(("Id/OrgId/BICOrBEI", "bic", OLD_BIC) if old else ("Id/OrgId/AnyBIC", "bic", BIC))),
        *_since_2019(one("Id/OrgId/LEI", "lei", LEI), old=old),
        many("Id/OrgId/Othr", "organisation_ids", _ID35),
        many("Id/PrvtId/Othr", "private_ids", _ID35),
        one("CtryOfRes", "country", COUNTRY),
        either={"Id": ("OrgId", "PrvtId")},
    )


def account(*, old: bool = False) -> Shape[parts.Account]:
    """An account."""
    return Shape(
        parts.Account,
        one("Id/IBAN", "iban", IBAN),
        one("Id/Othr", "other", _ID34),
        one("Tp", "type", Coded(codes=_OLD_ACCOUNTS if old else "")),
        one("Ccy", "currency", CURRENCY),
        one("Nm", "name", _MAX70),
        *_since_2019(
            one("Prxy/Tp", "proxy_type", Coded()),
            one("Prxy/Id", "proxy", Text(limit=2048)),
            old=old,
        ),
        either={"Id": ("IBAN", "Othr")},
        needs={"": ("Id",), "Prxy": ("Id",)},
    )


AGENT, PARTY, ACCOUNT = agent(), party(), account()
PARTY_OR_AGENT = Alternative(("Pty", Party, PARTY), ("Agt", Agent, AGENT))
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
    one("CdtrRefInf/Tp/CdOrPrtry", "type", Coded(codes="RADM RPIN FXDR DISP PUOR SCOR")),
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
_ORIGINAL_IDS = (
    one("OrgnlInstrId", "instruction_id", MAX35),
    one("OrgnlEndToEndId", "end_to_end_id", MAX35),
    one("OrgnlTxId", "transaction_id", MAX35),
)
_UETR = one("OrgnlUETR", "uetr", UETR)
_CLEARING = one("OrgnlClrSysRef", "clearing_reference", MAX35)
# The last two ids stand in this order, alone, or the other way round, as the message has it.
ORIGINAL_IDS = Shape(parts.OriginalIds, *_ORIGINAL_IDS, _UETR)
CLEARED_IDS = Shape(parts.OriginalIds, *_ORIGINAL_IDS, _UETR, _CLEARING)
RESOLVED_IDS = Shape(parts.OriginalIds, *_ORIGINAL_IDS, _CLEARING, _UETR)
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
