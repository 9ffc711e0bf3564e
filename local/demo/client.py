"""A client of the API as any program would write one: tokens, keys, retries, and a loud refusal."""

import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx

_TRIES = 8
_TOO_EARLY = (409, 429, 503)


class DidNotHold(Exception):
    """Something that must hold does not: the demo ends here, and says what."""


def must(holds: object, what: str) -> None:
    """Go on only if `what` holds."""
    if not holds:
        raise DidNotHold(what)


@dataclass
class Client:
    """One caller of the API. Times every answered POST, in seconds."""

    http: httpx.Client
    token: str
    seconds: list[float] = field(default_factory=list)

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.http.get(path, headers={"Authorization": f"Bearer {self.token}"} | headers)

    def look(self, path: str) -> Any:
        """The document at `path`, which must be there."""
        found = self.get(path)
        must(found.status_code == httpx.codes.OK, f"GET {path} answers {found.status_code}")
        return found.json()

    def every(self, path: str) -> list[Any]:
        """All items of a list, page by page."""
        items, cursor, mark = [], "", "&" if "?" in path else "?"
        while cursor is not None:
            page = self.look(f"{path}{mark}limit=100{cursor and '&cursor=' + cursor}")
            items += page["items"]
            cursor = page["next_cursor"]
        return items

    def post(
        self,
        path: str,
        body: object,
        *,
        key: str | None = None,
        wait: int = 0,
        media_type: str = "application/json",
    ) -> httpx.Response:
        """Send `body` once per key, however often it takes to get an answer."""
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": media_type,
            "Idempotency-Key": key or str(uuid.uuid4()),
        } | ({"Prefer": f"wait={wait}"} if wait else {})
        sent = {"content": body} if isinstance(body, bytes) else {"json": body}
        for attempt in range(_TRIES):
            begun = time.perf_counter()
            answer = self.http.post(path, headers=headers, **sent)  # type: ignore[arg-type]
            self.seconds.append(time.perf_counter() - begun)
            if answer.status_code not in _TOO_EARLY or "retry-after" not in answer.headers:
                break
            time.sleep(0.05 * 2**attempt)
        return answer

    def do(self, path: str, body: object, *, expect: int, **options: Any) -> Any:
        """Like `post`, for what must be answered with status `expect`; gives the document."""
        answer = self.post(path, body, **options)
        must(
            answer.status_code == expect,
            f"POST {path} answers {answer.status_code}, not {expect}: {answer.text[:300]}",
        )
        return answer.json()


def at_once(calls: Sequence[Callable[[], Any]], *, workers: int = 50) -> list[Any]:
    """Make all `calls` at the same time, as far as `workers` go; their results in order."""
    with ThreadPoolExecutor(workers) as pool:
        return [pending.result() for pending in [pool.submit(call) for call in calls]]
