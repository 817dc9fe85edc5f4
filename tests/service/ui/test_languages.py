"""Every text of the pages is there in every language, with what is put into it."""

import re
from datetime import UTC, datetime
from importlib import resources
from typing import get_args

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from foreign_words import latin_words

from dyadwatch.model.alerts import ChangeKind, WithdrawalReason
from dyadwatch.model.articles import NotArticleReason
from dyadwatch.model.subscriptions import PresetName
from dyadwatch.publishers.registry import all_publishers
from dyadwatch.tagging.lexicons.lexicon import LANGUAGES
from dyadwatch.tagging.quality import shipped_quality
from dyadwatch.tagging.relations import continuing
from dyadwatch.tagging.relations.reranking import FEATURE
from dyadwatch.tagging.relations.scoring import shipped_weights
from service.ui import alert_history, facts, feature_names, feed_texts, languages, quality_texts
from service.ui.subscription_fields import PRESETS

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


@pytest.mark.parametrize(
    ("language", "text"), [("en", "31 Jan 2026, 09:05 UTC"), ("ar", "31 يناير 2026، 09:05 UTC")]
)
def test_a_time_has_the_comma_of_its_language(app, language, text):
    with app.test_request_context(headers={"Accept-Language": language}):
        assert languages.moment(datetime(2026, 1, 31, 9, 5, tzinfo=UTC)) == text


_FIGURES = shipped_quality()
_PAIR = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+\b")  # the name of a watch
_CODES = {
    "features": (
        feature_names.feature_name,
        [*shipped_weights(), *continuing.shipped_weights(), "metonym", "others", FEATURE],
    ),
    "changes": (alert_history.kind, get_args(ChangeKind)),
    "withdrawals": (alert_history.withdrawal, get_args(WithdrawalReason)),
    "values of changes": (
        lambda change: alert_history.value(*change),
        [
            ("side.added", "syrian"),
            ("language.removed", "de"),
            ("event_type.added", "CONSULT"),
            ("level.added", "state"),
            ("direction.removed", "a->b"),
            ("modality.added", "reported"),
            ("verdict", "confirmed"),
            ("alert.withdrawn", "edited"),
        ],
    ),
    "sides": (facts.side, {one.side for one in all_publishers()}),
    "ownership": (facts.ownership, {one.ownership for one in all_publishers() if one.ownership}),
    "state control": (
        facts.state_control,
        {one.state_control for one in all_publishers() if one.state_control},
    ),
    "pages that are no articles": (facts.not_article, get_args(NotArticleReason)),
    "languages": (facts.language_name, [*LANGUAGES, "und", "zh-Hant"]),
    "countries": (facts.country_name, ["SY", "IR", "ir"]),
    "templates of payloads": (lambda name: languages.gettext(PRESETS[name]), get_args(PresetName)),
    "figures": (
        quality_texts.translate,
        [
            *(text for table in _FIGURES["tables"] for text in (table["title"], table["about"])),
            *(
                row["name"]
                for table in _FIGURES["tables"]
                for row in table["rows"]
                if _PAIR.match(row["name"]) is None
            ),
            *_FIGURES["fields"].values(),
            *_FIGURES["method"],
            *_FIGURES["limits"],
        ],
    ),
    "why feeds are polled": (
        feed_texts.translate,
        [
            "24.0 entries a day, by the last 5, corrected by how often polls bring something new",
            "3.1 entries a day, by the last 9, 4 times that after 3 quiet days, at most 3600 s",
            "not watched for long yet; 9 entries within 60 min, past the hours or days that the feed asks to skip",
            "a hub pushes what is new; 6 times not watched for long yet; too few entries to tell a rhythm",
            "the server answered 503; errors in a row: 2",
        ],
    ),
}


@pytest.mark.parametrize("kind", _CODES)
@pytest.mark.parametrize("language", sorted(set(languages.NAMES) - {languages.DEFAULT}))
def test_whatever_is_a_code_has_words_in_every_language(app, language, kind):
    words_of, codes = _CODES[kind]
    with app.test_request_context(headers={"Accept-Language": language}):
        words = {code: words_of(code) for code in codes}
    assert words
    assert {code: text for code, text in words.items() if not text or latin_words(text)} == {}
