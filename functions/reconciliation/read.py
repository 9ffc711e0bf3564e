"""GET of reconciliations and breaks."""

from remit.kernel.canonical import canonical_json
from remit.kernel.page import PageQuery
from remit.reconciliation import look, schema, schema_breaks
from remit.reconciliation.rerun import comparison
from remit.runtime.api import Api, Reply, Request
from remit.runtime.reconciliation import desk, store

api = Api("reconciliation")
_RUNS, _BREAKS = "reconciliations.read", "breaks.read"


@api.get("/reconciliations", action=_RUNS, query=PageQuery, answers={200: schema.RunList})
def runs(request: Request[None, PageQuery]) -> Reply:
    """Every run, newest first."""
    return _ok(look.runs(store(), request.caller.tenant, request.query))


@api.get("/reconciliations/{id}", action=_RUNS, query=PageQuery, answers={200: schema.RunDetail})
def run(request: Request[None, PageQuery]) -> Reply:
    """A run: its hashes, sums and breaks, and a page of its matches."""
    return _ok(look.run(desk(), request.caller.tenant, request.path["id"], request.query))


_COMPARE = "/reconciliations/{id}/compare"


@api.get(_COMPARE, action=_RUNS, query=schema.CompareQuery, answers={200: schema.ComparisonView})
def compare(request: Request[None, schema.CompareQuery]) -> Reply:
    """How another run differs from this one: in input, rules or result; which breaks went, came."""
    tenant, one = request.caller.tenant, request.path["id"]
    return _ok(comparison(desk(), tenant, one, request.query.other))


@api.get(
    "/breaks",
    action=_BREAKS,
    query=schema_breaks.BreaksQuery,
    answers={200: schema_breaks.BreakList},
)
def breaks(request: Request[None, schema_breaks.BreaksQuery]) -> Reply:
    """Breaks, with severity, age, owner and clock."""
    return _ok(look.breaks(store(), request.caller.tenant, request.query, now=request.now))


@api.get("/breaks/{id}", action=_BREAKS, answers={200: schema_breaks.BreakView})
def one_break(request: Request) -> Reply:
    """One break, with all that has become of it."""
    tenant, name = request.caller.tenant, request.path["id"]
    return _ok(look.one_break(store(), tenant, name, now=request.now))


def _ok(view: dict[str, object]) -> Reply:
    return Reply(status=200, body=canonical_json(view))


handler = api.handler
