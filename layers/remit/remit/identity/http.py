"""A provider of identity checks over HTTPS. Retries nothing: who calls knows what a retry costs.

`POST /v1/checks` under an idempotency key asks, `GET /v1/checks/<key>` looks for the answer.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from remit.identity.model import Applicant, Result
from remit.identity.ports import NotAsked, ProviderRefused, ProviderUnavailable
from remit.identity.schema import MAX_BYTES, Started, read_polled
from remit.kernel.canonical import canonical_json
from remit.kernel.value import value

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse, PoolManager

_CONNECT_SECONDS, _READ_SECONDS = 1.0, 2.0
_FIRST_REFUSAL, _NOT_FOUND = 400, 404
_ABOUT_THE_CHECK = (2, 4)
_NOT_ABOUT_THE_CHECK = frozenset({401, 403, 408, 425, 429})
"""Our key, our pace, our network: nothing that the applicant could be refused for."""


def pool() -> "PoolManager":
    """Connections to the provider: with time-outs, without redirects and retries."""
    import urllib3

    timeout = urllib3.Timeout(connect=_CONNECT_SECONDS, read=_READ_SECONDS)
    return urllib3.PoolManager(timeout=timeout, retries=False, maxsize=1)


@value
class HttpProvider:
    """The provider at `url`, which knows us by `key`."""

    pool: "PoolManager"
    url: str
    key: str

    def __repr__(self) -> str:
        return f"HttpProvider({self.url})"

    def start(self, check_id: str, applicant: Applicant, callback_url: str) -> str:
        """See `Provider.start`."""
        asked = {
            "check": check_id,
            "callback_url": callback_url,
            "applicant": {one.name: getattr(applicant, one.name) for one in fields(Applicant)},
        }
        headers = {"Content-Type": "application/json", "Idempotency-Key": check_id}
        status, body = self._ask("POST", "/v1/checks", canonical_json(asked).encode(), headers)
        if status >= _FIRST_REFUSAL:
            raise ProviderRefused(f"provider_{status}")
        started: Started = _read(Started.model_validate_json, body)
        return started.reference

    def result(self, check_id: str) -> Result | None:
        """See `Provider.result`."""
        status, body = self._ask("GET", f"/v1/checks/{check_id}", None, {})
        if status == _NOT_FOUND:
            raise NotAsked
        if status >= _FIRST_REFUSAL:
            raise ProviderRefused(f"provider_{status}")
        found: Result | None = _read(read_polled, body)
        if found is not None and found.check_id != check_id:
            raise ProviderUnavailable("the provider answered about another check")
        return found

    def _ask(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        """Status and body of an answer that says something about the check."""
        from urllib3.exceptions import HTTPError

        sent = {"Authorization": f"Bearer {self.key}", "Accept": "application/json", **headers}
        try:
            answer = self.pool.request(
                method,
                self.url + path,
                body=body,
                headers=sent,
                redirect=False,
                preload_content=False,
            )
            found = _body(answer)
        except HTTPError as error:
            # Its text may quote the request.
            raise ProviderUnavailable(type(error).__name__) from None
        is_about_check = answer.status // 100 in _ABOUT_THE_CHECK
        if not is_about_check or answer.status in _NOT_ABOUT_THE_CHECK:
            raise ProviderUnavailable(f"the provider answered with {answer.status}")
        return answer.status, found


def _body(answer: "BaseHTTPResponse") -> bytes:
    body = answer.read(MAX_BYTES + 1, decode_content=False)
    if len(body) > MAX_BYTES:
        answer.close()
        raise ProviderUnavailable("the provider's answer is too large")
    answer.release_conn()
    return body


def _read(read: Any, body: bytes) -> Any:
    try:
        return read(body)
    except ValueError:
        raise ProviderUnavailable("the provider's answer cannot be read") from None
