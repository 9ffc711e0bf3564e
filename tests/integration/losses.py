"""Doing one thing while calls get lost and processes die, until it is answered.

The clock stands, so whatever happens on the way must leave the tables exactly as an undisturbed
run leaves them: not one record more, less or different.
"""

from collections.abc import Callable
from typing import Any

from remit.kernel.errors import Fault
from tests.integration.cloud import (
    Cloud,
    Killed,
    Reply,
    kill_after,
    kill_before,
    lose_reply,
    lose_request,
)

FAULTS = {
    "the request is lost": (lose_request, 1),
    "the reply is lost": (lose_reply, 1),
    "three replies in a row are lost": (lose_reply, 3),
    "the process dies before the call": (kill_before, 1),
    "the process dies after the call": (kill_after, 1),
}
_MOST_TRIES = 6

Act = Callable[[], Any]


def until_answered(act: Act) -> Any:
    """Do `act` again, as clients, machines and queues do, until it has an answer that stands."""
    for _ in range(_MOST_TRIES):
        try:
            answer = act()
        except (Fault, Killed):
            continue
        if isinstance(answer, Reply) and answer.status >= 500:
            assert answer.status == 503
            continue
        return answer
    raise AssertionError("it was never answered")


def meaning(answer: Any) -> Any:
    """What of an answer must not differ between tries."""
    return (answer.status, answer.text) if isinstance(answer, Reply) else answer


def hold_against(cloud: Cloud, act: Act, fault: str) -> int:
    """Disturb every call of `act` in turn by `fault`; how many calls there were to disturb."""
    what, times = FAULTS[fault]
    before = cloud.world()
    cloud.dynamodb.watch()
    undisturbed = meaning(act())
    calls, after = len(cloud.dynamodb.calls), cloud.world()
    assert calls > 0
    for call in range(calls):
        cloud.restore(before)
        cloud.dynamodb.watch({call + again: what for again in range(times)})
        assert meaning(until_answered(act)) == undisturbed, f"{fault}, at call {call}"
        cloud.dynamodb.watch()
        assert cloud.world() == after, f"{fault}, at call {call}"
    return calls


def hold_when_repeated(cloud: Cloud, act: Act) -> None:
    """Doing `act` twice gives one answer and one effect."""
    before = cloud.world()
    first = act()
    after = cloud.world()
    assert after != before, "it has no effect, so repeating it proves nothing"
    cloud.clock.now += 1_000
    again = act()
    assert meaning(again) == meaning(first)
    if isinstance(again, Reply):
        assert (first.replayed, again.replayed) == (False, True)
    assert cloud.world() == after
