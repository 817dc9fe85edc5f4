"""Values in JSON columns: the failures of rows, and the extraction rules of sources."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from dyadwatch.model.extraction_rules import ExtractionRules
from dyadwatch.model.failures import Failure


def failure_to_column(failure: Failure | None) -> str | None:
    """JSON text for a jsonb column."""
    return None if failure is None else orjson.dumps(failure).decode()


def failure_from_column(value: Mapping[str, Any] | None) -> Failure | None:
    """The failure that `failure_to_column` stored."""
    if value is None:
        return None
    return Failure(code=value["code"], detail=value["detail"], at=datetime.fromisoformat(value["at"]))


def rules_to_column(rules: ExtractionRules | Mapping[str, Sequence[str]] | None) -> str | None:
    """JSON text for a jsonb column."""
    return None if rules is None else orjson.dumps(rules).decode()


def rules_from_column(value: Mapping[str, Sequence[str]] | None) -> ExtractionRules | None:
    """The rules that `rules_to_column` stored."""
    if value is None:
        return None
    return ExtractionRules(**{name: tuple(selectors) for name, selectors in value.items()})
