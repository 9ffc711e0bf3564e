"""Every write of reconciliation: once, twice, and with anything lost on the way."""

import pytest

from tests.integration.cloud import Cloud, lose_reply
from tests.integration.losses import (
    FAULTS,
    Act,
    hold_against,
    hold_when_repeated,
    until_answered,
)
from tests.integration.reconciliation.scenes import (
    adjustment,
    breaks,
    camt,
    line,
    move,
    on_break,
    own,
    reconciled,
    send,
    statement,
    task,
    work_off,
)

TODAY = statement(line(-12_50, "CHARGES"))


def accept(cloud: Cloud) -> Act:
    content = camt(TODAY, statement(id="STM-2"))
    return lambda: send(cloud, content, key="send")


def accept_refused(cloud: Cloud) -> Act:
    send(cloud, camt(statement()))
    content = camt(TODAY)
    return lambda: send(cloud, content, key="send")


def declare(cloud: Cloud) -> Act:
    columns = {"day": "Date", "dates": "YYYY-MM-DD", "amount": "Amount"}
    body = {"name": "bank", "account": "N1", "currency": "EUR", "columns": columns}
    return lambda: cloud.api(
        "POST", "/statement-mappings", role="operator", body=body, key="declare"
    )


def declare_nostro(cloud: Cloud) -> Act:
    return lambda: own(cloud, "NOSTRO-2", key="own")


def declare_first_nostro(cloud: Cloud) -> Act:
    return lambda: own(cloud, "NOSTRO-2", tenant="other", key="own")


def received(cloud: Cloud) -> str:
    move(cloud, 1_00, "A")
    return send(cloud, camt(TODAY)).body["id"]


def read(cloud: Cloud) -> Act:
    run = received(cloud)
    return lambda: task(cloud, "read_statement", run)


def match(cloud: Cloud) -> Act:
    run = received(cloud)
    work_off(cloud, run, until="read")
    return lambda: task(cloud, "match_entries", run)


def raise_(cloud: Cloud) -> Act:
    """One break that is new, and one that is gone."""
    move(cloud, 1_00, "A")
    reconciled(cloud, statement())
    more = line(1_00, "A"), line(-12_50, "CHARGES")
    run = send(cloud, camt(statement(*more, id="STM-2", number=2))).body["id"]
    work_off(cloud, run, until="matched")
    return lambda: task(cloud, "raise_breaks", run)


def report(cloud: Cloud) -> Act:
    run = received(cloud)
    work_off(cloud, run, until="raised")
    return lambda: task(cloud, "report", run, "raised")


def fail(cloud: Cloud) -> Act:
    run = received(cloud)
    return lambda: task(cloud, "report", run, "failed")


def rerun(cloud: Cloud) -> Act:
    run = reconciled(cloud, TODAY)["id"]
    path = {"id": run}
    return lambda: cloud.api(
        "POST", "/reconciliations/{id}/rerun", role="operator", path=path, key="again"
    )


def the_break(cloud: Cloud) -> str:
    reconciled(cloud, TODAY)
    return breaks(cloud)[0]["id"]


def assign(cloud: Cloud) -> Act:
    name = the_break(cloud)
    return lambda: on_break(cloud, name, "assign", {"owner": "cleo"}, key="assign")


def investigate(cloud: Cloud) -> Act:
    name = the_break(cloud)
    return lambda: on_break(cloud, name, "investigate", key="investigate")


def resolve(cloud: Cloud) -> Act:
    reconciled(cloud, statement(line(-1, "A"), line(1, "B", end_to_end_id="X")))
    name, other = (each["id"] for each in breaks(cloud))
    body = {"resolution": "resolved", "reason": "found", "because": "cancels_out"}
    body |= {"cancels": [other]}
    return lambda: on_break(cloud, name, "resolution", body, key="resolve")


def propose(cloud: Cloud) -> Act:
    name, asked = the_break(cloud), adjustment(12_50, "external", "nostro")
    body = {"resolution": "written_off", "reason": "a charge", "adjustment": asked}
    return lambda: on_break(cloud, name, "resolution", body, key="propose")


def approve(cloud: Cloud) -> Act:
    act = propose(cloud)
    shown = act().body
    body = {"adjustment": shown["adjustment"]["id"]}
    return lambda: on_break(
        cloud, shown["id"], "approval", body, subject="cleo@acme", key="approve"
    )


API = [
    accept,
    accept_refused,
    declare,
    declare_nostro,
    declare_first_nostro,
    rerun,
    assign,
    investigate,
    resolve,
    propose,
    approve,
]
STEPS = [read, match, raise_, report, fail]


@pytest.mark.parametrize("scene", API, ids=lambda scene: scene.__name__)
def test_a_request_sent_twice_has_one_answer_and_one_effect(cloud: Cloud, scene):
    hold_when_repeated(cloud, scene(cloud))


@pytest.mark.parametrize("scene", STEPS, ids=lambda scene: scene.__name__)
def test_a_step_that_is_done_twice_is_done_once(cloud: Cloud, scene):
    hold_when_repeated(cloud, scene(cloud))


@pytest.mark.parametrize("fault", sorted(FAULTS.keys() - {"three replies in a row are lost"}))
def test_where_money_moves_nothing_lost_makes_a_difference(cloud: Cloud, fault: str):
    hold_against(cloud, approve(cloud), fault)


def test_where_breaks_are_made_no_reply_that_is_lost_makes_a_difference(cloud: Cloud):
    hold_against(cloud, raise_(cloud), "the reply is lost")


OTHERS = [one for one in (*API, *STEPS) if one not in (approve, raise_, read)]


@pytest.mark.parametrize("scene", OTHERS, ids=lambda scene: scene.__name__)
def test_a_reply_that_is_lost_makes_no_difference(cloud: Cloud, scene):
    hold_against(cloud, scene(cloud), "the reply is lost")


def test_what_was_read_first_stands_though_its_reply_was_lost(cloud: Cloud):
    act = read(cloud)
    before = cloud.world()
    cloud.dynamodb.watch()
    assert act() == "read"
    put, after = cloud.dynamodb.calls.index("update_item"), cloud.world()
    cloud.restore(before)
    cloud.dynamodb.watch({put: lose_reply})
    assert until_answered(act) == "read"
    cloud.dynamodb.watch()

    assert cloud.world() == after
    cloud.clock.now += 1
    move(cloud, 5, "LATER", at=cloud.clock.now)
    assert act() == "read"
