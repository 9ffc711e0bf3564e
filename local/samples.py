"""Makes the demo's payment files. The same arguments give the same bytes."""

from collections.abc import Sequence
from datetime import date

from lxml import etree

from remit.kernel.money import Money

_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
_GIVEN = ("Anna", "Bram", "Chiara", "Dóra", "Emil", "Fatou", "Goran", "Hyun-woo", "Inés", "Łukasz")
_FAMILY = ("Okafor", "Virtanen", "Müller", "Novák", "García", "田中", "Ó Briain", "Şahin", "Rossi")
_LOWEST_MINOR = 185_000
_STEP_MINOR = 7_450  # keeps clear of the last two digits 01 to 05, to which the sandbox reacts


def payroll(
    *,
    debtor_account: str,
    creditor_accounts: Sequence[str],
    count: int = 120,
    currency: str = "EUR",
    message_id: str = "PAYROLL-2026-11",
    created_at: str = "2026-11-24T09:30:00Z",
    execution_date: date = date(2026, 11, 24),
    debtor_name: str = "Northwind Bakery Ltd",
) -> bytes:
    """A pain.001.001.09 of `count` salaries, paid to `creditor_accounts` in turn.

    Accounts are ids of at most 34 characters, such as `acc_…`.
    """
    salaries = [_salary(place, currency) for place in range(count)]
    total = Money(amount=sum(each.amount for each in salaries), currency=currency).decimal()
    names: dict[str | None, str] = {None: _NAMESPACE}
    root = etree.Element(f"{{{_NAMESPACE}}}Document", nsmap=names)
    message = _add(root, "CstmrCdtTrfInitn")
    header = _add(message, "GrpHdr")
    _add(header, "MsgId", message_id)
    _add(header, "CreDtTm", created_at)
    _figures(header, count, total)
    _add(header, "InitgPty/Nm", debtor_name)
    block = _add(message, "PmtInf")
    _add(block, "PmtInfId", f"{message_id}-1")
    _add(block, "PmtMtd", "TRF")
    _figures(block, count, total)
    _add(block, "ReqdExctnDt/Dt", execution_date.isoformat())
    _add(block, "Dbtr/Nm", debtor_name)
    _add(block, "DbtrAcct/Id/Othr/Id", debtor_account)
    _add(block, "DbtrAgt/FinInstnId/Othr/Id", "NOTPROVIDED")
    for place, salary in enumerate(salaries):
        _transfer(block, place, salary, creditor_accounts[place % len(creditor_accounts)])
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _salary(place: int, currency: str) -> Money:
    return Money(amount=_LOWEST_MINOR + place % 37 * _STEP_MINOR, currency=currency)


def _figures(parent: etree._Element, count: int, total: str) -> None:
    _add(parent, "NbOfTxs", str(count))
    _add(parent, "CtrlSum", total)


def _transfer(block: etree._Element, place: int, salary: Money, account: str) -> None:
    transfer = _add(block, "CdtTrfTxInf")
    _add(transfer, "PmtId/EndToEndId", f"SALARY-{place + 1:05}")
    _add(transfer, "Amt/InstdAmt", salary.decimal()).set("Ccy", salary.currency)
    _add(transfer, "Cdtr/Nm", f"{_GIVEN[place % len(_GIVEN)]} {_FAMILY[place % len(_FAMILY)]}")
    _add(transfer, "CdtrAcct/Id/Othr/Id", account)
    _add(transfer, "RmtInf/Ustrd", "Salary November 2026")


def _add(parent: etree._Element, path: str, text: str | None = None) -> etree._Element:
    """Add every element of `path`, one in the other; the last gets `text`."""
    for name in path.split("/"):
        parent = etree.SubElement(parent, f"{{{_NAMESPACE}}}{name}")
    parent.text = text
    return parent
