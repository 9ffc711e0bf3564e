"""`make demo`: the whole backend at work once, on real requests, with a readable account of it."""

import time
from collections.abc import Callable

import httpx
from rich.console import Console
from rich.table import Table

from local import cloud, lists
from local.demo import books, crowd, hong_kong, onboarding, rails, reconciliation, settlement
from local.demo.client import Client, DidNotHold
from local.demo.nostro import settler
from local.demo.story import Story
from local.options import options
from local.seed import DEMO, OTHER

Chapter = tuple[str, Callable[[Story], None]]

CHAPTERS: tuple[Chapter, ...] = (
    ("Two tenants and their customers", Story.people),
    ("A payment to another bank, which keeps silent", rails.set_out),
    ("Payments, one by one", Story.one_by_one),
    ("The same payment, twenty times at once", crowd.same_twenty_times),
    ("A payroll file", crowd.payroll_file),
    ("Three hundred payments at once", crowd.crowd),
    ("Onboarding", onboarding.onboard),
    ("Payments to and from other banks", rails.chapter),
    ("Payees, and payments in Hong Kong", hong_kong.chapter),
    ("Settlement", settlement.chapter),
    ("A bank's statement, and what does not fit", reconciliation.reconcile),
    ("A statement in Hong Kong dollars", hong_kong.reconcile),
    ("The books", books.check),
)


def main(arguments: list[str]) -> int:
    """Start a cloud, tell the story, stop the cloud. 0 only if everything held."""
    options(arguments)
    console = Console(highlight=False)
    begun = time.monotonic()
    try:
        with cloud.running() as here:
            console.print(
                f"[dim]the local cloud is up in {time.monotonic() - begun:.1f} s: template.yaml, "
                "deployed; real handlers, real state machine, real authoriser[/dim]"
            )
            with httpx.Client(base_url=here.url, timeout=30, limits=_limits()) as http:
                story = _story(here, http, console)
                _tell(story, console)
    except (DidNotHold, cloud.CloudFailed) as failed:
        console.print(f"[bold red]The demo failed:[/] {failed}")
        return 1
    story.figures["whole demo"] = f"{time.monotonic() - begun:.0f} s"
    _sum_up(story, console)
    return 0


def _limits() -> httpx.Limits:
    return httpx.Limits(max_connections=64, max_keepalive_connections=64)


def _story(here: cloud.Cloud, http: httpx.Client, console: Console) -> Story:
    def caller(tenant: str, role: str, subject: str | None = None) -> Client:
        return Client(http, here.token(tenant, role, subject))

    def publish(changed: dict[int, str]) -> None:
        files = lists.samples(changed)["ofac"]
        lists.upload(here.client("s3"), here.resources[lists.BUCKET], "ofac", "changed", files)

    return Story(
        operator=caller(DEMO.name, "operator"),
        second=caller(DEMO.name, "operator", "another-operator"),
        client=caller(DEMO.name, "client"),
        other_operator=caller(OTHER.name, "operator"),
        other=caller(OTHER.name, "client"),
        publish=publish,
        settle=settler(here),
        tell=lambda line: console.print(f"  {line}"),
        scheme=here.scheme,
    )


def _tell(story: Story, console: Console) -> None:
    for title, chapter in CHAPTERS:
        begun = time.monotonic()
        console.print(f"\n[bold]{title}[/]")
        chapter(story)
        console.print(f"  [green]held[/] [dim]({time.monotonic() - begun:.1f} s)[/]")


def _sum_up(story: Story, console: Console) -> None:
    table = Table(title="\nEverything held", title_justify="left", show_header=False)
    for name, figure in story.figures.items():
        table.add_row(name, figure)
    console.print(table)
    console.print(
        "Where to look next:\n"
        "  make up                 leaves the cloud running, with docs at /docs\n"
        "  docs/start.md           the same by hand, with curl\n"
        "  docs/concepts/          why it holds: idempotency, double entry, fraud check, rails\n"
        "  statemachines/          the payment's road, as Step Functions runs it"
    )
