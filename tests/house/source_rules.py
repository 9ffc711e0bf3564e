"""The rules about Python source, as functions from a file to complaints."""

import ast
import re
from collections.abc import Iterator

MOST_FUNCTION_LINES = 40
MOST_MODULE_LINES = 300
MOST_HANDLER_LINES = 40

BANNED_MODULE_NAMES = {"base", "common", "helper", "helpers", "manager", "misc", "util", "utils"}

CALLS = {
    "datetime.now": "kernel.clock.now(), handed in as an argument",
    "datetime.today": "kernel.clock.now(), handed in as an argument",
    "datetime.utcnow": "kernel.clock.now(), handed in as an argument",
    "date.today": "kernel.clock.now(), handed in as an argument",
    "time.time": "kernel.clock.now(), handed in as an argument",
    "time.time_ns": "kernel.clock.now(), handed in as an argument",
    "os.getenv": "runtime.settings.required()",
    "uuid.uuid4": "kernel.ids.derive(): an id derives from its cause",
    "uuid4": "kernel.ids.derive(): an id derives from its cause",
    "print": "runtime.observability.logger",
}
"""Calls that product code may not make, and what it does instead."""

IMPORTS = {
    "boto3": "runtime.clients, which is built on botocore (boto3 takes 160 ms of a cold start)",
    "threading": "nothing: a handler leaves no work behind",
    "asyncio": "nothing: a handler leaves no work behind",
    "multiprocessing": "nothing: a handler leaves no work behind",
    "concurrent": "nothing: a handler leaves no work behind",
    "uuid": "kernel.ids.derive(): an id derives from its cause",
}
"""Modules that product code may not import, and what it uses instead."""

ALLOWED = {("layers/remit/remit/kernel/clock.py", "time.time_ns")}
"""The one place for a banned call."""


def dotted(node: ast.expr) -> str:
    """`a.b.c` of a name or attribute, otherwise an empty string."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        start = dotted(node.value)
        return f"{start}.{node.attr}" if start else ""
    return ""


def is_pure(path: str) -> bool:
    """Whether `path` is the kernel or a model. Import contracts keep them from clock and I/O."""
    return "/kernel/" in path or path.endswith("/model.py")


def long_functions(_: str, source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > MOST_FUNCTION_LINES:
                yield (
                    f"{node.lineno}: {node.name} has {lines} lines; split it into pure leaves of "
                    f"at most {MOST_FUNCTION_LINES}"
                )


def long_modules(_: str, source: str) -> Iterator[str]:
    lines = source.count("\n")
    if lines > MOST_MODULE_LINES:
        yield f"1: {lines} lines; split it by what it holds, at most {MOST_MODULE_LINES} each"


def long_handlers(path: str, source: str) -> Iterator[str]:
    # Blank lines are the formatter's, and say nothing about how much a handler does.
    lines = sum(1 for line in source.splitlines() if line.strip())
    if path.startswith("functions/") and lines > MOST_HANDLER_LINES:
        yield f"1: {lines} lines; a handler has at most {MOST_HANDLER_LINES}: move it to a use case"


def banned_calls(path: str, source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = dotted(node.func)
        short = ".".join(called.split(".")[-2:])
        if short in CALLS and (path, short) not in ALLOWED:
            yield f"{node.lineno}: {called}() is banned; use {CALLS[short]}"
        if called == "float" and is_pure(path):
            yield f"{node.lineno}: float() is banned; use integers of minor units (kernel.money)"


def banned_imports(_: str, source: str) -> Iterator[str]:
    for line, module in imported(source):
        if module in IMPORTS:
            yield f"{line}: import of {module} is banned; use {IMPORTS[module]}"


def half_outages(path: str, source: str) -> Iterator[str]:
    if path.endswith("store/commit.py"):
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module == "botocore.exceptions":
            for alias in node.names:
                if alias.name in ("HTTPClientError", "ReadTimeoutError", "ConnectionError"):
                    yield (
                        f"{node.lineno}: {alias.name} is half of an outage, and another half is "
                        "no kind of it; catch store.commit.UNANSWERED"
                    )


def imported(source: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.partition(".")[0]) for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module.partition(".")[0]


def environment_readers(path: str, source: str) -> Iterator[str]:
    if path.endswith("runtime/settings.py"):
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and dotted(node) == "os.environ":
            yield f"{node.lineno}: os.environ is banned; use runtime.settings.required()"


def swallowed_exceptions(_: str, source: str) -> Iterator[str]:
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.ExceptHandler):
            continue
        caught = "everything" if node.type is None else dotted(node.type)
        if isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None:
            continue  # it only tidies up, and swallows nothing
        reason = re.search(r"# noqa: BLE001\W+\w+", lines[node.lineno - 1])
        if caught == "everything" or (caught in ("Exception", "BaseException") and not reason):
            yield (
                f"{node.lineno}: catching {caught} is banned; name the exception, or at an edge "
                "give the reason: `# noqa: BLE001 - why`"
            )


def vague_names(path: str, source: str) -> Iterator[str]:
    stem = path.rsplit("/", 1)[-1].removesuffix(".py")
    if stem in BANNED_MODULE_NAMES:
        yield f"1: a module named {stem} says nothing; name it for what it holds"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef) and node.name != "RemitError":
            if re.search(r"(?:Manager|Helper|Util|Utils|Info|Data)$", node.name):
                yield f"{node.lineno}: class {node.name} is vague; use the glossary's word for it"
            if re.search(r"(?:Error|Exception)$", node.name):
                yield f"{node.lineno}: {node.name}: an error names the problem, without a suffix"


def nameless_tests(_: str, source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            words = [word for word in node.name.split("_")[1:] if word]
            if len(words) < 3:
                yield f"{node.lineno}: {node.name} is no sentence; say who does what, and when"


def silent_tests(_: str, source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        name = dotted(node) if isinstance(node, ast.Attribute) else ""
        # `skipif` stays: some machines lack what a test measures, and its reason says so.
        if re.fullmatch(r"pytest\.(?:skip|importorskip|xfail|mark\.(?:skip|xfail))", name):
            yield f"{node.lineno}: {name} hides a failure; let the test fail, or take it out"
