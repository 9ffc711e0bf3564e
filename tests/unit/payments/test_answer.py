"""What the scheme is told: from what was decided, the same each time."""

import pytest

from remit.kernel.errors import Unavailable
from remit.payments import answer as module
from remit.payments.answer import AnswerDesk, Told, answer
from remit.payments.incoming_model import IncomingNotFound
from remit.payments.incoming_store import IncomingMoved
from remit.rails.iso20022 import pacs002
from tests.unit.payments.arrivals import AT, Kept, incoming


class Line:
    def __init__(self, says="taken"):
        self.says, self.sent = says, []

    def send(self, identifier, body, *, now):
        self.sent.append((identifier, body))
        return self.says


@pytest.fixture(autouse=True)
def commits(monkeypatch):
    made = []
    monkeypatch.setattr(module, "commit", lambda _, writes: made.append(writes))
    return made


def run(found, line, now=AT + 3_000):
    desk = AnswerDesk(incoming=Kept(found), lines={"sct_inst": line}, bic="REMIDEFFXXX")
    return answer(desk, tenant="acme", incoming_id=found.id, now=now)


@pytest.mark.parametrize("later", [(), ("reversed",), ("returned",)])
def test_the_answer_is_what_was_decided_first_whatever_came_later(later):
    line = Line()
    assert run(incoming("credited", *later), line).here
    ((identifier, body),) = line.sent
    report = pacs002.read(body)
    (one,) = report.payments
    assert identifier == report.header.message_id == "A6d75daa01e92442383ae929947f36047"
    assert (one.status, one.reasons, one.ids.transaction_id) == ("ACCP", (), "TX-1")
    assert (report.groups[0].message_id, report.groups[0].status) == ("THEIRS-1", "ACCP")


def test_it_is_the_same_however_late_it_is_sent_again():
    line = Line()
    run(incoming("credited"), line), run(incoming("credited"), line, AT + 99_000)
    assert line.sent[0] == line.sent[1]


def test_how_long_it_took_is_told_by_the_first_who_knows(commits, monkeypatch):
    assert run(incoming("credited"), Line()) == Told(here=True, after_milliseconds=3_000)
    late = run(incoming("credited"), Line("duplicate"), AT + 10_001)
    assert late == Told(here=True, after_milliseconds=10_001, late=True)
    assert run(incoming("credited", answered_at=AT), Line()) == Told(here=False)

    def moved(*_):
        raise IncomingMoved

    monkeypatch.setattr(module, "commit", moved)
    assert run(incoming("credited"), Line()) == Told(here=False)


@pytest.mark.parametrize("says", ["unanswered", "refused"])
def test_until_the_scheme_has_it_nothing_is_put_down(says, commits):
    with pytest.raises(Unavailable):
        run(incoming("credited"), Line(says))
    assert commits == []


def test_nobody_is_answered_before_there_is_a_decision():
    with pytest.raises(ValueError, match="decided on"):
        run(incoming(), Line())


def test_what_is_not_kept_is_not_answered():
    desk = AnswerDesk(incoming=Kept(incoming()), lines={}, bic="REMIDEFFXXX")
    with pytest.raises(IncomingNotFound):
        answer(desk, tenant="other", incoming_id=incoming().id, now=AT)
