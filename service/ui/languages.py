"""The language of the pages: what the visitor chose, or else what the browser asks for; its texts, dates and
numbers. English is in the code, other languages are catalogues in `translations/`."""

import io
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from importlib import resources

from babel import Locale, negotiate_locale
from babel.dates import format_date, format_timedelta, get_datetime_format
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from babel.support import NullTranslations, Translations
from flask import g, has_request_context, request

COOKIE = "dyadwatch_language"
DEFAULT = "en"
NAMES: Mapping[str, str] = {"en": "English", "ar": "العربية", "fa": "فارسی"}


def current() -> str:
    """The language of this request."""
    if not has_request_context():
        return DEFAULT
    if "language" not in g:
        g.language = _choose()
    language: str = g.language
    return language


def _choose() -> str:
    chosen = request.cookies.get(COOKIE, "")
    if chosen in NAMES:
        return chosen
    wanted = [language.replace("_", "-") for language in request.accept_languages.values()]
    return negotiate_locale(wanted, NAMES, sep="-") or DEFAULT


def direction() -> str:
    """The writing direction of the page, ltr or rtl."""
    return str(locale().text_direction)


def gettext(message: str) -> str:
    """The message in the language of the page."""
    return str(_catalogue(current()).gettext(message))


def ngettext(singular: str, plural: str, number: int) -> str:
    """The message for this number of things."""
    return str(_catalogue(current()).ngettext(singular, plural, number))


def mark(message: str) -> str:
    """The message as it is: marks one that is translated where it is shown."""
    return message


def moment(at: datetime) -> str:
    """A time in UTC, to the minute."""
    return f"{str(get_datetime_format('short', locale())).format(f'{at:%H:%M}', day(at))} UTC"


def day(on: date) -> str:
    return format_date(on, "d MMM y", locale=locale())


def short_day(on: date) -> str:
    """A day without its year."""
    return format_date(on, "d MMM", locale=locale())


def duration(hours: float) -> str:
    """A time in words, by its largest unit."""
    return format_timedelta(timedelta(hours=hours), granularity="hour", locale=locale())


def number(value: float) -> str:
    return format_decimal(value, locale=locale())


def percent(value: float) -> str:
    return format_percent(value, locale=locale())


def locale() -> Locale:
    """Of the page."""
    return _parsed(current())


@cache
def _parsed(language: str) -> Locale:
    return Locale.parse(language)


@cache
def _catalogue(language: str) -> NullTranslations:
    """The catalogue is compiled when it is first wanted: the file that people edit is the only one."""
    source = resources.files("service.ui") / "translations" / f"{language}.po"
    if not source.is_file():
        return NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(source.read_bytes()), locale=language))
    compiled.seek(0)
    return Translations(compiled)
