"""What becomes of an alert, and what subscribers are notified of."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from carriers import carrier, mention
from hypothesis import given
from hypothesis import strategies as st

from dyadwatch.alerts import AlertKey, decide
from dyadwatch.model.articles import ArticleRef, Origin

KEY = AlertKey(id=7, watch="a-b", story=3)
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def raised(*carriers):
    """The alert as it is stored when these articles first carry it."""
    return decide(None, carriers, key=KEY, now=NOW).stored


def test_an_alert_that_nothing_ever_carried_is_not_raised():
    assert decide(None, (), key=KEY, now=NOW) is None


def test_the_first_article_raises_the_alert():
    change = decide(None, (carrier(),), key=KEY, now=NOW)
    alert = change.stored.alert
    assert change.event == "alert.created"
    assert (alert.id, alert.watch, alert.story, alert.version, alert.state) == (7, "a-b", 3, 1, "active")
    assert (alert.created_at, alert.updated_at) == (NOW, NOW)


def test_the_alert_is_described_by_what_carries_it():
    """The highest score, the most personal level, the first
    article's language, every language and source once."""
    arabic = carrier(2, language="ar", source_id=5, score=0.9, level="mediated")
    unknown = carrier(3, language=None, source_id=None, score=0.5)
    stored = raised(carrier(1, level="state", score=0.4), arabic, unknown)
    assert (stored.alert.score, stored.alert.level, stored.alert.language) == (0.9, "person", "en")
    assert (stored.languages, stored.source_ids) == (("en", "ar"), (4, 5))


def test_origins_are_agencies_publishers_and_else_the_source():
    stored = raised(
        carrier(1, origin=Origin(agency="Reuters", publisher="Another")),
        carrier(2, origin=Origin(publisher="Another")),
        carrier(3, origin=Origin(url="https://b.test/")),
        replace(carrier(4), article=ArticleRef(4, "https://c.test/4", "They meet", None, None)),
    )
    assert stored.alert.origins == ("A Paper", "Another", "Reuters")


@pytest.mark.parametrize(
    "carriers",
    [
        (carrier(1), carrier(2)),
        (carrier(2),),
        (carrier(1, mention(event_type="AID")),),
        (carrier(1, level="mediated"),),
        (carrier(1, mention(direction="a->b")),),
        (carrier(1, mention(modality="reported")),),
    ],
    ids=["a further article", "another article", "event type", "level", "direction", "modality"],
)
def test_subscribers_are_notified_of_what_changes_the_meaning(carriers):
    before = raised(carrier(1))
    change = decide(before, carriers, key=KEY, now=LATER)
    assert change.event == "alert.updated"
    assert (change.stored.alert.version, change.stored.alert.updated_at) == (2, LATER)
    assert change.stored.alert.created_at == NOW


def test_a_rewording_is_stored_without_an_event():
    before = raised(carrier(1))
    change = decide(before, (carrier(1, mention(quote="They have met.")),), key=KEY, now=LATER)
    assert change.event is None
    assert change.stored.alert.evidence[0].evidence.quote == "They have met."
    assert (change.stored.alert.version, change.stored.alert.updated_at) == (1, LATER)


def test_an_article_of_another_source_is_stored_without_an_event():
    """Lists by source must find the alert under the source that its article has now."""
    change = decide(raised(carrier(1)), (carrier(1, source_id=9),), key=KEY, now=LATER)
    assert (change.event, change.stored.source_ids) == (None, (9,))


def test_without_evidence_the_alert_is_withdrawn_as_it_was_notified():
    """Whoever filters by language or source is notified of the withdrawal too."""
    before = raised(carrier(1), carrier(2, language="ar", source_id=5))
    change = decide(before, (), key=KEY, now=LATER)
    assert change.event == "alert.withdrawn"
    expected = replace(before.alert, state="withdrawn", version=2, updated_at=LATER)
    assert change.stored == replace(before, alert=expected)


def test_evidence_that_returns_makes_the_alert_active_again():
    withdrawn = decide(raised(carrier(1)), (), key=KEY, now=NOW).stored
    change = decide(withdrawn, (carrier(1),), key=KEY, now=LATER)
    assert (change.event, change.stored.alert.state, change.stored.alert.version) == (
        "alert.updated",
        "active",
        3,
    )


mentions = st.builds(
    mention,
    quote=st.sampled_from(["They met.", "They spoke.", "He thanked him."]),
    level=st.sampled_from(["person", "mediated", "state"]),
    event_type=st.sampled_from([None, "CONSULT", "AID"]),
    direction=st.sampled_from(["a->b", "mutual"]),
    modality=st.sampled_from(["asserted", "reported"]),
    confidence=st.floats(0, 1),
)


@st.composite
def carrier_lists(draw):
    """The carriers of a story at one moment: articles 1 to 4, each at most once."""
    articles = draw(st.lists(st.integers(1, 4), unique=True, max_size=4))
    return tuple(
        carrier(
            article,
            *(replace(one, article=article) for one in draw(st.lists(mentions, min_size=1, max_size=3))),
            score=draw(st.floats(0, 1)),
            level=draw(st.sampled_from(["person", "mediated"])),
            language=draw(st.sampled_from([None, "en", "ar"])),
            source_id=draw(st.sampled_from([None, 1, 2])),
        )
        for article in articles
    )


def follow(history):
    """Yields (stored before, carriers, change) for each moment of a story."""
    stored = None
    for hour, carriers in enumerate(history):
        change = decide(stored, carriers, key=KEY, now=NOW + timedelta(hours=hour))
        yield stored, carriers, change
        stored = change.stored if change else stored


histories = st.lists(carrier_lists(), max_size=6)


@given(histories)
def test_the_same_carriers_again_change_nothing(history):
    for stored, carriers, change in follow(history):
        after = change.stored if change else stored
        assert decide(after, carriers, key=KEY, now=NOW + timedelta(days=9)) is None


@given(histories)
def test_the_version_counts_the_events(history):
    events = 0
    for _, _, change in follow(history):
        if change is not None:
            events += change.event is not None
            assert change.stored.alert.version == events


@given(histories)
def test_there_is_no_event_without_a_change(history):
    for stored, _, change in follow(history):
        if stored is not None and change is not None:
            unchanged = replace(
                stored.alert, version=change.stored.alert.version, updated_at=change.stored.alert.updated_at
            )
            assert change.stored != replace(stored, alert=unchanged)


@given(histories)
def test_an_alert_is_active_exactly_while_articles_carry_it(history):
    for stored, carriers, change in follow(history):
        after = change.stored if change else stored
        assert (after is None) or (after.alert.state == "active") == bool(carriers)
        if stored is not None and stored.alert.state == "active" and not carriers:
            assert change.event == "alert.withdrawn"


@given(histories)
def test_an_active_alert_counts_and_names_exactly_its_carriers(history):
    for stored, carriers, change in follow(history):
        after = change.stored if change else stored
        if carriers:
            assert after.alert.copies == len(after.alert.articles) == len(carriers)
            assert [article.id for article in after.alert.articles] == [one.article.id for one in carriers]


@given(histories)
def test_an_alert_keeps_its_identity(history):
    for stored, _, change in follow(history):
        if stored is not None and change is not None:
            identity = (stored.alert.id, stored.alert.watch, stored.alert.story, stored.alert.created_at)
            alert = change.stored.alert
            assert (alert.id, alert.watch, alert.story, alert.created_at) == identity
