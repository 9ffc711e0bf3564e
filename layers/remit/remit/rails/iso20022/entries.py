"""How statements and their entries stand in camt.053 and camt.054, versions .02 and .08."""

from lxml import etree

from remit.kernel.value import value
from remit.rails.iso20022 import parts, shapes, statement
from remit.rails.iso20022.branch import Branch
from remit.rails.iso20022.choices import WHEN, Coded
from remit.rails.iso20022.kinds import (
    AMOUNT,
    CODE4,
    COUNT,
    CREDIT,
    CURRENCY,
    FLAG,
    INTEGER,
    MAX35,
    MAX105,
    MAX500,
    MOMENT,
    NUMBER,
    RATE,
    UETR,
    Kind,
    Text,
    words,
)
from remit.rails.iso20022.parts import Code
from remit.rails.iso20022.shape import Field, Shape, many, must, one

_OLD_BALANCES = "XPCD OPAV ITAV CLAV FWAV CLBD ITBD OPBD PRCD INFO"
_PAGE = Text(limit=5, pattern="[0-9]{1,5}")
_COPIES = words("CODU", "COPY", "DUPL")
_STATUSES = words("BOOK", "PDNG", "INFO")
_BEARERS = words("DEBT", "CRED", "SHAR", "SLEV")


@value
class Layout:
    """The shapes of one version of one message; `body` and `unit` are its elements' names."""

    message: str
    body: str
    unit: str
    header: Shape[statement.FileHeader]
    entry: Shape[statement.Entry]
    statement: Shape[statement.Statement]


class _Status:
    """An entry's status, which version .02 writes as the bare code."""

    def read(self, branch: Branch) -> Code:
        """The code."""
        return Code(code=_STATUSES.read(branch))

    def write(self, element: etree._Element, content: Code) -> None:
        """Put the code, which may not be a proprietary one."""
        _STATUSES.write(element, "" if content.proprietary else content.code)


_BANK_CODE = Shape(
    statement.BankCode,
    one("Domn/Cd", "domain", CODE4),
    one("Domn/Fmly/Cd", "family", CODE4),
    one("Domn/Fmly/SubFmlyCd", "sub_family", CODE4),
    one("Prtry/Cd", "proprietary", MAX35),
    one("Prtry/Issr", "issuer", MAX35),
    needs={"Domn": ("Cd", "Fmly"), "Domn/Fmly": ("Cd", "SubFmlyCd"), "Prtry": ("Cd",)},
)
_EXCHANGE = Shape(
    statement.Exchange,
    must("SrcCcy", "source", CURRENCY),
    one("TrgtCcy", "target", CURRENCY),
    one("UnitCcy", "unit", CURRENCY),
    must("XchgRate", "rate", RATE),
    one("CtrctId", "contract", MAX35),
    one("QtnDt", "quoted_at", MOMENT),
)
_AMOUNT = (must("Amt", "amount", AMOUNT), one("CcyXchg", "exchange", _EXCHANGE))
_DETAIL_AMOUNT = Shape(statement.AmountDetail, *_AMOUNT)
_AMOUNTS = Shape(
    statement.Amounts,
    one("InstdAmt", "instructed", _DETAIL_AMOUNT),
    one("TxAmt", "moved", _DETAIL_AMOUNT),
    one("CntrValAmt", "counter_value", _DETAIL_AMOUNT),
    one("AnncdPstngAmt", "announced", _DETAIL_AMOUNT),
    many(
        "PrtryAmt",
        "proprietary",
        Shape(statement.AmountDetail, must("Tp", "type", MAX35), *_AMOUNT),
    ),
)
_BATCH = Shape(
    statement.Batch,
    one("MsgId", "message_id", MAX35),
    one("PmtInfId", "payment_information_id", MAX35),
    one("NbOfTxs", "count", COUNT),
    one("TtlAmt", "total", AMOUNT),
    one("CdtDbtInd", "credit", CREDIT),
)


def _charges(*, new: bool) -> tuple[Field, ...]:
    included = (one("ChrgInclInd", "included", FLAG),) if new else ()
    total = () if new else (one("TtlChrgsAndTaxAmt", "total", AMOUNT),)
    record = Shape(
        statement.ChargeRecord,
        *total,
        must("Amt", "amount", AMOUNT),
        one("CdtDbtInd", "credit", CREDIT),
        *included,
        one("Tp/Cd", "type", CODE4 if new else words("BRKF", "COMM")),
        one("Tp/Prtry/Id", "proprietary_type", MAX35),
        one("Tp/Prtry/Issr", "issuer", MAX35),
        one("Rate", "rate", RATE),
        one("Br", "bearer", _BEARERS),
        one("Agt" if new else "Pty", "agent", shapes.agent(old=not new)),
        either={"Tp": ("Cd", "Prtry")},
        needs={"Tp/Prtry": ("Id",)},
    )
    if not new:
        return (many("Chrgs", "charges", record),)
    return (
        one("Chrgs/TtlChrgsAndTaxAmt", "charges_total", AMOUNT),
        many("Chrgs/Rcrd", "charges", record),
    )


def _references(*, new: bool) -> Shape[statement.References]:
    uetr = (one("UETR", "uetr", UETR),) if new else ()
    return Shape(
        statement.References,
        one("MsgId", "message_id", MAX35),
        one("AcctSvcrRef", "servicer_reference", MAX35),
        one("PmtInfId", "payment_information_id", MAX35),
        one("InstrId", "instruction_id", MAX35),
        one("EndToEndId", "end_to_end_id", MAX35),
        *uetr,
        one("TxId", "transaction_id", MAX35),
        one("MndtId", "mandate_id", MAX35),
        one("ChqNb", "cheque", MAX35),
        one("ClrSysRef", "clearing_reference", MAX35),
    )


def _parties(*, new: bool) -> tuple[Field, ...]:
    agent = shapes.agent(old=not new)
    account = shapes.account(old=not new)
    anyone: Kind = shapes.PARTY_OR_AGENT if new else shapes.party(old=True)
    return (
        one("RltdPties/Dbtr", "debtor", anyone),
        one("RltdPties/DbtrAcct", "debtor_account", account),
        one("RltdPties/UltmtDbtr", "ultimate_debtor", anyone),
        one("RltdPties/Cdtr", "creditor", anyone),
        one("RltdPties/CdtrAcct", "creditor_account", account),
        one("RltdPties/UltmtCdtr", "ultimate_creditor", anyone),
        one("RltdAgts/DbtrAgt", "debtor_agent", agent),
        one("RltdAgts/CdtrAgt", "creditor_agent", agent),
    )


def _detail(*, new: bool) -> Shape[statement.Detail]:
    amount = (one("Amt", "amount", AMOUNT), one("CdtDbtInd", "credit", CREDIT)) if new else ()
    reason = Shape(
        parts.Reason,
        one("Orgtr", "originator", shapes.party(old=not new)),
        one("Rsn", "code", Coded()),
        many("AddtlInf", "additional", MAX105),
    )
    return Shape(
        statement.Detail,
        one("Refs", "references", _references(new=new)),
        *amount,
        one("AmtDtls", "amounts", _AMOUNTS),
        one("BkTxCd", "code", _BANK_CODE),
        *_charges(new=new),
        *_parties(new=new),
        one("Purp", "purpose", Coded()),
        one("RmtInf", "remittance", shapes.REMITTANCE),
        one("RtrInf", "return_reason", reason),
        one("AddtlTxInf", "additional", MAX500),
    )


def _entry(*, new: bool) -> Shape[statement.Entry]:
    details = Shape(
        statement.Details,
        one("Btch", "batch", _BATCH),
        many("TxDtls", "payments", _detail(new=new)),
    )
    return Shape(
        statement.Entry,
        one("NtryRef", "reference", MAX35),
        must("Amt", "amount", AMOUNT),
        must("CdtDbtInd", "credit", CREDIT),
        one("RvslInd", "reversal", FLAG),
        must("Sts", "status", Coded() if new else _Status()),
        one("BookgDt", "booked_on", WHEN),
        one("ValDt", "value_on", WHEN),
        one("AcctSvcrRef", "servicer_reference", MAX35),
        must("BkTxCd", "code", _BANK_CODE),
        one("AmtDtls", "amounts", _AMOUNTS),
        *_charges(new=new),
        many("NtryDtls", "details", details),
        one("AddtlNtryInf", "additional", MAX500),
    )


def _summary(*, new: bool) -> Shape[statement.Summary]:
    net = ("TtlNetNtry/Amt", "TtlNetNtry/CdtDbtInd") if new else ("TtlNetNtryAmt", "CdtDbtInd")
    return Shape(
        statement.Summary,
        one("TtlNtries/NbOfNtries", "count", COUNT),
        one("TtlNtries/Sum", "sum", NUMBER),
        one(f"TtlNtries/{net[0]}", "net", NUMBER),
        one(f"TtlNtries/{net[1]}", "net_credit", CREDIT),
        one("TtlCdtNtries/NbOfNtries", "credits", COUNT),
        one("TtlCdtNtries/Sum", "credit_sum", NUMBER),
        one("TtlDbtNtries/NbOfNtries", "debits", COUNT),
        one("TtlDbtNtries/Sum", "debit_sum", NUMBER),
        needs={"TtlNtries/TtlNetNtry": ("Amt", "CdtDbtInd")},
    )


def layout(message: str, body: str, unit: str) -> Layout:
    """The layout of `message`, whose statements are the elements `unit`."""
    new = message.endswith(".08")
    return Layout(
        message=message,
        body=body,
        unit=unit,
        header=_header(message, shapes.party(old=not new)),
        statement=_statement(unit, new=new),
        entry=_entry(new=new),
    )


def _statement(unit: str, *, new: bool) -> Shape[statement.Statement]:
    pages = f"{unit}Pgntn"
    paged = (one(f"{pages}/PgNb", "page", _PAGE), one(f"{pages}/LastPgInd", "last_page", FLAG))
    balances = many("Bal", "balances", _balance(new=new), least=1)
    return Shape(
        statement.Statement,
        must("Id", "id", MAX35),
        *(paged if new else ()),
        one("ElctrncSeqNb", "number", INTEGER),
        one("LglSeqNb", "legal_number", INTEGER),
        (one if new else must)("CreDtTm", "created_at", MOMENT),
        one("FrToDt/FrDtTm", "from_at", MOMENT),
        one("FrToDt/ToDtTm", "to_at", MOMENT),
        one("CpyDplctInd", "copy", _COPIES),
        must("Acct", "account", _account(new=new)),
        *((balances,) if unit == "Stmt" else ()),
        one("TxsSummry", "summary", _summary(new=new)),
        many("Ntry", "entries", _entry(new=new)),
        one(f"Addtl{unit}Inf", "additional", MAX500),
        needs={pages: ("PgNb", "LastPgInd"), "FrToDt": ("FrDtTm", "ToDtTm")},
    )


def _account(*, new: bool) -> Shape[statement.StatementAccount]:
    return Shape(
        statement.StatementAccount,
        must(".", "account", shapes.account(old=not new)),
        one("Ownr", "owner", shapes.party(old=not new)),
        one("Svcr", "servicer", shapes.agent(old=not new)),
    )


def _balance(*, new: bool) -> Shape[statement.Balance]:
    return Shape(
        statement.Balance,
        must("Tp/CdOrPrtry", "type", Coded(codes="" if new else _OLD_BALANCES)),
        must("Amt", "amount", AMOUNT),
        must("CdtDbtInd", "credit", CREDIT),
        must("Dt", "on", WHEN),
    )


def _header(message: str, recipient: Kind) -> Shape[statement.FileHeader]:
    return Shape(
        statement.FileHeader,
        must("MsgId", "message_id", MAX35),
        must("CreDtTm", "created_at", MOMENT),
        one("MsgRcpt", "recipient", recipient),
        one("MsgPgntn/PgNb", "page", _PAGE),
        one("MsgPgntn/LastPgInd", "last_page", FLAG),
        one("AddtlInf", "additional", MAX500),
        needs={"MsgPgntn": ("PgNb", "LastPgInd")},
        fixed={"message": message},
    )
