"""What each side says of a story stands side by side, with the fields on which they differ."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from carriers import mention

from dyadwatch import stories
from dyadwatch.model.accounts import AccountArticle, AccountSource
from dyadwatch.model.mentions import Attribution, Evidence, Occasion

NOW = datetime(2026, 3, 2, 18, tzinfo=UTC)
MORNING = datetime(2026, 3, 2, 8, tzinfo=UTC)
_NUMBERS = iter(range(1, 1_000))


def event(**values):
    fields = {
        "event_type": "CONSULT", "mode": "visit", "direction": "a->b", "modality": "asserted",
        "first": date(2026, 3, 2), "last": date(2026, 3, 2), "basis": "weekday", "retrospective": False,
        "place": "ir/tehran", "others": (), "numbers": (), "weight": 1.0,
    }  # fmt: skip
    return Occasion(**fields | values)


def article(side, *events, mentions=None, at=MORNING, read_at=None, source=None, language="en"):
    number = next(_NUMBERS)
    return AccountArticle(
        id=number,
        language=language,
        source=AccountSource(source or 1, f"Paper {source or 1}", "SY", None, "editorial", 1),
        side=side,
        published_at=at,
        first_seen_at=read_at or NOW,
        mentions=tuple(mentions) if mentions is not None else (mention(number),),
        events=events,
    )


def compare(*articles, read=("north", "south")):
    return stories.compare_accounts("a-b", 7, articles, read_sides=read, now=NOW)


def differences(*articles):
    return {one.field: (one.kind, dict(one.values)) for one in compare(*articles).differences}


def test_an_account_counts_the_articles_that_state_a_value_and_the_most_stated_comes_first():
    (account,) = compare(
        article("north", event(numbers=("12",)), source=1),
        article(
            "north", event(numbers=("12", "20")), source=1, language="ar", at=MORNING + timedelta(hours=1)
        ),
        article("north", event(numbers=("20",), others=("lavrov",)), event(numbers=("20",)), source=2),
    ).accounts
    assert [(one.value, one.articles) for one in account.numbers] == [("12", 2), ("20", 2)]
    assert [(one.value, one.articles) for one in account.event_types] == [("CONSULT", 3)]
    assert [one.value for one in account.days] == ["2026-03-02"]
    assert [(one.name, one.articles) for one in account.sources] == [("Paper 1", 2), ("Paper 2", 1)]
    assert (account.article_count, account.languages) == (3, ("ar", "en"))
    assert account.last_reported_at - account.first_reported_at == timedelta(hours=1)


def test_sides_that_agree_have_no_differences():
    assert differences(article("north", event()), article("south", event())) == {}


@pytest.mark.parametrize(
    ("field", "north", "south", "expected"),
    [
        ("numbers", {"numbers": ("12",)}, {"numbers": ("20",)}, ("contradiction", ("12",), ("20",))),
        ("numbers", {"numbers": ("12", "3")}, {"numbers": ("12",)}, ("omission", ("3",), ())),
        ("numbers", {"numbers": ("12",)}, {}, ("omission", ("12",), ())),
        ("places", {}, {"place": "sy/damascus"}, ("contradiction", ("ir/tehran",), ("sy/damascus",))),
        ("places", {}, {"place": "ir"}, ("omission", ("ir/tehran",), ())),
        ("modes", {"mode": "phone"}, {}, ("contradiction", ("phone",), ("visit",))),
        ("modalities", {"modality": "negated"}, {}, ("contradiction", ("negated",), ("asserted",))),
        ("directions", {"direction": "mutual"}, {}, ("contradiction", ("mutual",), ("a->b",))),
        ("event_types", {"event_type": "THREATEN"}, {}, ("contradiction", ("THREATEN",), ("CONSULT",))),
        (
            "days",
            {"last": date(2026, 3, 4)},
            {},
            ("contradiction", ("2026-03-02/2026-03-04",), ("2026-03-02",)),
        ),
        (
            "others",
            {"others": ("lavrov",)},
            {"others": ("raisi",)},
            ("contradiction", ("lavrov",), ("raisi",)),
        ),
    ],
)
def test_a_field_on_which_sides_differ_is_named_with_what_is_theirs_alone(field, north, south, expected):
    kind, of_north, of_south = expected
    named = differences(article("north", event(**north)), article("south", event(**south)))
    assert named == {field: (kind, {"north": of_north, "south": of_south})}


def test_a_day_that_is_only_that_of_publication_is_none():
    named = differences(
        article("north", event(basis="published", first=date(2026, 3, 5))), article("south", event())
    )
    assert named == {"days": ("omission", {"north": (), "south": ("2026-03-02",)})}


def test_what_a_side_names_beside_what_it_is_about_is_not_left_out():
    """Nor is a way of meeting that only a mention has, or of which nothing is known, nor the country of a
    place, nor somebody else, whom it may name elsewhere."""
    beside = replace(
        article("south", event(mode=None)), further=(event(others=("lavrov",), numbers=("12",)),)
    )
    visiting = replace(beside, mentions=(replace(mention(1), mode="visit"),))
    other = article("north", event(others=("lavrov",), numbers=("12",)))
    assert differences(other, visiting) == {}
    assert differences(article("north", event()), article("south", event(mode=None))) == {}
    in_country = article("south", event(place="ir"), event(place="ir/tehran"))
    assert differences(article("north", event()), in_country) == {}
    assert differences(article("north", event(others=("raisi",))), article("south", event())) == {}


def test_whom_a_side_quotes_is_no_difference_and_so_is_all_where_no_event_is_known():
    says = Attribution("the ministry", "said")
    named = differences(
        article("north", mentions=[mention(attribution=says, event_type="AID", direction="a->b")]),
        article("south", event(mode=None)),
    )
    assert "speakers" not in named
    assert named["event_types"] == ("contradiction", {"north": ("AID",), "south": ("CONSULT",)})


def test_the_surest_quotes_come_first_and_copies_add_none():
    words = [
        mention(1, "They met.", confidence=0.5),
        mention(2, "They met.", confidence=0.9),
        mention(3, "He came.", confidence=0.7, evidence=Evidence("He came.", 40, 48, "", "")),
        *(mention(4, f"More {number}.", confidence=0.1) for number in range(3)),
    ]
    quotes = compare(article("north", mentions=words)).accounts[0].quotes
    assert [(one.article, one.quote, one.start) for one in quotes] == [
        (2, "They met.", 0), (3, "He came.", 40), (4, "More 0.", 0),
    ]  # fmt: skip


def test_what_one_side_alone_reports_says_for_how_long():
    alone = compare(article("north", at=MORNING), article("north", at=MORNING + timedelta(hours=2)))
    assert (alone.only_side, alone.silent_sides, alone.hours) == ("north", ("south",), 10.0)
    both = compare(article("north"), article("south", at=MORNING - timedelta(days=1)))
    assert (both.only_side, both.silent_sides, both.hours) == (None, (), None)
    assert [account.side for account in both.accounts] == ["south", "north"]
    unknown = compare(article("north"), article(None, event()))
    assert (unknown.only_side, unknown.hours, unknown.differences) == (None, None, ())


def test_a_time_of_publication_after_it_was_read_is_not_believed():
    read_at = MORNING - timedelta(hours=3)
    assert compare(article("north", read_at=read_at)).accounts[0].first_reported_at == read_at
    assert compare(article("north", at=None, read_at=read_at)).hours == 13.0


def test_an_alert_that_nothing_carries_has_no_accounts():
    nothing = compare()
    assert (nothing.accounts, nothing.differences, nothing.only_side) == ((), (), None)
