"""GET /customers and /customers/{id}, and the runs of monitoring. Nothing personal is read."""

from remit.customers import look
from remit.customers.runs import run, run_view
from remit.customers.schema import CustomersQuery, CustomersView, CustomerView, RunView
from remit.kernel.canonical import canonical_json
from remit.runtime.api import Api, Reply, Request
from remit.runtime.customers import customers

api = Api("customers")


@api.get("/customers", action="onboarding.read", query=CustomersQuery, answers={200: CustomersView})
def many(request: Request[None, CustomersQuery]) -> Reply:
    """The tenant's customers, without their checks."""
    view = look.many(customers(), request.caller.tenant, request.query)
    return Reply(status=200, body=canonical_json(view))


@api.get("/customers/{id}", action="customers.read", answers={200: CustomerView})
def one(request: Request) -> Reply:
    """A customer with status, checks, risk and accounts."""
    view = look.one(customers(), request.caller.tenant, request.path["id"])
    return Reply(status=200, body=canonical_json(view))


@api.get("/screening/runs/{version}", action="screening.read", answers={200: RunView})
def monitoring(request: Request) -> Reply:
    """How far the customers have been screened against what a list's version changed."""
    found = run(customers(), request.caller.tenant, request.path["version"])
    return Reply(status=200, body=canonical_json(run_view(found)))


handler = api.handler
