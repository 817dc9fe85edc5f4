"""Extraction rules as stored in the reading_rules column of a source."""

from collections.abc import Mapping, Sequence

import orjson

from dyadwatch.model.extraction_rules import ExtractionRules


def to_column(rules: ExtractionRules | Mapping[str, Sequence[str]] | None) -> str | None:
    """JSON text for a jsonb column."""
    return None if rules is None else orjson.dumps(rules).decode()


def from_column(value: Mapping[str, Sequence[str]] | None) -> ExtractionRules | None:
    if value is None:
        return None
    return ExtractionRules(**{field: tuple(selectors) for field, selectors in value.items()})
