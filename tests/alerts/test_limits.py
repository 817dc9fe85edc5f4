"""What a document shows of an alert that has more than it has room for."""

from dataclasses import replace
from datetime import UTC, datetime

import orjson
import pytest
from carriers import carrier, mention

from dyadwatch.alerts import AlertKey, decide, limits, serialize
from dyadwatch.model.alerts import AlertOrigin
from dyadwatch.model.articles import ArticleRef
from dyadwatch.model.mentions import Attribution, Evidence, Surface
from dyadwatch.subscriptions import envelope

KEY = AlertKey(id=2**63 - 1, watch="w" * 80, story=2**63 - 1)
NOW = datetime(2026, 3, 2, 10, 0, 0, 123456, tzinfo=UTC)
WEBHOOK_BYTES = 20_000
WIDE = "\U0001f600"  # four bytes in UTF-8


def raised(carriers):
    return decide(None, carriers, key=KEY, now=NOW).stored


def webhook(alert):
    return envelope("alert.withdrawn", NOW, orjson.Fragment(serialize(alert)))


def hostile(number, letter):
    """An article whose every value is as long as the store takes it, in letters that take the most room."""
    text = letter * 4_000
    surface = Surface(letter * 300, 100, 400, "pronoun")
    one = mention(
        number,
        watch="w" * 80,
        tagger_version="1.3.0",
        event_type=f"TYPE{number % 16}",
        attribution=Attribution(letter * 500, letter * 500, letter * 500),
        actors={"a": (surface,), "b": (surface,)},
        evidence=Evidence(f"{number}{text}"[:4_000], 0, 4_000, letter * 32, letter * 32),
        features={f"feature_{weight}": 0.1234 for weight in range(30)},
        rules=("en.some_rule_with_a_name",),
    )
    article = ArticleRef(number, f"https://a.test/{number}/".ljust(2_048, "x"), text[:500], text[:200], NOW)
    origin = AlertOrigin(str(number), f"{number}{text}"[:200], known=True)
    return replace(carrier(number, one), article=article, origin=origin, language="x" * 35)


@pytest.mark.parametrize("letter", ["a", "س", WIDE, '"', "\n", "\x1f"])
@pytest.mark.parametrize("count", [1, 600])
def test_a_webhook_stays_below_20_kilobytes(letter, count):
    """Whatever the articles say, with at least one article and one mention, and all of them counted."""
    alert = raised([hostile(number, letter) for number in range(count)]).alert
    assert len(webhook(alert)) < WEBHOOK_BYTES
    assert alert.articles
    assert alert.evidence
    assert (alert.copies, alert.mention_count, alert.origin_count) == (count, count, count)
    assert alert.story_url == f"/v1/stories/{KEY.story}"


def test_an_ordinary_alert_shows_all_that_carries_it():
    """Nothing is shortened where there is room."""
    carriers = [carrier(number, mention(number, f"They met {number}.")) for number in range(1, 6)]
    alert = raised(carriers).alert
    assert [article.id for article in alert.articles] == [1, 2, 3, 4, 5]
    assert [shown.evidence.quote for shown in alert.evidence] == [
        f"They met {number}." for number in range(1, 6)
    ]


@pytest.mark.parametrize("position", [0, 500, 1_300, 3_000])
def test_a_cut_quote_is_still_the_text_and_has_both_actors(position):
    """The offsets move with the quote, and what was cut off is its context."""
    text = "before " * 10 + "".join(f"w{number} " for number in range(900))[:3_900] + "after " * 10
    start, end = 70, 3_970
    names = [
        Surface(text[at : at + 5], at, at + 5, "name") for at in (start + position, start + position + 300)
    ]
    evidence = Evidence(text[start:end], start, end, text[start - 32 : start], text[end : end + 32])
    (shown,) = limits.mentions([mention(evidence=evidence, actors={"a": names[:1], "b": names[1:]})])
    cut = shown.evidence
    assert len(cut.quote) == limits.MAX_QUOTE
    assert text[cut.start : cut.end] == cut.quote
    assert text[: cut.start].endswith(cut.prefix)
    assert text[cut.end :].startswith(cut.suffix)
    assert all(cut.start <= name.start and name.end <= cut.end for name in names)


def test_further_articles_are_events_though_the_document_does_not_show_them():
    """Their number says so; that fewer are shown than before is no event."""
    carriers = [hostile(number, "a") for number in range(limits.MAX_ARTICLES)]
    before = raised(carriers)
    assert decide(before, [*carriers, hostile(99, "a")], key=KEY, now=NOW).event == "alert.updated"
    assert decide(before, carriers, key=KEY, now=NOW) is None
    longer = [replace(one, article=replace(one.article, source="b" * 200)) for one in carriers]
    assert decide(before, longer, key=KEY, now=NOW).event is None
