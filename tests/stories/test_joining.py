"""Whether two articles report one event: two acts of one day do not, nor do a preview and a reaction."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from dyadwatch.model.mentions import Occasion
from dyadwatch.stories import Report, join

DAY = date(2024, 4, 7)


def report(event_type, direction, day=DAY, hour=9, **event):
    stated = {"mode": None, "modality": "asserted", "place": None, **event}
    occasion = Occasion(
        event_type=event_type, direction=direction, first=DAY, last=DAY, basis="date", retrospective=False,
        others=(), numbers=(), weight=1.0, **stated,
    )  # fmt: skip
    return Report(
        {"a-b": [occasion]}, datetime(day.year, day.month, day.day, hour, tzinfo=UTC), "en", "", b""
    )


def told(headline, text):
    """A report whose headline and text are of the events of two reports."""
    return replace(headline, events={"a-b": [*headline.events["a-b"], *text.events["a-b"]]})


VISIT = report("CONSULT", "a->b", mode="visit", place="ir/mashhad")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (report("THREATEN", "b->a", place="ir/tehran"), report("SUPPORT", "a->b", place="sy/latakia")),
        (report("THREATEN", "a->b"), report("AID", "b->a")),
        (report("SANCTION", "b->a"), report("CONSULT", "b->a", mode="phone")),
        (report("AID", "b->a"), report("CONSULT", "b->a", mode="phone")),
        (told(report(None, "a->b"), report("ACCUSE", "a->b")), report("REJECT", "a->b")),
        (report("REQUEST", "b->a"), report("SUPPORT", "b->a")),
        (
            report("CONSULT", "b->a", mode="phone", place="sy/damascus"),
            report("CONSULT", "a->b", mode="phone"),
        ),
        (report("AGREE", "a->b", date(2024, 4, 4), modality="hypothetical", place="ir/mashhad"), VISIT),
        (VISIT, report("CONSULT", "a->b", date(2024, 4, 10), mode="visit", place="ir/mashhad")),
        (report("REQUEST", "a->b", place="sy/homs"), report("REQUEST", "a->b", place="sy/latakia")),
        (VISIT, report("CONSULT", "a->b", mode="phone", place="sy/damascus")),
    ],
    ids=[
        "places",
        "aid",
        "call",
        "aid and call",
        "headline",
        "no meeting",
        "letter",
        "preview",
        "reaction",
        "two cities",
        "call and visit",
    ],
)
def test_what_happened_beside_an_event_is_no_report_of_it(one, other):
    assert join(one, [(1, 1, other)]) is None
    assert join(other, [(1, 1, one)]) is None


def test_a_meeting_of_both_that_is_told_from_two_cities_is_one():
    told_at_home = report("CONSULT", "mutual", hour=12, place="sy/damascus")
    assert join(told_at_home, [(1, 1, report("CONSULT", "mutual", place="ir/mashhad"))])


def test_reports_of_one_event_are_joined_and_say_why():
    joined = join(report("CONSULT", "a->b", hour=14, place="ir/mashhad"), [(5, 8, VISIT)])
    assert (joined.story, joined.article) == (5, 8)
    assert {"same type", "same day", "same city"} <= joined.terms.keys()
