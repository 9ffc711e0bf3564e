"""Objects in a bucket: there and back, or an outage."""

import io

import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.response import StreamingBody
from botocore.stub import Stubber

from remit.kernel.errors import Unavailable
from remit.runtime import clients
from remit.runtime.objects import Bucket


@pytest.fixture
def s3():
    with Stubber(clients.s3()) as stub:
        yield stub


def test_bytes_are_put_under_their_key(s3):
    s3.add_response("put_object", {}, {"Bucket": "Files", "Key": "a/b", "Body": b"<x/>"})
    Bucket("Files").put("a/b", b"<x/>")


def test_bytes_come_back_whole(s3):
    body = StreamingBody(io.BytesIO(b"<x/>"), 4)
    s3.add_response("get_object", {"Body": body}, {"Bucket": "Files", "Key": "a/b"})
    assert Bucket("Files").get("a/b") == b"<x/>"


@pytest.mark.parametrize("code", ["NoSuchKey", "SlowDown", "AccessDenied"])
def test_what_cannot_be_had_is_an_outage(s3, code):
    s3.add_client_error("get_object", code)
    with pytest.raises(Unavailable):
        Bucket("Files").get("a/b")
    s3.add_client_error("put_object", code)
    with pytest.raises(Unavailable):
        Bucket("Files").put("a/b", b"")


def test_silence_is_an_outage(monkeypatch):
    def silent(**_: object) -> None:
        raise ReadTimeoutError(endpoint_url="https://s3")

    monkeypatch.setattr(clients.s3(), "get_object", silent)
    with pytest.raises(Unavailable):
        Bucket("Files").get("a/b")
