"""What becomes of an alert, and what subscribers are notified of."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from carriers import carrier, mention, origin
from hypothesis import given
from hypothesis import strategies as st

from dyadwatch.alerts import AlertKey, Cause, decide
from dyadwatch.model.alerts import AlertChange

KEY = AlertKey(id=7, watch="a-b", story=3)
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
WINDOW = timedelta(minutes=10)


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


def test_origins_are_counted_once_and_unknown_ones_apart():
    """Twenty copies of one text are one origin, and nobody knows whether an unknown publisher is another."""
    wire = [carrier(number, origin=origin("Reuters")) for number in range(1, 21)]
    stored = raised(
        *wire, carrier(21), carrier(22, origin=origin("A blog", known=False)), carrier(23, origin=None)
    )
    assert stored.alert.origins == ("A Paper", "A blog", "Reuters")
    assert (stored.alert.copies, stored.alert.origin_count, stored.alert.unknown_origins) == (23, 2, 1)
    assert set(stored.announced.origins) == {"A Paper", "Reuters"}


def test_what_a_document_does_not_show_any_more_is_not_said_to_be_removed():
    """Nor what stands in evidence of state level, once an article is about the two persons."""
    planned = {"level": "state", "modality": "planned", "confidence": 0.5}
    first = carrier(1, mention(1, "They may meet.", **planned), level="state")
    rest = [
        carrier(
            number,
            *(mention(number, f"Quote {number}, {one}.", event_type="AID") for one in range(15)),
        )
        for number in (2, 3)
    ]
    decision = decide(raised(first), (first, *rest), key=KEY, now=NOW, window=timedelta(0))
    assert {change.kind for change in decision.changes} == {
        "copies", "event_type.added", "level.added", "modality.added",
    }  # fmt: skip
    assert decision.stored.alert.event_types == ("AID",)
    assert {one.event_type for one in decision.stored.alert.evidence} == {"AID"}
    gone = decide(decision.stored, rest, key=KEY, now=NOW, window=timedelta(0))
    assert {change.kind for change in gone.changes} == {"copies", "article.removed"}
    alone = decide(decision.stored, (first,), key=KEY, now=NOW, window=timedelta(0))
    assert {change.kind for change in alone.changes} >= {"event_type.removed", "level.removed", "level.added"}
    assert alone.stored.alert.event_types == ("CONSULT",)


def test_what_only_unknown_publishers_carry_has_one_origin():
    stored = raised(
        carrier(1, origin=origin("One", known=False)), carrier(2, origin=origin("Two", known=False))
    )
    assert (stored.alert.origin_count, stored.alert.unknown_origins) == (1, 2)


@pytest.mark.parametrize("known", [(True, False), (False, True)])
def test_an_origin_is_known_where_one_who_is_known_says_so(known):
    stored = raised(
        *(carrier(number, origin=origin("AFP", known=is_known)) for number, is_known in enumerate(known, 1))
    )
    assert (stored.alert.origin_count, stored.alert.unknown_origins, stored.announced.origins) == (
        1,
        0,
        ("AFP",),
    )


@pytest.mark.parametrize(
    ("further", "kind"),
    [
        (carrier(2, origin=origin("Reuters")), "origin.added"),
        (carrier(2, side="iranian"), "side.added"),
        (carrier(2, language="ar"), "language.added"),
        (carrier(2, mention(event_type="AID")), "event_type.added"),
        (carrier(2, mention(2, "He spoke.", level="mediated")), "level.added"),
        (carrier(2, mention(2, "He spoke.", direction="a->b")), "direction.added"),
        (carrier(2, mention(2, "He spoke.", modality="reported")), "modality.added"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_who_or_what_is_new_is_announced_at_once_with_all_that_waits(further, kind):
    waiting = decide(raised(carrier(1)), (carrier(1), carrier(3)), key=KEY, now=NOW, window=WINDOW).stored
    change = decide(waiting, (carrier(1), carrier(3), further), key=KEY, now=LATER, window=WINDOW)
    assert change.event == "alert.updated"
    assert {one.kind for one in change.changes} == {kind, "copies"}
    assert (change.stored.alert.version, change.stored.alert.updated_at) == (2, LATER)
    assert (change.stored.alert.created_at, change.stored.notify_at) == (NOW, None)


@pytest.mark.parametrize(
    ("carriers", "change"),
    [
        ((carrier(1), carrier(2)), AlertChange("copies", old=1, new=2)),
        ((carrier(2),), AlertChange("article.removed", article=1)),
        ((carrier(1, mention(event_type=None)),), AlertChange("event_type.removed", old="CONSULT")),
    ],
    ids=["a further article", "another article", "a type of event less"],
)
def test_other_changes_wait_for_the_end_of_the_window(carriers, change):
    stored = decide(raised(carrier(1)), carriers, key=KEY, now=LATER, window=WINDOW)
    assert (stored.event, stored.stored.notify_at) == (None, LATER + WINDOW)
    assert (stored.stored.alert.version, stored.stored.alert.updated_at) == (1, LATER)
    due = decide(stored.stored, carriers, key=KEY, now=LATER + WINDOW)
    assert (due.event, due.stored.alert.version, due.stored.notify_at) == ("alert.updated", 2, None)
    assert change in due.changes


def test_the_window_begins_with_the_first_change_and_ends_with_none_where_it_is_undone():
    first = decide(raised(carrier(1)), (carrier(1), carrier(2)), key=KEY, now=NOW, window=WINDOW).stored
    second = decide(first, tuple(map(carrier, (1, 2, 3))), key=KEY, now=LATER, window=WINDOW)
    assert (second.event, second.stored.notify_at) == (None, NOW + WINDOW)
    undone = decide(second.stored, (carrier(1),), key=KEY, now=LATER, window=WINDOW)
    assert (undone.event, undone.stored.notify_at) == (None, None)


def test_what_is_quiet_is_an_event_unless_subscribers_wait_for_one():
    """It reaches them with that one, which is made of the alert as it is then."""
    quiet = Cause("retagged", is_quiet=True)
    both = (carrier(1), carrier(2))
    assert decide(raised(carrier(1)), both, key=KEY, now=NOW, cause=quiet, window=WINDOW).event is not None
    waiting = decide(raised(carrier(1)), both, key=KEY, now=NOW, window=WINDOW).stored
    change = decide(waiting, (*both, carrier(3)), key=KEY, now=LATER, cause=quiet, window=WINDOW)
    assert (change.event, change.stored.notify_at) == (None, NOW + WINDOW)


def test_an_alert_of_an_older_release_announced_what_it_says():
    """There is no record of it."""
    old = replace(raised(carrier(1)), announced=None)
    assert decide(old, (carrier(1, side="iranian"),), key=KEY, now=NOW, window=WINDOW).event is None
    change = decide(old, (carrier(1), carrier(2, language="ar")), key=KEY, now=LATER, window=WINDOW)
    assert [one.kind for one in change.changes] == ["language.added", "copies"]


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
    change = decide(before, (), key=KEY, now=LATER, cause=Cause("edited"))
    assert change.event == "alert.withdrawn"
    expected = replace(
        before.alert, state="withdrawn", withdrawal_reason="edited", version=2, updated_at=LATER
    )
    assert change.stored == replace(
        before, alert=expected, announced=replace(before.announced, state="withdrawn")
    )
    assert change.changes == (
        AlertChange("alert.withdrawn", new="edited"),
        AlertChange("evidence.removed", old="They met.", article=1),
    )


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


@pytest.mark.no_cover
@given(histories)
def test_the_same_carriers_again_change_nothing(history):
    for stored, carriers, change in follow(history):
        after = change.stored if change else stored
        assert decide(after, carriers, key=KEY, now=NOW + timedelta(days=9)) is None


@pytest.mark.no_cover
@given(histories)
def test_the_version_counts_the_events(history):
    events = 0
    for _, _, change in follow(history):
        if change is not None:
            events += change.event is not None
            assert change.stored.alert.version == events


@pytest.mark.no_cover
@given(histories)
def test_there_is_no_event_without_a_change(history):
    for stored, _, change in follow(history):
        if stored is not None and change is not None:
            unchanged = replace(
                stored.alert, version=change.stored.alert.version, updated_at=change.stored.alert.updated_at
            )
            assert change.stored != replace(stored, alert=unchanged)


@pytest.mark.no_cover
@given(histories)
def test_an_alert_is_active_exactly_while_articles_carry_it(history):
    for stored, carriers, change in follow(history):
        after = change.stored if change else stored
        assert (after is None) or (after.alert.state == "active") == bool(carriers)
        if stored is not None and stored.alert.state == "active" and not carriers:
            assert change.event == "alert.withdrawn"


@pytest.mark.no_cover
@given(histories)
def test_an_active_alert_counts_and_names_exactly_its_carriers(history):
    for stored, carriers, change in follow(history):
        after = change.stored if change else stored
        if carriers:
            assert after.alert.copies == len(after.alert.articles) == len(carriers)
            assert [article.id for article in after.alert.articles] == [one.article.id for one in carriers]


@pytest.mark.no_cover
@given(histories)
def test_an_alert_keeps_its_identity(history):
    for stored, _, change in follow(history):
        if stored is not None and change is not None:
            identity = (stored.alert.id, stored.alert.watch, stored.alert.story, stored.alert.created_at)
            alert = change.stored.alert
            assert (alert.id, alert.watch, alert.story, alert.created_at) == identity
