"""Every text of the pages is there in every language, with what is put into it."""

import re
from importlib import resources

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from service.ui import languages

_UI = resources.files("service.ui")
_KEYWORDS = {"_": None, "gettext": None, "mark": None, "ngettext": (1, 2)}
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext.babel_extract")]
_OPTIONS = {"templates/**.html": {"trimmed": "true", "silent": "false"}}
_PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]")


@pytest.fixture(scope="module")
def messages():
    """Every message in the code and the templates."""
    extracted = extract_from_dir(str(_UI), method_map=_METHODS, options_map=_OPTIONS, keywords=_KEYWORDS)
    return {message for _file, _line, message, _comments, _context in extracted}


def _catalogue(language):
    with (_UI / "translations" / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


@pytest.mark.parametrize("language", sorted(set(languages.NAMES) - {languages.DEFAULT}))
def test_every_text_is_translated_and_none_is_left_over(language, messages):
    catalogue = _catalogue(language)
    translated = {entry.id: entry.string for entry in catalogue if entry.id}
    assert {message for message in messages if message not in translated} == set()
    assert set(translated) - messages == set()
    for message, translation in translated.items():
        singular = message[0] if isinstance(message, tuple) else message
        forms = translation if isinstance(translation, tuple) else (translation,)
        assert len(forms) == (catalogue.num_plurals if isinstance(message, tuple) else 1)
        for form in forms:
            assert form, message
            places = set(_PLACE.findall(form))
            assert places <= set(_PLACE.findall(singular)), message
            assert isinstance(message, tuple) or places == set(_PLACE.findall(singular)), message


@pytest.mark.parametrize(
    ("language", "number", "text"),
    [
        ("ar", 0, "لا نسخة"),
        ("ar", 1, "نسخة واحدة"),
        ("ar", 2, "نسختان"),
        ("ar", 7, "7 نسخ"),
        ("ar", 15, "15 نسخة"),
        ("ar", 100, "100 نسخة"),
        ("fa", 1, "1 رونوشت"),
        ("en", 1, "1 copy"),
        ("en", 2, "2 copies"),
    ],
)
def test_a_number_of_things_is_said_as_the_language_does(app, language, number, text):
    with app.test_request_context(headers={"Accept-Language": language}):
        assert languages.ngettext("%(num)d copy", "%(num)d copies", number) % {"num": number} == text
