"""Where single faults strike a settlement window, and which: what is alike is struck once.

The road on which all goes well is struck from the members' queue on; each further road where it
goes another way, at what it writes, sends and starts.
"""

from collections.abc import Iterator, Mapping, Sequence

from tests.simulation.faults import Site, possible

_WINDOW = ("settlement/", "SettlementMachine", "message MembersQueue", "message ConfirmationsQueue",
           "acme shut", "timer settlement/", "bank", "rails/receive")  # fmt: skip
_DESK = ("settlement/operate", "settlement/await_person", "treasurer", "acme fund", "acme resume")
_STRUCK: Mapping[str, tuple[str, ...]] = {
    "settled": _WINDOW,
    "cut_off": ("settlement/sweep", "timer settlement/", "settlement/close"),
    "short": (*_DESK, "settlement/check"),
    "rejected": ("settlement/operate", "settlement/instruct"),
    "silent": ("settlement/instruct", "settlement/await_confirmation", "bank"),
    "unanswered": ("settlement/operate", "settlement/await_person"),
    "returned": ("settlement/join", "settlement/instruct", "settlement/post"),
    "raced": ("settlement/close", "settlement/await_confirmation", "settlement/post"),
    "two": ("settlement/join", "settlement/confirm", "settlement/await_confirmation",
            "message ConfirmationsQueue"),
    "capped": ("settlement/cap", "acme cap", "payments/reserve"),
}  # fmt: skip
"""By road, how the keys of the sites begin that are its own."""

_WHOLE = "settled"
_READS = ("dynamodb.get_item", "dynamodb.query", "dynamodb.batch_get_item",
          "secretsmanager.get_secret_value", "kms.decrypt")  # fmt: skip
_READ_FAULTS = ("crash before", "silence", "stale")
"""What else goes wrong with a read comes to one of these."""

_FURTHER = ("crash before", "crash after", "zombie", "replies lost", "overdue", "conflict")
"""What goes wrong with a call on a further road; the others are struck on the first."""


def of_window(
    road: str, sites: Sequence[Site], paired: Mapping[str, Sequence[str]]
) -> Iterator[tuple[Site, str]]:
    """Each site of a road that is struck, with each fault; of what is `paired` those that tell."""
    own = [site for site in sites if site.key.startswith(_STRUCK[road]) and _is_own(site)]
    if road == _WHOLE:
        begun = next(place for place, site in enumerate(own) if site.key.startswith("message M"))
        own = own[begun:]
    for site in _once(own):
        is_read = site.label in _READS
        if is_read and road != _WHOLE:
            continue
        for kind in possible(site.what, site.label):
            if kind not in paired[site.what] or (is_read and kind not in _READ_FAULTS):
                continue
            if site.what == "call" and road != _WHOLE and kind not in _FURTHER:
                continue
            yield site, kind


def _is_own(site: Site) -> bool:
    """Whether a site is settlement's: how messages are taken in is struck on the roads of rails."""
    return not site.key.startswith("rails/") or site.label.startswith("sqs.")


def _once(sites: Sequence[Site]) -> list[Site]:
    """Of sites in runs of the same function the last run's; of a row of alike ones the last.

    What a machine invokes is struck once for each function, and of the parts of a slice, which are
    computed alike, the last is.
    """
    alike: dict[tuple[str, str, str], list[Site]] = {}
    for site in sites:
        task, _, number = site.key.rpartition(".")
        name = task.rpartition(":")[0] or task
        place = "" if site.what == "invoke" or name == "settlement/compute" else number
        alike.setdefault((name, place, site.label), []).append(site)
    return [own[-1] for own in alike.values()]
