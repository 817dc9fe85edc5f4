"""Publishers: who stands behind sources and credits, as far as it is known."""

from dyadwatch import publishers
from dyadwatch.model.pagination import ListPage
from dyadwatch.model.publishers import Publisher
from service.rest.operations import Call, Operation
from service.rest.responses import ApiResponse, list_response


def list_publishers(_call: Call) -> ApiResponse:
    """All that are known, in the order of their slugs, with where each fact can be checked."""
    return list_response(ListPage(publishers.all_publishers(), None))


OPERATIONS = (
    Operation("GET", "/v1/publishers", list_publishers, "List publishers", "read", Publisher, many=True),
)
