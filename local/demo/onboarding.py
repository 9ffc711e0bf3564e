"""The demo's chapter on onboarding: who gets accounts and who does not, and a list that changes."""

from collections.abc import Mapping
from typing import Any

from local import evidence
from local.demo.client import must
from local.demo.story import Story

_LISTED = 101
"""The entry of the sample list that the demo changes: Viktor Marchenko-Oblast."""

_ADDRESS = {
    "street_name": "Prinsengracht",
    "building_number": "12",
    "post_code": "1015 DK",
    "town": "Amsterdam",
    "country": "NL",
}
_DEVICE = {"ip": "145.97.32.10", "user_agent": "Firefox/145", "fingerprint": "demo"}
_COMMON = {"email": "somebody@example.org", "address": _ADDRESS, "device": _DEVICE}


def onboard(story: Story) -> None:
    """Five applications, a list that changes, an erasure."""
    ada = _apply(story, _person("Ada Verhoeven", "NXR4C5K88"), ["EUR", "USD"])
    shown = _until(story, ada, "active")
    numbers = ", ".join(f"{one['iban']} ({one['currency']})" for one in shown["accounts"])
    story.tell(f"Ada is verified, screened and scored {shown['risk']['tier']}: {numbers}")
    expired = _apply(story, _person("Bram Smit", "NXR4C5K01"), ["EUR"])
    _told(story, "Bram's passport has expired", _until(story, expired, "rejected"))
    listed = _apply(story, _person("Viktor Martchenko", "NXR4C5K77", birth="1968-05-02"), ["EUR"])
    held = _until(story, listed, "needs_attention")
    _told(story, "Viktor writes a listed alias with a slip of the pen", held)
    _decide(story, listed, "reject", "it is the listed person")
    _told(story, "an operator turns him away", _until(story, listed, "rejected"))
    other = _apply(story, _person("Victor Marchenko", "NXR4C5K66", birth="1967-01-30"), ["EUR"])
    _told(story, "another Victor is held too", _until(story, other, "needs_attention"))
    _decide(story, other, "approve", "born elsewhere, another man")
    _told(story, "an operator clears him: a false positive", _until(story, other, "active"))
    firm = _apply(story, _business(), ["EUR"])
    _told(story, "a bakery whose owner is listed", _until(story, firm, "needs_attention"))
    _whole(story, other)
    _list_changes(story, reopened=other, untouched=[ada, firm])
    _erase(story, expired)


def _person(name: str, document: str, *, birth: str = "1988-02-11") -> dict[str, Any]:
    return _COMMON | {
        "type": "person",
        "name": name,
        "birth_date": birth,
        "nationality": "NL",
        "document": {
            "type": "passport",
            "number": document,
            "country": "NL",
            "expires_on": "2031-06-30",
        },
    }


def _business() -> dict[str, Any]:
    owner = {"name": "Ines Zelaya Moran", "birth_date": "1975-08-01", "nationality": "HN"}
    return _COMMON | {
        "type": "business",
        "name": "Zonnebloem Bakkerij BV",
        "registration": {"number": "KVK12345678", "country": "NL", "incorporated_on": "2019-03-01"},
        "owners": [owner | {"share": 10_000}],
        "directors": [{"name": "Joost Bakker", "birth_date": "1980-01-01", "nationality": "NL"}],
    }


def _apply(story: Story, application: Mapping[str, Any], currencies: list[str]) -> str:
    body = {**application, "currencies": currencies}
    made = story.client.do("/customers", body, expect=202)
    must(made["status"] == "in_review", "an application is not in review")
    return str(made["id"])


def _until(story: Story, customer: str, status: str) -> Any:
    """The customer once it has reached `status`."""
    for _ in story.patiently(f"customer {customer} to become {status}"):
        shown = story.client.look(f"/customers/{customer}")
        if shown["status"] == status:
            return shown
        must(shown["status"] in ("in_review", "needs_attention", "active"), f"{shown['status']}")
    raise AssertionError("patience raises")


def _told(story: Story, what: str, shown: Any) -> None:
    reason = shown["history"][-1].get("reason_text")
    story.tell(f"{what}: {shown['status']}" + (f" ({reason})" if reason else ""))


def _decide(story: Story, customer: str, decision: str, reason: str) -> None:
    body = {"decision": decision, "reason": reason}
    story.operator.do(f"/customers/{customer}/decision", body, expect=200)


def _whole(story: Story, customer: str) -> None:
    """The evidence on a customer, verified as an auditor would."""
    document = story.operator.get(f"/customers/{customer}/evidence")
    must(document.status_code == 200, "there is no evidence")  # noqa: PLR2004
    known = story.operator.look(f"/customers/{customer}")["evidence_hash"]
    must(not evidence.troubles(document.content, known), "the evidence is not whole")
    changed = document.content.replace(b"approved", b"rejected", 1)
    must(evidence.troubles(changed, known), "a changed capsule passed")
    size = len(document.content)
    story.tell(f"his evidence ({size:,} bytes) verifies offline; with one word changed it does not")


def _list_changes(story: Story, *, reopened: str, untouched: list[str]) -> None:
    """One entry of the list is changed: only who resembles it is looked at again."""
    before = {one: story.client.look(f"/customers/{one}")["history"] for one in untouched}
    old = _version(story)
    story.publish({_LISTED: "DOB 02 May 1968; alt. DOB 30 Jan 1967; nationality Ukraine."})
    for _ in story.patiently("the changed list to come in force"):
        if (version := _version(story)) != old:
            break
    for _ in story.patiently("monitoring to end"):
        found = story.operator.get(f"/screening/runs/{version}")
        run = found.json()
        if found.is_success and run["finished_at"]:
            break
    shown = _until(story, reopened, "needs_attention")
    must(run["reopened"] == 1, f"{run['reopened']} customers were reopened, not one")
    for one in untouched:
        must(
            story.client.look(f"/customers/{one}")["history"] == before[one],
            "a customer was touched who resembles nothing new",
        )
    story.tell(
        f"the list changes in one entry: {run['seen']} customers screened against it, "
        f"{run['reopened']} reopened"
    )
    _told(story, "it is Victor, who had been cleared of what it said before", shown)


def _version(story: Story) -> str:
    found = story.operator.look("/screening/lists")["items"]
    return str(next(one["version"] for one in found if one["source"] == "ofac"))


def _erase(story: Story, customer: str) -> None:
    """Two people erase somebody who was turned away."""
    path, why = f"/customers/{customer}/erasure", {"reason": "asked by letter"}
    story.operator.do(path, why, expect=202)
    alone = story.operator.post(f"{path}/approval", why)
    must(alone.status_code == 403, "one person erased a customer alone")  # noqa: PLR2004
    done = story.second.do(f"{path}/approval", why, expect=200)
    must(done["certificate"]["jws"].count(".") == 2, "the certificate is not signed")  # noqa: PLR2004
    story.tell("Bram is erased by two people: his key is destroyed, the certificate signed")
