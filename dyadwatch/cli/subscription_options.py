"""The options of commands that say what a subscription is, and what they come to."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import IO, Any, TypeVar, get_args

import click
import orjson

from dyadwatch.cli.arguments import TEXT, CheckedText
from dyadwatch.cli.documents import read_text
from dyadwatch.errors import InvalidInput
from dyadwatch.model.alerts import ALERT_EVENT_TYPES, ARTICLE_EVENT_TYPES
from dyadwatch.model.subscriptions import (
    DigestTimes,
    OperatorEventType,
    PayloadTemplate,
    PresetName,
    QuietHours,
    Timing,
    WatchEventType,
)
from dyadwatch.subscriptions import check_headers, describe_filter, parse_filter, templates
from dyadwatch.subscriptions.timing import available_time_zones
from dyadwatch.validation import Lines

_EVENTS = (*ALERT_EVENT_TYPES, *ARTICLE_EVENT_TYPES, *get_args(OperatorEventType), *get_args(WatchEventType))
_HOURS = re.compile(r"((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d)", re.ASCII)
_DESCRIPTION = CheckedText(
    "text", Lines, "is not a text of 1 to 2,000 characters, without control characters"
)
_Command = TypeVar("_Command", bound=Callable[..., Any])
_OPTIONS = (
    click.option(
        "--event", "events", multiple=True, type=click.Choice(_EVENTS), help="Default: those of alerts."
    ),
    click.option(
        "--filter",
        "filter_text",
        type=TEXT,
        help=f'JSON, such as {{"watch": "assad-khamenei", "min_score": 0.5}}. {describe_filter()}',
    ),
    click.option("--description", type=_DESCRIPTION),
    click.option("--preset", type=click.Choice(get_args(PresetName)), help="Send what this service takes."),
    click.option(
        "--template-file",
        type=click.File(encoding="utf-8"),
        help="Holds Jinja that makes what is sent, JSON.",
    ),
    click.option("--text", is_flag=True, help="The template makes plain text, not JSON."),
    click.option(
        "--headers-file",
        type=click.File(encoding="utf-8"),
        help='Holds headers to send, as JSON: {"Authorization": "..."}; - is the standard input.',
    ),
    click.option(
        "--max-per-second",
        type=click.FloatRange(0.01, 1_000),
        help="How many deliveries the endpoint takes in a second.",
    ),
    click.option(
        "--debounce",
        type=click.IntRange(1, 86_400),
        metavar="SECONDS",
        help="Hold an alert's updates until none has come for so long.",
    ),
    click.option("--quiet", type=TEXT, metavar="HH:MM-HH:MM", help="Send nothing in these hours."),
    click.option(
        "--digest", type=click.Choice(["hour", "day"]), help="Send all of an hour or a day as one webhook."
    ),
    click.option("--at", type=click.DateTime(["%H:%M"]), help="When daily digests are sent: HH:MM, 08:00."),
    click.option(
        "--time-zone", type=TEXT, help="Of --quiet and of digests, a name of the tz database. Default: UTC."
    ),
)


def field_options(command: _Command) -> _Command:
    """Gives a command the options of a subscription's fields."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def read_fields(options: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that the options say, checked as those of the REST interface. Raises InvalidInput, and
    UsageError where options do not go together."""
    fields = {
        "events": tuple(dict.fromkeys(options["events"])) or None,
        "filter": _filter(options["filter_text"]),
        "description": options["description"],
        "template": _template(options["preset"], options["template_file"], options["text"]),
        "headers": _headers(options["headers_file"]),
        "timing": _timing(options),
        "max_per_second": options["max_per_second"],
    }
    return {name: value for name, value in fields.items() if value is not None}


def _filter(text: str | None) -> dict[str, Any] | None:
    return None if text is None else parse_filter(_parse_object(text, "--filter"))


def _template(preset: PresetName | None, template_file: IO[str] | None, text: bool) -> PayloadTemplate | None:
    if text and template_file is None:
        raise click.UsageError("--text goes with --template-file")
    if preset is None and template_file is None:
        return None
    if preset is not None and template_file is not None:
        raise click.UsageError("--preset goes without --template-file")
    body = None if template_file is None else read_text(template_file, templates.MAX_LENGTH + 1)
    if body is not None and not 0 < len(body) <= templates.MAX_LENGTH:
        raise InvalidInput(f"a template has 1 to {templates.MAX_LENGTH} characters", code="template_invalid")
    return PayloadTemplate(preset, body, "text/plain" if text else None)


def _timing(options: Mapping[str, Any]) -> Timing | None:
    every, quiet, debounce = options["digest"], options["quiet"], options["debounce"]
    _check_timing(options)
    zone = options["time_zone"] or "UTC"
    if zone not in available_time_zones():
        raise InvalidInput(f"{zone} is no time zone of the tz database", code="time_zone_unknown")
    if every is None and quiet is None and debounce is None:
        return None
    return Timing(debounce, _quiet_hours(quiet, zone), _digest(every, options["at"], zone))


def _check_timing(options: Mapping[str, Any]) -> None:
    """Raises UsageError where options do not go together."""
    every = options["digest"]
    if options["at"] is not None and every != "day":
        raise click.UsageError("--at goes with --digest day")
    if options["debounce"] is not None and every is not None:
        raise click.UsageError("--debounce goes without --digest")
    if options["time_zone"] is not None and every is None and options["quiet"] is None:
        raise click.UsageError("--time-zone goes with --quiet or --digest")


def _quiet_hours(hours: str | None, zone: str) -> QuietHours | None:
    if hours is None:
        return None
    match = _HOURS.fullmatch(hours)
    if match is None or match[1] == match[2]:
        raise click.UsageError("--quiet is from HH:MM to another HH:MM, as 22:00-07:00")
    return QuietHours(match[1], match[2], zone)


def _digest(every: Any, at: datetime | None, zone: str) -> DigestTimes | None:
    return None if every is None else DigestTimes(every, zone, f"{at:%H:%M}" if at else None)


def _headers(file: IO[str] | None) -> dict[str, str] | None:
    if file is None:
        return None
    headers = _parse_object(read_text(file, 20_000), "--headers-file")
    return check_headers({name: str(value) for name, value in headers.items()})


def _parse_object(text: str, option: str) -> dict[str, Any]:
    code = f"{option.removeprefix('--').removesuffix('-file')}_malformed"
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InvalidInput(f"{option} is not JSON: {error}", code=code) from error
    if not isinstance(value, dict):
        raise InvalidInput(f"{option} is not a JSON object", code=code)
    return value
