"""Logging: one line for each step and request, as JSON or readable on a terminal."""

import logging
import re
import sys
import traceback
from typing import TextIO

import structlog

from dyadwatch.settings import Settings

# The lowest level of loggers whose lines repeat what ours say.
_LEVELS = {
    "alembic": logging.WARNING,
    "celery.app.trace": logging.WARNING,
    "celery.worker.request": logging.WARNING,
    "celery.worker.strategy": logging.WARNING,
    "celery.worker.consumer.connection": logging.WARNING,
    "mcp": logging.WARNING,
    "urllib3": logging.ERROR,
    "uvicorn": logging.ERROR,
}

# What PostgreSQL adds to a message, up to the end of the exception in a traceback: it quotes values.
_DETAILS = re.compile(
    r"\n(?:DETAIL|CONTEXT|HINT|QUERY|LINE \d+):.*?"
    r"(?=\n\[SQL|\n\nThe above exception was|\n\nDuring handling of|\Z)",
    re.DOTALL,
)


def start(settings: Settings, *, once: bool = False) -> None:
    """Sends every log record of the process to stderr, in the format of the settings. A process that starts
    its logs `once` makes each logger once as well, not for each line, which takes longer than the line."""
    readable = settings.log_format == "console" or (settings.log_format == "auto" and sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(_traceback) if not readable else _keep_event,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        # What is not shown costs nothing: it is dropped before anything is made of it.
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[settings.log_level.upper()]
        ),
        cache_logger_on_first_use=once,
    )
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            exception_formatter=_write_traceback,
        )
        if readable
        else structlog.processors.JSONRenderer()
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=settings.log_level.upper(), force=True)
    for name, level in _LEVELS.items():
        logging.getLogger(name).setLevel(level)


def _traceback(exc_info: structlog.typing.ExcInfo) -> str:
    """The traceback without local variables and the database's details, which may hold secrets."""
    return _DETAILS.sub("", "".join(traceback.format_exception(*exc_info))).rstrip("\n")


def _write_traceback(stream: TextIO, info: structlog.typing.ExcInfo) -> None:
    stream.write("\n" + _traceback(info))


def _keep_event(_logger: object, _name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return event
