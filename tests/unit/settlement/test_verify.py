"""A window is computed anew from all that it follows from; what was changed is named."""

import pytest

from remit.kernel.page import InvalidCursor
from remit.settlement.kept import WindowUnknown
from remit.settlement.look import many, members, one
from remit.settlement.schema import MembersQuery, WindowsQuery
from tests.unit.settlement.office import OURS, office


@pytest.fixture(scope="module")
def settled():
    here = office()
    paid = [here.member(100 + number) for number in range(8)]
    window = here.joined(*paid, here.member(50, incoming=True, payee="BANKFRXXXXX"))
    here.settled(window)
    return here, window


def changed(here, table, match, name, content):
    """Change an attribute of an item, as nobody should be able to."""
    rows = here.database._tables[table].rows
    (key,) = [key for key in rows if match(key)][:1]
    item, *rest = rows[key]
    rows[key] = ({**item, name: content}, *rest)


def test_a_settled_window_is_as_it_follows_from_members_and_ledger(settled):
    here, window = settled
    found = here.fork().verified(window)
    assert (found.status, found.members, found.difference) == ("SETTLED", 9, None)
    assert found.hash == here.kept(window).hash


@pytest.mark.parametrize(
    ("table", "match", "name", "content", "what"),
    [
        ("Settlement", "pay_", "amount", {"N": "7"}, "part"),
        ("Settlement", "proof#", "positions", {"L": []}, "position of"),
        ("Settlement", "window", "hash", {"S": "0" * 64}, "hash"),
        ("Settlement", "window", "mode", {"S": "gross"}, "hash"),
        ("Settlement", "part#0001#07", "count", {"N": "9"}, "part 7"),
    ],
)
def test_what_was_changed_is_named(settled, table, match, name, content, what):
    before, window = settled
    here = before.fork()
    changed(here, table, lambda key: key[1].startswith(match), name, content)
    assert here.verified(window).difference.what.startswith(what)


def test_a_part_or_a_member_that_is_gone_is_missed(settled):
    before, window = settled
    for match, what in (("part#0001#07", "parts"), ("pay_", "part")):
        here = before.fork()
        table = here.database._tables["Settlement"]
        key = next(key for key in table.rows if key[1].startswith(match))
        here.client.delete_item(
            TableName="Settlement", Key={"pk": {"S": key[0]}, "sk": {"S": key[1]}}
        )
        assert here.verified(window).difference.what.startswith(what)


def test_a_member_whose_money_the_ledger_does_not_have_is_named():
    here = office()
    honest, made_up = here.member(5), here.member(7, books=False)
    window = here.joined(honest, made_up)
    here.after_end(window)
    here.run(window)
    difference = here.verified(window).difference
    assert difference.what == f"the ledger's transfer of member {made_up.id}"
    assert difference.found == "no such transfer"


def test_a_move_that_the_ledger_does_not_have_is_named(settled):
    before, window = settled
    here = before.fork()
    rows = here.database._tables["Ledger"].rows
    key = next(
        key
        for key in rows
        if rows[key][0]["why"] == {"S": f"settlement {window}"} and key[1] == "transfer"
    )
    here.client.delete_item(TableName="Ledger", Key={"pk": {"S": key[0]}, "sk": {"S": key[1]}})
    assert here.verified(window).difference.what.startswith("settlement transfer tr_")


def test_a_window_that_is_open_has_nothing_to_differ():
    here = office()
    window = here.joined(here.member(5))
    assert here.verified(window).difference is None
    assert here.verified(window).members == 1


def test_a_window_is_shown_with_positions_hash_and_history(settled):
    here, window = settled
    view = one(here.store, "acme", window, now=here.now)
    assert view["status"] == "SETTLED"
    assert view["members"] == 9
    assert view["hash"] == here.kept(window).hash
    ours = next(each for each in view["positions"] if each["participant"] == OURS)
    assert ours["net"] == 50 - sum(100 + number for number in range(8))
    assert sum(each["net"] for each in view["positions"]) == 0
    assert [each["status"] for each in view["history"]] == [
        "OPEN",
        "CLOSED",
        "COMPUTED",
        "INSTRUCTED",
        "CONFIRMED",
        "SETTLED",
    ]


def test_an_open_window_is_there_before_its_first_member():
    here = office()
    view = one(here.store, "acme", here.window().id, now=here.now)
    assert (view["status"], view["members"], view["positions"]) == ("OPEN", None, None)
    for unknown in ("win_00000000000000000000000000", "elsewhere"):
        with pytest.raises(WindowUnknown):
            one(here.store, "acme", unknown, now=here.now)


def test_another_tenants_window_is_not_there(settled):
    here, window = settled
    with pytest.raises(WindowUnknown):
        one(here.store, "globex", window, now=here.now)
    assert many(here.store, "globex", WindowsQuery())["items"] == []


def test_windows_are_listed_the_latest_first_page_by_page():
    here = office()
    names = []
    for _ in range(3):
        names.append(here.joined(here.member(5)))
        here.now += 4 * 3_600_000
    found, cursor = [], None
    while True:
        page = many(here.store, "acme", WindowsQuery(limit=1, cursor=cursor))
        found += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert found == names[::-1]
    with pytest.raises(InvalidCursor):
        many(here.store, "acme", WindowsQuery(cursor="bm9wZQ=="))


def test_members_are_listed_page_by_page(settled):
    here, window = settled
    found, cursor, pages = [], None, 0
    while pages == 0 or cursor is not None:
        query = MembersQuery(limit=4, cursor=cursor)
        page = members(here.store, "acme", window, query, now=here.now)
        found += [item["id"] for item in page["items"]]
        cursor, pages = page["next_cursor"], pages + 1
    assert sorted(found) == sorted(here.counted(window))
    assert pages >= 3
