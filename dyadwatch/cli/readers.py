"""Whose reading a command is about: what a reader has read, starred or saved is their own."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from dyadwatch.cli.arguments import NAME
from dyadwatch.errors import InvalidInput
from dyadwatch.model.alert_triage import Reader
from dyadwatch.store import Connection, keys

_Command = TypeVar("_Command", bound=Callable[..., Any])


def reader_option(command: _Command) -> _Command:
    """The option `reader`, for `find_reader`."""
    return click.option(
        "--reader",
        type=NAME,
        help="Whose: the owner of a key, or the name of a key without one. Needed where there are several.",
    )(command)


def find_reader(db: Connection, name: str | None) -> Reader:
    """The reader of this name, or the only one that there is. Raises InvalidInput where it is nobody, or
    might be several."""
    readers = keys.readers(db, name)
    if len(readers) == 1:
        return readers[0]
    if name is not None and readers:
        detail = (
            f"Several keys without an owner are named {name!r}: make keys with --owner for their readers."
        )
        raise InvalidInput(detail, code="reader_ambiguous")
    if name is None and readers:
        names = ", ".join(sorted({reader.person for reader in readers}))
        raise InvalidInput(f"Say with --reader whose reading this is: {names}.", code="reader_missing")
    who = "There is no key, and so no reader" if name is None else f"No key is of a reader {name!r}"
    raise InvalidInput(f"{who}: `key add NAME --owner READER` makes one.", code="reader_unknown")
