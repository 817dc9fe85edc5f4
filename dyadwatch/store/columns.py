"""Values in JSON: the failures of rows, the extraction rules of sources, sources as others show them, the
templates of subscriptions."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from dyadwatch import publishers
from dyadwatch.model.extraction_rules import ExtractionRules
from dyadwatch.model.failures import Failure
from dyadwatch.model.sources import SourceRef
from dyadwatch.model.subscriptions import DigestTimes, PayloadTemplate, QuietHours, Timing

# The row `s` of sources as `source_ref` reads it, NULL where there is none.
SOURCE_REF = """CASE WHEN s.id IS NOT NULL THEN jsonb_build_object('id', s.id, 'name', s.name,
    'country', s.country, 'side', s.side, 'language', s.language, 'ownership', s.ownership,
    'publisher', s.publisher, 'family', s.family, 'state_control', s.state_control,
    'site', coalesce(s.homepage, (SELECT url FROM feeds WHERE source_id = s.id ORDER BY id LIMIT 1)))
    END"""


def failure_to_column(failure: Failure | None) -> str | None:
    """JSON text for a jsonb column."""
    return None if failure is None else orjson.dumps(failure).decode()


def failure_from_column(value: Mapping[str, Any] | None) -> Failure | None:
    """The failure that `failure_to_column` stored."""
    if value is None:
        return None
    return Failure(code=value["code"], detail=value["detail"], at=datetime.fromisoformat(value["at"]))


def source_ref(value: Mapping[str, Any] | None) -> SourceRef | None:
    """The source that SOURCE_REF gives, with what is known of its publisher."""
    if value is None:
        return None
    stated = dict(value)
    publisher = publishers.of_source(stated["publisher"], stated.pop("site"))
    if publisher is not None:
        stated["publisher"] = publisher.slug
        stated["family"] = stated["family"] or publisher.family
        stated["state_control"] = stated["state_control"] or publisher.state_control
    return SourceRef(**stated)


def rules_to_column(rules: ExtractionRules | Mapping[str, Sequence[str]] | None) -> str | None:
    """JSON text for a jsonb column."""
    return None if rules is None else orjson.dumps(rules).decode()


def rules_from_column(value: Mapping[str, Sequence[str]] | None) -> ExtractionRules | None:
    """The rules that `rules_to_column` stored."""
    if value is None:
        return None
    return ExtractionRules(**{name: tuple(selectors) for name, selectors in value.items()})


def template_to_column(template: PayloadTemplate | None) -> str | None:
    """JSON text for a jsonb column."""
    return None if template is None else orjson.dumps(template).decode()


def template_from_column(value: Mapping[str, Any] | None) -> PayloadTemplate | None:
    """The template that `template_to_column` stored."""
    return None if value is None else PayloadTemplate(**value)


def timing_to_column(timing: Timing | None) -> str | None:
    """JSON text for a jsonb column."""
    return None if timing is None else orjson.dumps(timing).decode()


def timing_from_column(value: Mapping[str, Any] | None) -> Timing | None:
    """The timing that `timing_to_column` stored."""
    if value is None:
        return None
    quiet, digest = value["quiet_hours"], value["digest"]
    return Timing(
        value["debounce_seconds"],
        None if quiet is None else QuietHours(**quiet),
        None if digest is None else DigestTimes(**digest),
    )
