"""Whatever keeps an alert away, or makes a watch unusual, is said in words."""

from datetime import UTC, datetime
from typing import get_args

import pytest
from bs4 import BeautifulSoup

from dyadwatch.model.alarms import AlarmSource, Finding, SourceProblem
from dyadwatch.model.mentions import Reason
from dyadwatch.model.traces import Stage, StageState
from dyadwatch.store import alarms, watches
from dyadwatch.tagging import REASONS, example_watches
from service.ui import reasons


def test_every_reason_has_words(app):
    with app.test_request_context():
        for reason in get_args(Reason):
            assert reasons.refusal(reason) != reason
            assert REASONS[reason]
        for stage in get_args(Stage):
            assert reasons.stage(stage)
        for state in get_args(StageState):
            assert reasons.state(state)
        for problem in get_args(SourceProblem):
            assert reasons.source_problem(problem)
        for code in (
            "unknown_language", "actors_not_named", "refused", "below_threshold", "no_relation", "copy",
            "not_tagged_yet", "withdrawn", "not_stored",
        ):  # fmt: skip
            assert reasons.why(code).endswith(".")
        assert reasons.why_stopped("http_404") == "The site answers with the status 404."
        assert reasons.why("new") == reasons.why_stopped("new") == ""


@pytest.fixture
def unusual(product, archive):
    """A watch with a burst, and another one that is silent because its sources are in trouble."""
    began_at = datetime(2026, 3, 1, tzinfo=UTC)
    other = example_watches()[0]
    sources = (
        AlarmSource(1, "Paper <one>", 0.75, "failing", "dns_failed"),
        AlarmSource(2, "Paper two", 0.25, None, None),
    )
    with product.store.begin() as db:
        watches.create(db, other["id"], other["title"], other)
        alarms.add(db, "assad-khamenei", Finding("burst", began_at, 1, 40, 3.0, upper=9.0))
        alarms.add(
            db, other["id"],
            Finding("silence", began_at, 4, 0, 9.0, chance=1e-4, cause="feeds", sources=sources),
        )  # fmt: skip
    return other["id"]


def test_the_overview_says_what_is_out_of_the_usual_and_whose_it_is(reader, unusual):
    page = BeautifulSoup(reader.get("/").data, "lxml")
    said = {card.h2.a["href"]: card.select_one(".alarm") for card in page.select("li.card")}
    burst, silence = said["/watches/assad-khamenei"], said[f"/watches/{unusual}"]
    assert "40 alerts since 1 Mar 2026" in burst.text
    assert [" ".join(item.text.split()) for item in silence.find_all("li")] == [
        "Paper <one>: its feeds fail (75% of the reports before)"
    ]
    assert silence.li.a["href"] == "/sources/1"
    page = BeautifulSoup(reader.get(f"/watches/{unusual}").data, "lxml")
    assert page.select_one(".alarm").text == silence.text
