"""What a saved view holds: the query of a list of alerts, with its filters and its order."""

from collections import defaultdict
from urllib.parse import parse_qsl

from pydantic import ValidationError

from dyadwatch.errors import FieldError, InvalidInput
from dyadwatch.model.alerts import AlertSort
from dyadwatch.subscriptions.filters import MANY, AlertFilter
from dyadwatch.validation import field_errors

_MAX_PARAMETERS = 200


class ViewQuery(AlertFilter):
    """The filters and the order of a view."""

    sort: AlertSort = "created"


def parse_view(query: str) -> ViewQuery:
    """The query of an address as what it asks for. Raises InvalidInput at /query for one that no list of
    alerts takes."""
    try:
        values = _values(query)
        return ViewQuery.model_validate(values)
    except ValidationError as error:
        first = field_errors(error)[0]
        detail, code = f"{first.pointer.lstrip('/')}: {first.detail}", first.code
    except ValueError as error:
        detail, code = str(error), "malformed"
    problem = FieldError("/query", detail, code)
    raise InvalidInput(f"The query of the view is not usable: {detail}.", errors=[problem])


def _values(query: str) -> dict[str, object]:
    """The parameters by name. Raises ValueError."""
    values: defaultdict[str, list[str]] = defaultdict(list)
    try:
        items = parse_qsl(
            query, keep_blank_values=True, strict_parsing=bool(query), max_num_fields=_MAX_PARAMETERS
        )
    except ValueError as error:
        raise ValueError("is no query of an address") from error
    for name, value in items:
        if "\0" in name + value:
            raise ValueError("contains U+0000")
        values[name].append(value)
    repeated = sorted(name for name in values if len(values[name]) > 1 and name not in MANY)
    if repeated:
        raise ValueError(f"{repeated[0]}: occurs more than once")
    return {name: of if name in MANY else of[0] for name, of in values.items()}
