"""House rules about Python source. Each is shown a bad example too, so that it can fail."""

import pytest

from tests.house import source_rules as rules
from tests.house.house import complaints, hold, in_tests, product, programs

LONG_FUNCTION = "def f():\n" + "    pass\n" * 40


@pytest.mark.parametrize(
    ("rule", "files"),
    [
        (rules.long_functions, lambda: programs() + in_tests()),
        (rules.long_modules, programs),
        (rules.long_handlers, product),
        (rules.banned_calls, product),
        (rules.banned_imports, product),
        (rules.environment_readers, product),
        (rules.half_outages, product),
        (rules.swallowed_exceptions, programs),
        (rules.vague_names, programs),
        (rules.nameless_tests, in_tests),
        (rules.silent_tests, in_tests),
    ],
    ids=lambda part: getattr(part, "__name__", ""),
)
def test_the_house_rule_holds_in_every_file(rule, files):
    looked_at = files()

    assert len(looked_at) > 10
    hold(complaints(rule, looked_at))


@pytest.mark.parametrize(
    ("rule", "path", "source", "advice"),
    [
        (rules.long_functions, "a.py", LONG_FUNCTION, "split it"),
        (rules.long_modules, "a.py", "x = 1\n" * 301, "split it"),
        (rules.long_handlers, "functions/a/b.py", "x = 1\n" * 41, "use case"),
        (rules.banned_calls, "a.py", "import time\nnow = time.time()", "kernel.clock"),
        (rules.banned_calls, "a.py", "now = datetime.datetime.now(tz=UTC)", "kernel.clock"),
        (rules.banned_calls, "a.py", "print(1)", "logger"),
        (rules.banned_calls, "remit/kernel/a.py", "x = float('1')", "minor units"),
        (rules.banned_calls, "remit/fraud/model.py", "x = float('1')", "minor units"),
        (rules.banned_calls, "a.py", "x = uuid.uuid4()", "kernel.ids"),
        (rules.banned_calls, "a.py", "x = os.getenv('A')", "settings"),
        (rules.banned_imports, "a.py", "import boto3", "runtime.clients"),
        (rules.banned_imports, "a.py", "from boto3.session import Session", "runtime.clients"),
        (rules.banned_imports, "a.py", "from concurrent.futures import wait", "no work"),
        (rules.environment_readers, "a.py", "x = os.environ['A']", "settings"),
        (
            rules.half_outages,
            "a.py",
            "from botocore.exceptions import HTTPClientError",
            "catch store.commit.UNANSWERED",
        ),
        (rules.swallowed_exceptions, "a.py", "try:\n  x()\nexcept:\n  pass", "name the exception"),
        (rules.swallowed_exceptions, "a.py", "try:\n  x()\nexcept Exception:\n  pass", "name the"),
        (
            rules.swallowed_exceptions,
            "a.py",
            "try:\n  x()\nexcept Exception:  # noqa: BLE001\n  pass",
            "give the reason",
        ),
        (rules.vague_names, "remit/utils.py", "", "what it holds"),
        (rules.vague_names, "a.py", "class PaymentManager: ...", "glossary"),
        (rules.vague_names, "a.py", "class FundsError(Exception): ...", "names the problem"),
        (rules.nameless_tests, "a.py", "def test_commit(): ...", "who does what"),
        (rules.silent_tests, "a.py", "@pytest.mark.skip\ndef f(): ...", "let the test"),
        (rules.silent_tests, "a.py", "pytest.importorskip('x')", "let the test"),
    ],
)
def test_a_broken_rule_is_seen_and_the_way_out_named(rule, path, source, advice):
    (complaint,) = rule(path, source)

    assert advice in complaint


@pytest.mark.parametrize(
    ("rule", "path", "source"),
    [
        (rules.long_functions, "a.py", "def f():\n" + "    pass\n" * 39),
        (rules.long_handlers, "functions/a/b.py", "x = 1\n\n" * 40),
        (rules.banned_calls, "layers/remit/remit/kernel/clock.py", "x = time.time_ns()"),
        (rules.banned_calls, "a.py", "x = self.print(float('1'))"),
        (rules.banned_imports, "a.py", "import botocore.session"),
        (rules.banned_imports, "a.py", "from remit.kernel import clock"),
        (rules.environment_readers, "remit/runtime/settings.py", "x = os.environ['A']"),
        (rules.swallowed_exceptions, "a.py", "try:\n  x()\nexcept ValueError:\n  pass"),
        (
            rules.swallowed_exceptions,
            "a.py",
            "try:\n  x()\nexcept Exception:  # noqa: BLE001 - nothing may leak\n  pass",
        ),
        (rules.swallowed_exceptions, "a.py", "try:\n  x()\nexcept Exception:\n  y()\n  raise"),
        (rules.nameless_tests, "a.py", "def test_a_key_answers(): ..."),
    ],
)
def test_what_the_rules_allow_passes(rule, path, source):
    assert list(rule(path, source)) == []
