"""Failures as stored in a row's last_error column."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from dyadwatch.model.failures import Failure


def to_column(failure: Failure | None) -> str | None:
    """JSON text for a jsonb column."""
    return None if failure is None else orjson.dumps(failure).decode()


def from_column(value: Mapping[str, Any] | None) -> Failure | None:
    if value is None:
        return None
    return Failure(code=value["code"], detail=value["detail"], at=datetime.fromisoformat(value["at"]))
