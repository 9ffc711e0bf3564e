"""The contract of a provider, held by the one over HTTP and by its stand-in alike."""

import time
from collections.abc import Callable, Iterator

import pytest

from local.identity_provider import Terms, running
from remit.identity.http import HttpProvider, pool
from remit.identity.model import Result, check_id
from remit.identity.ports import NotAsked, Provider, ProviderRefused, ProviderUnavailable
from tests.unit.identity.instant import InstantProvider
from tests.unit.identity.made import applicant

URL = "http://127.0.0.1:9/v1/identity/simulator/callbacks"
TERMS = Terms(soon=0.0, slow=60.0)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running(TERMS) as (_, address):
        yield address


@pytest.fixture(params=["http", "instant"])
def provider(request, address) -> Iterator[Provider]:
    if request.param == "instant":
        yield InstantProvider()
        return
    connections = pool()
    yield HttpProvider(pool=connections, url=address, key=TERMS.api_key)
    connections.clear()


@pytest.fixture
def new_id(request) -> Callable[[], str]:
    """Ids of checks that no other test uses."""
    ids = (check_id("acme", request.node.nodeid, n) for n in range(99))
    return lambda: next(ids)


def asked(provider: Provider, identifier: str, number: str = "L01X00T47") -> str:
    return provider.start(identifier, applicant(number), URL)


def test_the_same_key_gives_the_same_reference(provider, new_id):
    one, two = new_id(), new_id()
    first = asked(provider, one)
    assert asked(provider, one) == first
    assert asked(provider, two) != first


def test_another_question_under_the_same_key_is_refused(provider, new_id):
    one = new_id()
    asked(provider, one)
    with pytest.raises(ProviderRefused) as refused:
        asked(provider, one, "L01X00T48")
    assert refused.value.reason == "provider_409"


def test_a_question_that_is_none_is_refused_for_good(provider, new_id):
    with pytest.raises(ProviderRefused) as refused:
        provider.start(new_id(), applicant(), "https://elsewhere.example/")
    assert refused.value.reason == "provider_422"


@pytest.mark.parametrize(
    ("number", "outcome", "reason"),
    [
        ("X00", "clear", None),
        ("X01", "expired", "document_expired"),
        ("X02", "mismatch", "name_differs"),
        ("X06", "unreadable", "too_dark"),
        ("X07", "clear", None),
    ],
)
def test_the_documents_number_says_what_comes_out(provider, new_id, number, outcome, reason):
    one = new_id()
    reference = asked(provider, one, number)
    result = provider.result(one)
    assert isinstance(result, Result)
    assert (result.check_id, result.reference) == (one, reference)
    assert (result.outcome, result.reason) == (outcome, reason)


@pytest.mark.parametrize("number", ["X03", "X04"])
def test_a_slow_and_a_never_answer_are_none_yet(provider, new_id, number):
    one = new_id()
    asked(provider, one, number)
    assert provider.result(one) is None


def test_a_provider_that_fails_twice_is_asked_a_third_time(provider, new_id):
    one = new_id()
    for _ in range(2):
        with pytest.raises(ProviderUnavailable):
            asked(provider, one, "X05")
        with pytest.raises(NotAsked):
            provider.result(one)
    asked(provider, one, "X05")
    assert provider.result(one).outcome == "clear"


def test_a_result_of_what_was_never_asked_is_none_of_the_answers(provider, new_id):
    with pytest.raises(NotAsked):
        provider.result(new_id())


def test_the_slow_one_answers_in_the_end(new_id):
    provider = InstantProvider(slow=0.05)
    one = new_id()
    asked(provider, one, "X03")
    time.sleep(0.06)
    assert provider.result(one).outcome == "clear"
