"""Money moved by hand: each kind, all that it refuses, and no key, loss or rival doubles it."""

import pytest

from remit.kernel.clock import DAY, MINUTE, rfc3339
from remit.ledger.schema import TransferView
from remit.ledger.schema_transfer import TransferAnswer
from remit.ledger.verify import verify
from tests.builders import event, lambda_context
from tests.integration.cloud import START, handler, let_in
from tests.integration.ledger.hostile import IDS
from tests.integration.losses import FAULTS, hold_against, hold_when_repeated

NOBODY = "tr_" + "0" * 26
SOON = rfc3339(START + MINUTE)


@pytest.fixture
def people(cloud):
    """Anna with 100, Ben and Cid with nothing."""
    found = [cloud.open(key=name) for name in ("anna", "ben", "cid")]
    cloud.deposit(found[0], 100, key="in")
    return found


def send(cloud, kind, role="operator", **request):
    more = {name: request.pop(name) for name in ("key", "tenant") if name in request}
    body = {"kind": kind, **({} if kind == "linked" else {"reason": "told so"}), **request}
    return cloud.api("POST", "/ledger/transfers", role=role, body=body, **more)


def legs(*sums):
    """Legs such as `(anna, -5), (ben, 5)`."""
    return [
        {"account": who, "side": "debit" if sum_ < 0 else "credit", "amount": abs(sum_)}
        for who, sum_ in sums
    ]


def between(people, amount, *, to=1):
    return {"currency": "EUR", "legs": legs((people[0], -amount), (people[to], amount))}


def hold(cloud, people, amount=40, **more):
    body = between(people, amount) | {"expires_at": SOON} | more
    return send(cloud, "hold", **body).body["id"]


def seen(cloud, name, tenant="acme"):
    request = {"role": "auditor", "tenant": tenant, "path": {"id": name}}
    return cloud.api("GET", "/ledger/transfers/{id}", **request)


def sweep(cloud):
    due = event("ledger/expire/minute") | {"time": rfc3339(cloud.clock.now)}
    handler("ledger/expire")(due, lambda_context(60_000))


def available(cloud, people):
    return [cloud.balance(one) for one in people]


def test_a_transfer_moves_money_and_is_answered_as_it_is_read(cloud, people):
    made = send(cloud, "transfer", **between(people, 30))

    assert made.status == 201
    assert TransferView.model_validate(made.body).status == "posted"
    assert (made.body["kind"], made.body["reference"]) == ("transfer", "told so")
    assert seen(cloud, made.body["id"]).text == made.text
    assert available(cloud, people) == [70, 30, 0]
    assert verify(cloud.items("Ledger")) == []


def test_legs_on_one_account_are_answered_as_one(cloud, people):
    anna, ben, cid = people
    split = legs((anna, -30), (ben, 20), (anna, 10), (cid, -5), (cid, 5))
    made = send(cloud, "transfer", currency="EUR", legs=split)

    assert made.body["legs"] == legs((anna, -20), (ben, 20))
    assert seen(cloud, made.body["id"]).text == made.text


def test_a_hold_is_posted_in_part_and_the_rest_is_free(cloud, people):
    held = send(cloud, "hold", **between(people, 40), expires_at=SOON)
    assert (held.status, held.body["status"], held.body["expires_at"]) == (
        201,
        "pending",
        "2026-11-24T09:31:00.000Z",
    )
    assert available(cloud, people) == [60, 0, 0]

    posted = send(cloud, "post", hold=held.body["id"], amount=15)
    assert (posted.status, posted.body["status"], posted.body["posted"]) == (200, "posted", 15)
    assert seen(cloud, held.body["id"]).text == posted.text
    assert available(cloud, people) == [85, 15, 0]
    assert send(cloud, "void", hold=held.body["id"]).code == "transfer_posted"
    assert verify(cloud.items("Ledger")) == []


def test_the_reason_of_an_end_is_kept_with_it(cloud, people):
    send(cloud, "post", hold=hold(cloud, people), reason="the key is lost")
    (end,) = [item for item in cloud.items("Ledger") if item["sk"] == "resolution"]
    assert (end["why"], end["by"]) == ("posted the key is lost", "ada@acme")


def test_a_hold_is_voided_once(cloud, people):
    name = hold(cloud, people)
    assert send(cloud, "void", hold=name).body["status"] == "voided"
    assert available(cloud, people) == [100, 0, 0]
    assert send(cloud, "post", hold=name).code == "transfer_voided"
    assert send(cloud, "void", hold=name).code == "transfer_voided"


def test_nothing_is_posted_or_voided_once_a_hold_is_over_and_the_sweep_frees_it(cloud, people):
    name = hold(cloud, people)
    cloud.clock.now += MINUTE
    assert send(cloud, "post", hold=name).code == "transfer_expired"
    assert send(cloud, "void", hold=name).code == "transfer_expired"
    assert available(cloud, people) == [60, 0, 0]
    cloud.clock.now += MINUTE
    sweep(cloud)
    assert available(cloud, people) == [100, 0, 0]
    assert seen(cloud, name).body["status"] == "expired"


def test_a_transfer_is_taken_back_in_parts_and_the_rest_without_a_figure(cloud, people):
    name = send(cloud, "transfer", **between(people, 50)).body["id"]
    part = send(cloud, "reversal", reverses=name, amount=20)
    assert (part.status, part.body["reverses"]) == (201, name)
    assert seen(cloud, part.body["id"]).text == part.text
    assert send(cloud, "reversal", reverses=name, amount=31).code == "more_than_posted"
    send(cloud, "reversal", reverses=name)
    assert available(cloud, people) == [100, 0, 0]
    assert send(cloud, "reversal", reverses=name).code == "more_than_posted"
    assert (seen(cloud, name).body["reversed"], seen(cloud, name).body["reversals"]) == (50, 2)
    assert verify(cloud.items("Ledger")) == []


def test_what_was_posted_of_a_hold_can_be_taken_back_and_what_is_held_cannot(cloud, people):
    name = hold(cloud, people)
    assert send(cloud, "reversal", reverses=name).code == "nothing_posted"
    send(cloud, "post", hold=name, amount=15)
    assert send(cloud, "reversal", reverses=name).body["legs"][0]["amount"] == 15


def test_a_transfer_of_many_legs_is_taken_back_whole(cloud, people):
    anna, ben, cid = people
    many = legs((anna, -30), (ben, 20), (cid, 10))
    name = send(cloud, "transfer", currency="EUR", legs=many).body["id"]
    for amount in (1, 29, 31, 2**53 - 1):
        refused = send(cloud, "reversal", reverses=name, amount=amount)
        assert refused.code == "part_of_many_legs", amount
    assert send(cloud, "reversal", reverses=name, amount=30).status == 201
    assert available(cloud, people) == [100, 0, 0]
    pending = hold(cloud, people, legs=many)
    assert send(cloud, "reversal", reverses=pending, amount=1).code == "nothing_posted"


def test_a_mistaken_deposit_is_taken_back_to_where_it_came_from(cloud, people):
    deposit = cloud.deposit(people[1], 7).body["id"]
    assert send(cloud, "reversal", reverses=deposit).status == 201
    assert cloud.balance(people[1]) == 0
    assert cloud.trial()["balanced"]


def test_a_payments_money_is_taken_back_by_the_payment_alone(cloud, people):
    payment = cloud.pay(people[0], people[1], 30).body["id"]
    assert cloud.run(payment) == "completed"
    (moved,) = [
        item["pk"].partition("#")[2]
        for item in cloud.items("Ledger")
        if item["sk"] == "transfer" and item["why"].startswith("payment ")
    ]
    refused = send(cloud, "reversal", reverses=moved)
    assert (refused.status, refused.code) == (409, "owned_elsewhere")
    assert send(cloud, "post", hold=moved).code == "owned_elsewhere"
    assert available(cloud, people) == [70, 30, 0]


def test_linked_operations_are_one_commit(cloud, people):
    name = hold(cloud, people, 40)
    linked = [
        {"kind": "post", "hold": name, "amount": 30, "reason": "done"},
        {"kind": "transfer", **between(people, 5, to=2), "reason": "a fee"},
        {"kind": "reversal", "reverses": name, "amount": 10, "reason": "too much"},
    ]
    made = send(cloud, "linked", operations=linked)

    views = TransferAnswer.model_validate(made.body).root.transfers
    assert (made.status, [one.kind for one in views]) == (201, ["hold", "transfer", "reversal"])
    assert available(cloud, people) == [75, 20, 5]
    assert [seen(cloud, one.id).status for one in views] == [200] * 3
    assert verify(cloud.items("Ledger")) == []


def test_linked_operations_fail_together(cloud, people):
    before = cloud.world()["Ledger"]
    linked = [
        {"kind": "transfer", **between(people, 60), "reason": "first"},
        {"kind": "transfer", **between(people, 41, to=2), "reason": "second"},
    ]
    assert send(cloud, "linked", operations=linked).code == "insufficient_funds"
    assert cloud.world()["Ledger"] == before


def test_linked_ends_alone_make_nothing_and_are_answered_200(cloud, people):
    names = [hold(cloud, people, 10), hold(cloud, people, 20)]
    linked = [{"kind": "void", "hold": name, "reason": "off"} for name in names]
    made = send(cloud, "linked", operations=linked)
    assert (made.status, len(made.body["transfers"])) == (200, 2)


def test_more_than_one_commit_holds_is_refused(cloud, people):
    anna, *others = people
    cloud.deposit(anna, 1_000)
    others += [cloud.open() for _ in range(7)]
    wide = legs((anna, -len(others)), *((one, 1) for one in others))
    one = {"kind": "transfer", "currency": "EUR", "legs": wide, "reason": "spread"}
    assert send(cloud, "linked", operations=[one] * 9).status == 201
    refused = send(cloud, "linked", operations=[one] * 10)
    assert (refused.status, refused.code) == (422, "more_than_one_commit")


@pytest.mark.parametrize(
    ("expires_at", "code"),
    [
        (START, "expiry_passed"),
        (START - 400 * DAY, "expiry_passed"),
        (START + 366 * DAY + 1, "expiry_too_far"),
    ],
)
def test_a_hold_that_is_over_at_once_or_never_is_refused(cloud, people, expires_at, code):
    body = between(people, 1) | {"expires_at": rfc3339(expires_at)}
    refused = send(cloud, "hold", **body)
    assert (refused.status, refused.code) == (422, code)


def test_times_at_the_ends_of_the_calendar_are_refused_exactly(cloud, people):
    for text, code in (
        ("0001-01-01T00:00:00Z", "expiry_passed"),
        ("9999-12-31T23:59:59.999Z", "expiry_too_far"),
    ):
        assert send(cloud, "hold", **between(people, 1), expires_at=text).code == code
        refused = send(cloud, "transfer", **between(people, 1), value_at=text)
        assert refused.code == "value_time_out_of_range"


def test_a_value_time_is_kept(cloud, people):
    body = between(people, 1) | {"value_at": "2026-11-20T00:00:00Z"}
    assert send(cloud, "transfer", **body).status == 201
    page = cloud.api("GET", "/accounts/{id}/entries", path={"id": people[1]}).body
    assert page["items"][-1]["value_at"] == "2026-11-20T00:00:00.000Z"


# What nobody may do.


@pytest.mark.parametrize("role", ["client", "auditor"])
def test_only_an_operator_moves_money_by_hand(cloud, people, role):
    assert send(cloud, "transfer", role=role, **between(people, 1)).status == 403


def test_another_tenants_accounts_and_transfers_are_not_there(cloud, people):
    theirs = cloud.open(tenant="globex")
    name = hold(cloud, people)
    before = cloud.world()["Ledger"]
    for foreign in ([theirs, people[0]], [people[0], theirs]):
        refused = send(cloud, "transfer", **between(foreign, 1))
        assert (refused.status, refused.code) == (404, "account_not_found")
    for kind, field in (("post", "hold"), ("void", "hold"), ("reversal", "reverses")):
        refused = send(cloud, kind, tenant="globex", **{field: name})
        assert (refused.status, refused.code) == (404, "transfer_not_found")
    assert seen(cloud, name, tenant="globex").status == 404
    assert cloud.world()["Ledger"] == before


def test_a_house_account_is_no_leg(cloud, people):
    for where in range(2):
        pair = ["house.external.EUR.0", people[0]]
        body = between([pair[where], pair[1 - where]], 1)
        refused = send(cloud, "transfer", **body)
        assert (refused.status, refused.code) == (400, "invalid_request")


def test_a_house_account_is_a_leg_of_nothing_but_a_reversal(cloud, people):
    kinds = {
        item["why"].partition(" ")[0]
        for item in cloud.items("Ledger")
        if "legs" in item and any(leg["account"].startswith("house.") for leg in item["legs"])
    }
    assert kinds == {"deposit"}


PAIR = legs(("acc_" + "0" * 26, -1), ("acc_" + "1" * 26, 1))
PLAIN = {"kind": "transfer", "currency": "EUR", "reason": "x", "legs": PAIR}
HELD = PLAIN | {"kind": "hold", "expires_at": SOON}
POST = {"kind": "post", "hold": NOBODY, "reason": "x"}
VOID = {"kind": "void", "hold": NOBODY, "reason": "x"}
BACK = {"kind": "reversal", "reverses": NOBODY, "reason": "x"}
LINKED = {"kind": "linked", "operations": [PLAIN]}


def leg(**more):
    return PLAIN | {"legs": [PAIR[0] | more, PAIR[1]]}


WRONG = [
    {},
    [],
    None,
    "transfer",
    PLAIN | {"kind": "gift"},
    PLAIN | {"kind": ["transfer"]},
    PLAIN | {"kind": None},
    {name: PLAIN[name] for name in PLAIN if name != "kind"},
    PLAIN | {"reason": ""},
    PLAIN | {"reason": "x" * 141},
    PLAIN | {"reason": "a\nb"},
    PLAIN | {"reason": 5},
    PLAIN | {"currency": "XXX"},
    PLAIN | {"currency": "eur"},
    PLAIN | {"legs": []},
    PLAIN | {"legs": PAIR[:1]},
    PLAIN | {"legs": PAIR * 11},
    PLAIN | {"legs": {"0": PAIR[0]}},
    PLAIN | {"legs": [PAIR[0], PAIR[0]]},
    PLAIN | {"legs": [PAIR[0] | {"amount": 2}, PAIR[1]]},
    *(leg(amount=amount) for amount in (0, -1, 1.0, "1", True, None, 2**53, 10**400)),
    *(leg(side=side) for side in ("Debit", "", None, 1)),
    leg(account="acc_1"),
    leg(note="x"),
    PLAIN | {"expires_at": SOON},
    *(HELD | {"expires_at": at} for at in (None, 0, True, "", "tomorrow", "2026-11-24", 1e300)),
    {name: HELD[name] for name in HELD if name != "expires_at"},
    *(PLAIN | {"value_at": at} for at in (0, "", "now", [], {}, "2026-11-24T09:30:00")),
    *(POST | {"amount": amount} for amount in (0, -1, 0.5, "1", True, 2**53)),
    *(POST | {"hold": name} for name in ("", None, 5, "tr_", "acc_" + "0" * 26)),
    VOID | {"amount": 1},
    *(BACK | {"amount": amount} for amount in (0, -1, 0.5, "1", True, 2**53)),
    BACK | {"reverses": "x"},
    BACK | {"legs": PAIR},
    {"kind": "linked"},
    {"kind": "linked", "operations": []},
    {"kind": "linked", "operations": [VOID] * 21},
    {"kind": "linked", "operations": [LINKED]},
    {"kind": "linked", "operations": [PLAIN, {}]},
    LINKED | {"reason": "x"},
]


@pytest.mark.parametrize("body", WRONG, ids=range(len(WRONG)))
def test_what_is_no_operation_is_refused_and_nothing_is_stored(cloud, body):
    before = cloud.world()
    refused = cloud.api("POST", "/ledger/transfers", role="operator", body=body)
    assert refused.status == 400, refused.text
    assert refused.code in ("invalid_request", "malformed_json")
    assert cloud.world() == before


@pytest.mark.parametrize("name", IDS)
def test_an_id_that_is_none_of_ours_ends_and_takes_back_nothing(cloud, name):
    for body in (POST | {"hold": name}, BACK | {"reverses": name}, VOID | {"hold": name}):
        refused = cloud.api("POST", "/ledger/transfers", role="operator", body=body)
        assert refused.status in (400, 404)


def test_huge_amounts_are_refused_by_what_the_account_allows(cloud, people):
    most = 2**53 - 1
    assert send(cloud, "transfer", **between(people, most)).code == "insufficient_funds"
    assert send(cloud, "post", hold=hold(cloud, people), amount=most).code == "more_than_held"
    rich, other = cloud.open(), cloud.open()
    cloud.deposit(rich, most)
    assert send(cloud, "transfer", **between([rich, other], most)).status == 201
    assert send(cloud, "transfer", **between([people[0], other], 1)).code == "balance_too_large"


# Once, twice, with losses, beside rivals.


def prepared(cloud, people, kind):
    """What to send, twice or with losses."""
    name = hold(cloud, people, key="held")
    moved = send(cloud, "transfer", **between(people, 10), key="moved").body["id"]
    act = {
        "transfer": between(people, 30),
        "hold": between(people, 30) | {"expires_at": SOON},
        "post": {"hold": name, "amount": 15},
        "void": {"hold": name},
        "reversal": {"reverses": moved, "amount": 4},
        "refused": between(people, 1_000),
        "linked": {
            "operations": [
                {"kind": "post", "hold": name, "reason": "x"},
                {"kind": "reversal", "reverses": moved, "reason": "x"},
                {"kind": "hold", **between(people, 5), "expires_at": SOON, "reason": "x"},
            ]
        },
    }[kind]
    sent = "transfer" if kind == "refused" else kind
    return lambda: send(cloud, sent, **act, key="once")


KINDS = ["transfer", "hold", "post", "void", "reversal", "linked", "refused"]


@pytest.mark.parametrize("kind", KINDS)
def test_an_operation_sent_twice_is_carried_out_once(cloud, people, kind):
    hold_when_repeated(cloud, prepared(cloud, people, kind))


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("kind", KINDS)
def test_an_operation_comes_out_the_same_whatever_is_lost(cloud, people, kind, fault):
    assert hold_against(cloud, prepared(cloud, people, kind), fault) >= 3


def test_a_key_asks_for_one_thing_only(cloud, people):
    send(cloud, "transfer", **between(people, 1), key="once")
    assert send(cloud, "transfer", **between(people, 2), key="once").code == "key_reused"


@pytest.mark.parametrize("kind", ["transfer", "hold", "reversal", "linked"])
def test_a_key_that_was_forgotten_moves_nothing_again(cloud, people, kind):
    act = prepared(cloud, people, kind)
    act()
    world = cloud.world()
    cloud.restore(world | {"Idempotency": []})
    cloud.clock.now += 1
    again = act()
    assert again.code in ("transfer_conflict", "transfer_posted")
    assert cloud.world()["Ledger"] == world["Ledger"]


def test_a_forgotten_key_is_told_so_before_that_something_is_not_there(cloud, people):
    send(cloud, "transfer", **between(people, 1), key="once")
    cloud.restore(cloud.world() | {"Idempotency": []})
    refused = send(cloud, "reversal", reverses=NOBODY, key="once")
    assert refused.code == "transfer_conflict"


RIVALS = ["post", "void", "expire", "a deposit", "the same"]


@pytest.mark.parametrize("rival", RIVALS)
@pytest.mark.parametrize("kind", ["post", "void"])
def test_a_hold_ends_once_whoever_comes_before_the_commit(cloud, people, kind, rival):
    name = hold(cloud, people)

    def act():
        cloud.dynamodb.watch()
        if rival == "expire":
            cloud.clock.now += 2 * MINUTE
            sweep(cloud)
        elif rival == "a deposit":
            cloud.deposit(people[0], 1)
        else:
            send(cloud, kind if rival == "the same" else rival, hold=name)

    cloud.dynamodb.watch(every={"transact_write_items": let_in(act)})
    answer = send(cloud, kind, hold=name)
    ends = [item for item in cloud.items("Ledger") if item["sk"] == "resolution"]
    assert len(ends) == 1
    if rival == "a deposit":
        assert answer.status == 200
    else:
        outcome = {"post": "posted", "void": "voided", "expire": "expired"}
        told = outcome[kind if rival == "the same" else rival]
        assert (answer.status, answer.code) == (409, f"transfer_{told}")
    assert verify(cloud.items("Ledger")) == []


def test_two_reversals_at_once_never_take_back_more_than_was_moved(cloud, people):
    name = send(cloud, "transfer", **between(people, 50)).body["id"]

    def act():
        cloud.dynamodb.watch()
        send(cloud, "reversal", reverses=name, amount=30)

    cloud.dynamodb.watch(every={"transact_write_items": let_in(act)})
    assert send(cloud, "reversal", reverses=name, amount=30).code == "more_than_posted"
    cloud.dynamodb.watch(every={"transact_write_items": let_in(act)})
    assert available(cloud, people) == [80, 20, 0]


def test_an_account_frozen_before_the_commit_keeps_its_money(cloud, people):
    from tests.integration.ledger.test_days import rules

    def act():
        cloud.dynamodb.watch()
        rules(cloud, people[0], frozen="debits")

    cloud.dynamodb.watch(every={"transact_write_items": let_in(act)})
    assert send(cloud, "transfer", **between(people, 50)).code == "account_frozen"
