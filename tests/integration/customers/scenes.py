"""What tests of onboarding do again and again, and how its calls are disturbed."""

import json
from itertools import product

from remit.customers.look import one
from remit.customers.schema import CustomerView
from remit.kernel.errors import Fault
from tests.integration.cloud import Killed, kill_after, kill_before, lose_reply, lose_request
from tests.integration.customers.office import PERSON, TABLES

FAULTS = {
    "request": lose_request,
    "reply": lose_reply,
    "before": kill_before,
    "after": kill_after,
}


def applied(office, application=PERSON, **options):
    answer = office.apply(application, **options)
    assert answer.status == 202, answer.body
    return json.loads(answer.body)["id"]


def view(office, customer):
    shown = one(office.customers, "acme", customer)
    return CustomerView.model_validate(shown)


def until_done(act):
    for _ in range(8):
        try:
            return act()
        except (Fault, Killed):
            continue
    raise AssertionError("it was never done")


def disturbed(office, act):
    """Every call of `act` disturbed in turn, each in every way; it comes to the same each time."""
    before, keys = snapshot(office), office.keys
    office.client.watch()
    expected = act()
    calls, after = len(office.client.calls), office.world()
    assert calls
    for call, what in product(range(calls), FAULTS.values()):
        restore(office, before)
        office.keys = keys
        office.client.watch({call: what})
        assert until_done(act) == expected, call
        office.client.watch()
        assert office.world() == after, call


def snapshot(office):
    return {name: list(office.database.items(name)) for name in TABLES}


def restore(office, before):
    office.clear()
    office.database.put_back(before)


def status(answer):
    return answer.status, json.loads(answer.body)["status"]


def held(office, application=PERSON):
    office.listed = {"Zsófia": "e1@1", "Béla": "e7@1"}
    customer = applied(office, application)
    assert office.run(customer) == "needs_attention"
    return customer


def section(office, customer, name):
    document = office.evidence(customer)
    return next(one["content"] for one in document["sections"] if one["name"] == name)


def names(office, customer):
    document = office.evidence(customer)
    return [one["name"] for one in document["sections"]]


def active(office, application=PERSON, **options):
    customer = applied(office, application, **options)
    assert office.run(customer) == "active"
    return customer
