"""Types of command line arguments, checked by the same rules as the fields of the REST interface, and options
that several commands have."""

from collections.abc import Callable
from typing import Any, TypeVar

import click
from pydantic import TypeAdapter, ValidationError

from dyadwatch.validation import Country, Language, Line, Moment

_Command = TypeVar("_Command", bound=Callable[..., Any])


class CheckedText(click.ParamType[str]):
    """Text that a pydantic type accepts; anything else is a usage error, with the reason. So are bytes of the
    shell that are no UTF-8, which reach us as lone surrogates."""

    def __init__(self, name: str, annotation: Any, reason: str) -> None:
        self.name = name
        self._adapter: TypeAdapter[str] = TypeAdapter(annotation)
        self._reason = reason

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            value.encode()
            return self._adapter.validate_python(value)
        except (ValidationError, UnicodeEncodeError):
            self.fail(f"{value!r} {self._reason}", param, ctx)


TEXT = CheckedText("text", str, "is not UTF-8")
LANGUAGE = CheckedText("code", Language, "is not a BCP 47 code, such as ar or pt-BR")
COUNTRY = CheckedText("code", Country, "is not an ISO 3166-1 alpha-2 code, such as SY")
# Becomes a datetime with a zone.
MOMENT = CheckedText("time", Moment, "is not a time, such as 2026-01-31 or 2026-01-31T12:00:00Z")
NAME = CheckedText("text", Line, "is not a name of 1 to 200 characters in one line")


def grace_option(help_text: str) -> Callable[[_Command], _Command]:
    """The option that says how long what is replaced is good beside the new one."""
    return click.option(
        "--grace", type=click.FloatRange(0, 720), default=24, show_default=True, help=help_text
    )
