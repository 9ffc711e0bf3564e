"""GET /screening/lists: which lists are in force, and how old they are."""

from remit.kernel.canonical import canonical_json
from remit.runtime.api import Api, Reply, Request
from remit.runtime.screening import screening
from remit.screening.load import list_view
from remit.screening.schema import ListsView

api = Api("screening")


@api.get("/screening/lists", action="screening.read", answers={200: ListsView})
def lists(request: Request) -> Reply:
    """The version of each list in force."""
    items = [list_view(version, now=request.now) for version in screening().in_force()]
    return Reply(status=200, body=canonical_json({"items": items}))


handler = api.handler
