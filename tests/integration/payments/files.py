"""Payment files for tests, small ones, and what is done with them."""

from datetime import date

from local.samples import payroll
from remit.kernel.errors import Unavailable
from tests.integration.cloud import Cloud, Reply


def xml(debtor: str, *creditors: str, count: int, **more: object) -> bytes:
    """A pain.001.001.09 of `count` salaries."""
    return payroll(
        debtor_account=debtor,
        creditor_accounts=creditors,
        count=count,
        **{"execution_date": date(2026, 11, 24)} | more,
    )


def submitted(cloud: Cloud, content: bytes, **request: object) -> Reply:
    """What the API answers to the file."""
    headers = {"Content-Type": "application/xml"}
    return cloud.api("POST", "/payment-files", body=content.decode(), headers=headers, **request)


def process(cloud: Cloud, file_id: str, **more: object) -> str:
    """Deliver the file to the function that works it off, as the queue does."""
    message = {"id": file_id, "tenant": "acme", "request_id": "req-1"}
    if cloud.deliver("payments/process_file", message, **more):
        raise Unavailable("the message comes back")
    return "done"
