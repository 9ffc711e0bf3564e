"""Proxies have their forms: mobile numbers, e-mail addresses, FPS ids."""

import pytest

from remit.rails.proxy import CODES, FORMS, Proxy, has_form


@pytest.mark.parametrize(
    ("kind", "text", "right"),
    [
        ("mobile", "+852-91234567", True),
        ("mobile", "+86-13800138000", True),
        ("mobile", "+1-2125550123", True),
        ("mobile", "+852-9123456", False),
        ("mobile", "+852-912345678", False),
        ("mobile", "+85-291234567890123", False),
        ("mobile", "+0-912345678", False),
        ("mobile", "91234567", False),
        ("mobile", "+85291234567", False),
        ("mobile", "+852-91234567\n", False),
        ("mobile", "+852-\u0669\u0661\u0662\u0663\u0664\u0665\u0666\u0667", False),
        ("email", "tai.man@example.hk", True),
        ("email", "tai\u0301@example.hk", True),
        ("email", "tai man@example.hk", False),
        ("email", "a@b@c.hk", False),
        ("email", "tai@example", False),
        ("email", "<tai@example.hk>", False),
        ("fps_id", "1234567", True),
        ("fps_id", "123456789", True),
        ("fps_id", "123456", False),
        ("fps_id", "1234567890", False),
        ("fps_id", "12345678a", False),
    ],
)
def test_a_proxy_has_the_form_of_its_kind(kind, text, right):
    assert has_form(kind, text) == right


def test_every_kind_has_a_code_and_every_code_a_form():
    assert set(CODES.values()) == set(FORMS)
    assert Proxy(type="mobile", value="+852-91234567").code == "MOBN"
