"""Why there is no alert of a page: said in words, with the rule, for whoever may have it fetched."""

import pytest
from bs4 import BeautifulSoup
from local_site import VISIT, Site, article

from dyadwatch.model.steps import Step
from dyadwatch.store import archive_runs, watches


def _answer(answer):
    page = BeautifulSoup(answer.data, "lxml")
    return page, " ".join(page.find(role="status").text.split())


@pytest.fixture
def site():
    site = Site()
    yield site
    site.close()


def test_a_page_that_nobody_named_is_read_once_and_the_way_is_shown(curator, send, site):
    site.pages["/visit"] = article("Assad meets Khamenei in Tehran", *VISIT)
    page, words = _answer(send(curator, "/why", url=f"{site.url}/visit"))
    assert (
        words
        == "Bashar al-Assad – Ali Khamenei: It would raise an alert, but nothing of this page is stored."
    )
    stages = [" ".join(stage.text.split()) for stage in page.select(".stages .state")]
    assert stages[:2] == ["May be requested: yes", "Named by a feed: no"]
    assert {mark["class"][0] for mark in page.select("dl mark")} == {"a", "b"}
    words = _answer(send(curator, "/why", url=f"{site.url}/missing"))[1]
    assert words == "The site answers with the status 404."


def test_a_stored_article_says_which_rule_refused_it(curator, send, archive):
    link = BeautifulSoup(curator.get("/articles/1").data, "lxml").find("a", href=lambda at: "/why?" in at)
    url = BeautifulSoup(curator.get(link["href"]).data, "lxml").find("input", {"name": "url"})["value"]
    page, words = _answer(send(curator, "/why", url=url))
    assert words.startswith("Bashar al-Assad – Ali Khamenei: ")
    assert page.find("a", href="/articles/1")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ftp://herald.example/1", "The address is not one of a page that can be read."),
        ("http://10.0.0.1/", "The address leads into a private network, which is never read."),
        ("javascript:alert(1)", "The address is not one of a page that can be read."),
    ],
)
def test_what_cannot_be_requested_is_said(curator, send, url, words):
    assert _answer(send(curator, "/why", url=url))[1] == words


@pytest.mark.parametrize("url", ["", "x", "http://" + "x" * 2_100])
def test_what_is_no_address_is_said_at_its_field(curator, send, url):
    answer = send(curator, "/why", url=url)
    page = BeautifulSoup(answer.data, "lxml")
    assert answer.status_code == 422
    assert page.find(role="alert").find("a")["href"] == "#url"


def test_whoever_only_reads_is_told_what_it_takes(reader, send):
    page = BeautifulSoup(reader.get("/why?url=https://a.test/%3Cb%3E").data, "lxml")
    assert page.find("input", {"name": "url"})["value"] == "https://a.test/<b>"
    assert "curate" in page.select_one(".needs").text
    assert send(reader, "/why", url="https://a.test/").status_code == 403


def test_a_run_over_the_alerts_of_a_source_counts_alerts(reader, archive, product):
    with product.store.begin() as db:
        archive_runs.refresh(db, 1)
    page = BeautifulSoup(reader.get("/archive-runs/1").data, "lxml")
    assert "of 1 alerts" in page.select_one(".meta").text
    assert [row.text for row in page.select("tbody th")] == ["Alerts changed", "Alerts withdrawn"]
    assert [title.text for title in page.select("h2")] == ["What changed"]


@pytest.mark.no_cover
def test_the_archive_is_tagged_again_after_its_report_was_seen(curator, send, archive_run, product):
    refused = send(curator, "/watches/assad-khamenei/retag")
    assert BeautifulSoup(refused.data, "lxml").find(role="alert").find("code").text == "archive_run_running"
    page = BeautifulSoup(curator.get("/archive-runs/1").data, "lxml")
    assert page.find("form", {"action": "/archive-runs/1/stop"})
    product.pipeline.run(Step.BACKFILL, 30)
    page = BeautifulSoup(curator.get("/archive-runs/1").data, "lxml")
    form = page.find("form", {"action": "/watches/assad-khamenei/retag"})
    fields = {field["name"]: field["value"] for field in form.find_all("input", {"type": "hidden"})}
    answer = send(curator, form["action"], store=fields["store"])
    started = answer.headers["Location"]
    assert send(curator, f"{started}/stop").status_code == 303
    with product.store.begin() as db:
        run = archive_runs.get(db, int(started.rpartition("/")[2]))
        watches.enable(db, "assad-khamenei", enabled=False)
    assert (run.watch, run.dry_run, run.notify, run.state) == ("assad-khamenei", False, False, "stopped")
    refused = send(curator, "/watches/assad-khamenei/retag")
    assert refused.status_code == 409
    assert curator.get("/archive-runs/99").status_code == 404
