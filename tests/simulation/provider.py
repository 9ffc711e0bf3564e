"""The identity provider: a service outside, which answers in its own time, and not always once.

How it answers is in the last two characters of a document's number. Its callbacks are signed, come
through our API, and are sent again until we say that we have them, or a few times at most.
"""

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, ReadTimeoutError

from remit.identity.model import Applicant, Result
from remit.identity.ports import NotAsked, ProviderUnavailable
from remit.identity.schema import read_polled
from remit.kernel.clock import rfc3339
from remit.kernel.signature import key_of, sign
from tests.simulation import present
from tests.simulation.edge import Edge, Request
from tests.simulation.scheduler import MILLISECOND, MINUTE, SECOND

if TYPE_CHECKING:
    from tests.simulation.world import World

NAME = "provider"
_KEYS = [f"whsec_{base64.b64encode(one * 32).decode()}" for one in (b"n", b"o")]
SECRET = json.dumps({"api_key": "simulated-api-key", "webhook_keys": _KEYS})
"""What Secrets Manager keeps: the newer key first."""

OUTCOMES = {"01": "expired", "02": "mismatch", "06": "unreadable"}
SLOW, NEVER, TWICE, LATE, CONTRADICTS = "03", "04", "07", "08", "09"
_TRIES = 4


@dataclass
class _Asked:
    """A check that the provider was asked for; with `answer` once it has one."""

    check: str
    reference: str
    behaviour: str
    answer: dict[str, Any] | None = None


class Provider:
    """The provider's own service in one world."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._edge = Edge(world)
        self.checks: dict[str, _Asked] = {}
        self.pending = 0

    def start(self, check: str, number: str) -> str:
        """Take a question, once for each idempotency key; the reference."""
        asked = self.checks.get(check)
        if asked is None:
            behaviour = number[-2:]
            asked = _Asked(check, f"ref-{len(self.checks) + 1}", behaviour)
            self.checks[check] = asked
            if behaviour != NEVER:
                self._later(asked, self._outcome(asked), self._delay(behaviour))
            if behaviour in (TWICE, CONTRADICTS):
                other = "mismatch" if behaviour == CONTRADICTS else self._outcome(asked)
                self._later(asked, other, self._world.chance.randrange(SECOND, 20 * SECOND))
        return asked.reference

    def result(self, check: str) -> str | None:
        """The body of the answer to a poll; None when it does not know the check."""
        asked = self.checks.get(check)
        if asked is None:
            return None
        if asked.answer is None:
            return json.dumps({"status": "pending"})
        return json.dumps({"status": "completed", "data": asked.answer})

    @staticmethod
    def _outcome(asked: _Asked) -> str:
        return OUTCOMES.get(asked.behaviour, "clear")

    def _delay(self, behaviour: str) -> int:
        least, most = {SLOW: (MINUTE, 3 * MINUTE), LATE: (6 * MINUTE, 9 * MINUTE)}.get(
            behaviour, (200 * MILLISECOND, 5 * SECOND)
        )
        return self._world.chance.randrange(least, most)

    def _later(self, asked: _Asked, outcome: str, delay: int) -> None:
        self.pending += 1
        name = self._world.number(NAME)
        self._world.scheduler.spawn(name, self._call_back, asked, outcome, delay=delay)

    def _call_back(self, asked: _Asked, outcome: str) -> None:
        world = self._world
        data = {
            "check": asked.check,
            "reference": asked.reference,
            "outcome": outcome,
            "reasons": [],
            "completed_at": rfc3339(world.true_time()),
        }
        asked.answer = asked.answer or data
        body = json.dumps({"type": "check.completed", "data": data})
        identifier = world.number("msg")
        for tried in range(_TRIES):
            reply = self._edge.send(self._signed(identifier, body))
            if reply is not None and reply.status < 300:
                break
            world.scheduler.sleep(world.chance.randrange(SECOND, 5 * SECOND) * 2**tried)
        self.pending -= 1

    def _signed(self, identifier: str, body: str) -> Request:
        stamp = self._world.true_time() // 1000
        key = key_of(self._world.chance.choice(_KEYS))
        content = {"identifier": identifier.replace(":", "-"), "timestamp": stamp}
        headers = {
            "webhook-id": content["identifier"],
            "webhook-timestamp": str(stamp),
            "webhook-signature": sign(key, body=body.encode(), **content),
        }
        return Request(
            "POST", "/identity/{provider}/callbacks", "", None,
            body=body, path={"provider": NAME}, headers=headers,
        )  # fmt: skip


class Adapter:
    """Stands in for `HttpProvider`: asks the provider of the world that runs."""

    def __init__(self, pool: object, url: str, key: str) -> None:
        assert (url, key) == ("https://provider.example", "simulated-api-key")

    def start(self, check_id: str, applicant: Applicant, callback_url: str) -> str:
        assert callback_url == f"https://api.example/v1/identity/{NAME}/callbacks"
        asked = {"check": check_id, "number": applicant.document_number}
        return str(self._asked("start_check", asked))

    def result(self, check_id: str) -> Result | None:
        found = self._asked("get_check", {"check": check_id})
        if found is None:
            raise NotAsked
        return read_polled(str(found).encode())

    def _asked(self, operation: str, parameters: dict[str, Any]) -> Any:
        try:
            return present.world().sdk.once(NAME, operation, parameters)
        except (ClientError, ReadTimeoutError) as error:
            raise ProviderUnavailable(type(error).__name__) from None
