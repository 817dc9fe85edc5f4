"""Marks of a reader on the list of alerts, and what analysts say on the page of one."""

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import text

from dyadwatch.store import watches

OWN = {"Origin": "http://localhost"}


def soup(answer):
    return BeautifulSoup(answer.data, "lxml")


def shown(browser, path="/alerts"):
    """The ids of the alerts on a page."""
    return [int(card["id"].removeprefix("card-")) for card in soup(browser.get(path)).select("article.card")]


def words(tag):
    return " ".join(tag.get_text(" ").split())


def test_what_a_reader_marks_is_marked_for_them_alone(signed_in, send, rows):
    first, second, third = (rows.alert() for _ in range(3))
    reader, other = signed_in("read"), signed_in("read")
    listed = OWN | {"Referer": "http://localhost/alerts?sort=score"}
    for alert, mark in ((first, "star"), (first, "read"), (second, "dismiss")):
        answer = send(reader, f"/alerts/{alert}/triage", headers=listed, mark=mark)
        assert answer.headers["Location"] == f"/alerts?sort=score#card-{alert}"
    assert shown(reader, "/alerts?triage=unread") == [third]
    assert shown(reader, "/alerts?triage=starred") == [first]
    assert shown(reader, "/alerts?triage=unread&triage=read") == [third, first]
    views = soup(reader.get("/alerts?triage=starred&min_score=0.1")).select_one("nav.views")
    assert words(views) == "All Unread 1 Without dismissed Starred Assigned to me"
    assert views.find(attrs={"aria-current": "true"}).text == "Starred"
    assert "min_score=0.1&triage=unread" in views.find_all("a")[1]["href"]
    assert shown(other, "/alerts?triage=unread") == [third, second, first]
    send(reader, f"/alerts/{second}/triage", mark="restore")
    send(reader, "/alerts/read", alerts=f"{second} {third} 99")
    assert shown(reader, "/alerts?triage=unread") == []


def test_an_alert_that_was_opened_is_read_until_it_is_marked_unread(reader, send, rows):
    alert = rows.alert()
    reader.get(f"/alerts/{alert}")
    assert shown(reader, "/alerts?triage=read") == [alert]
    elsewhere = OWN | {"Referer": "http://evil.test/alerts?q=1"}
    assert (
        send(reader, f"/alerts/{alert}/triage", elsewhere, mark="read").headers["Location"]
        == "/alerts#card-1"
    )
    fragment = send(reader, f"/alerts/{alert}/triage", OWN | {"X-Fragment": "marks"}, mark="unread")
    button = soup(fragment).find("button", {"data-mark": "read"})
    assert (fragment.status_code, button["value"], button.text) == (200, "read", "Mark read")
    assert shown(reader, "/alerts?triage=read") == []


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("/alerts/1/triage", {"mark": "burn"}, 422),
        ("/alerts/99/triage", {"mark": "read"}, 404),
        ("/alerts/read", {}, 422),
        ("/alerts/read", {"alerts": f"x {'9' * 30}"}, 422),
        ("/alerts/1/verdict", {"verdict": "confirm"}, 403),
        ("/alerts/1/comment", {"text": "x"}, 403),
        ("/alerts/1/assignment", {"assignee": "x"}, 403),
        ("/stories/1/merge", {"into": "2"}, 403),
    ],
)
def test_what_a_reader_cannot_do_is_refused(reader, send, rows, path, fields, status):
    rows.alert()
    assert send(reader, path, **fields).status_code == status


def test_a_rejection_proposes_a_guard_that_is_counted_before_it_is_accepted(curator, send, archive, rows):
    send(curator, f"/alerts/{rows.alert()}/verdict", verdict="reject", reason="wrong_event")
    refused = send(curator, "/alerts/1/verdict", verdict="reject", note="<b>It is Hafez.</b>")
    page = soup(refused)
    assert refused.status_code == 422
    assert page.find(role="alert").find("a")["href"] == "#reason"
    assert page.find("textarea", {"id": "note"}).text.strip() == "<b>It is Hafez.</b>"
    assert page.find("input", {"value": "reject", "name": "verdict"}).has_attr("checked")
    evidence = page.find("select", {"id": "evidence"}).find_all("option")[-1]["value"]
    fields = {"verdict": "reject", "reason": "wrong_event", "note": "It is Hafez.", "evidence": evidence}
    answer = send(curator, "/alerts/1/verdict", **fields)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/alerts/1#guards")
    said = soup(curator.get("/alerts/1"))
    assert words(said.select_one("#verdicts .history li")).startswith("rejected another event test curate")
    assert [words(tag) for tag in said.select("#guards h3")] == ["Sentences with “\u2068in Tehran\u2069”"]
    (form,) = {tag["action"] for tag in said.select("#guards form")}
    early = send(curator, form, step="accept")
    assert early.status_code == 409
    assert "guard_not_previewed" in words(soup(early).find(role="alert"))
    assert send(curator, form, step="preview").status_code == 303
    assert "Being counted: 0 of" in words(soup(curator.get("/alerts/1")).select_one("#guards"))
    assert send(curator, "/archive-runs/1/stop").status_code == 303
    listed = soup(curator.get("/watches/assad-khamenei/guards?state=proposed"))
    (form,) = {tag["action"] for tag in listed.select("article form")}
    assert [words(tag) for tag in listed.select("article button")] == [
        "Count what it would change",
        "Decline",
    ]
    early = send(curator, form, step="accept")
    assert (early.status_code, words(soup(early).find("h1"))) == (409, "Guards")
    assert "guard_not_previewed" in words(soup(early).find(role="alert"))
    assert send(curator, form, step="decline").headers["Location"] == "/watches/assad-khamenei/guards#guard-1"
    assert "None yet." in words(soup(curator.get("/watches/assad-khamenei/guards?state=proposed")).main)
    by = words(
        soup(curator.get("/watches/assad-khamenei/guards?state=declined")).select_one("#guard-1 .meta")
    )
    assert (by.startswith("declined 2 rejections propose it"), by.endswith("test curate")) == (True, True)
    assert "2 0.00" in words(soup(curator.get("/status")).select_one("#judged ~ div tbody"))
    declined = soup(curator.get("/alerts/1")).select_one("#guards")
    assert ("declined" in words(declined), declined.find("form")) == (True, None)


def test_a_guard_of_ones_own_is_counted_when_it_is_added_and_accepted_with_a_note(
    curator, send, rows, api, product
):
    names = {"a": "Ann Able", "b": "Bob Baker"}
    actors = {side: {"name": name, "names": {"und": [name]}} for side, name in names.items()}
    with product.store.begin() as db:
        watches.create(
            db, "able-baker", "Able – Baker", {"id": "able-baker", "title": "Able – Baker", "actors": actors}
        )
    page = "/watches/able-baker/guards"
    wrong = send(curator, page, kind="phrase", text="in a film", min_score="0.5", side="a", host="")
    assert wrong.status_code == 422
    assert "is not for a guard of kind phrase" in words(soup(wrong).find(id="min_score-error"))
    assert soup(wrong).find("input", {"id": "text"})["value"] == "in a film"
    known = send(curator, page, kind="namesake", text="Ann Able", side="a")
    assert (known.status_code, soup(known).find(role="alert").find("a")["href"]) == (422, "#text")
    for _ in range(2):
        added = send(curator, page, kind="source", host="syrian.test", min_score="0.95")
        assert (added.status_code, added.headers["Location"]) == (303, f"{page}#guard-1")
    shown = soup(curator.get(page)).select_one("#guard-1")
    assert words(shown.h2) == "What of syrian.test scores less than 0.95"
    assert "Being counted: 0 of 0 articles are read" in words(shown)
    rows.execute(
        "UPDATE archive_runs SET ended_at = now(), due_at = NULL, counts = counts || CAST(:counts AS jsonb)",
        counts='{"read": 1, "changed": 1, "mentions_removed": 2, "alerts_withdrawn": 1}',
    )
    shown = soup(curator.get(page)).select_one("#guard-1")
    assert "it would change 1: 1 alerts would be withdrawn, 0 changed; 2 mentions would be lost" in words(
        shown
    )
    accepted = send(curator, f"{page}/1", step="accept", note="It copies.", notify="on")
    assert accepted.headers["Location"] == f"{page}#guard-1"
    (guard,) = api.get(f"/v1{page}").get_json()["data"]
    assert (guard["state"], guard["note"], guard["watch_version"]) == ("accepted", "It copies.", 2)
    (run,) = (run for run in api.get("/v1/archive-runs").get_json()["data"] if run["kind"] == "backfill")
    assert run["notify"]
    assert send(curator, page, kind="source", host="syrian.test", min_score="0.95").status_code == 409


def test_comments_notes_and_assignments_are_seen_by_all(curator, send, signed_in, rows):
    rows.alert()
    empty = send(curator, "/alerts/1/comment", text="")
    assert (empty.status_code, soup(empty).find(role="alert").find("a")["href"]) == (422, "#text")
    send(curator, "/alerts/1/comment", text="Seen <twice>.")
    send(curator, "/alerts/1/assignment", assignee="test curate", shared_note="Call the desk.")
    reader = soup(signed_in("read").get("/alerts/1"))
    assert "Seen <twice>." in words(reader.select_one("#verdicts"))
    assert "assigned to test curate Call the desk." in words(reader.select_one("#verdicts .notice"))
    assert "has the scope curate" in words(reader.select_one("#verdicts"))
    assert shown(curator, "/alerts?triage=assigned") == [1]
    send(curator, "/alerts/1/assignment", assignee="", shared_note="")
    assert shown(curator, "/alerts?triage=assigned") == []


def test_stories_are_merged_and_split_where_they_are_read(curator, send, archive, product, rows):
    story = 1
    other = rows.story()
    wrong = send(curator, f"/stories/{story}/merge", into="abc", merge_reason="")
    links = [tag["href"] for tag in soup(wrong).find(role="alert").find_all("a")]
    assert (wrong.status_code, links) == (422, ["#into", "#merge_reason"])
    none = send(curator, f"/stories/{story}/split", split_reason="They are two.")
    assert none.status_code == 422
    merged = send(curator, f"/stories/{story}/merge", into=str(other), merge_reason="One event.")
    assert (merged.status_code, merged.headers["Location"]) == (303, f"/stories/{other}")
    page = soup(curator.get(f"/stories/{story}"))
    assert page.select_one(".forms") is None
    with product.store.begin() as db:
        assert (
            db.execute(text("SELECT merged_into FROM stories WHERE id = :id"), {"id": story}).scalar()
            == other
        )


def test_the_view_that_is_shown_is_saved_and_removed(reader, send, rows):
    rows.alert()
    query = soup(reader.get("/alerts?min_score=0.5&sort=score&cursor=")).find("input", {"name": "query"})[
        "value"
    ]
    saved = send(reader, "/views", name="Sure <ones>", query=query)
    assert saved.headers["Location"] == "/alerts?min_score=0.5&sort=score"
    page = soup(reader.get(saved.headers["Location"]))
    assert words(page.find(role="status")) == "The view is saved."
    link = page.select("nav.views a")[-1]
    assert (link.text, link["href"], link["aria-current"]) == (
        "Sure <ones>",
        saved.headers["Location"],
        "true",
    )
    assert shown(reader, link["href"]) == [1]
    again = send(reader, "/views", name="Sure <ones>", query="q=//evil.test")
    assert again.headers["Location"] == "/alerts?q=//evil.test"
    assert "was not saved" in words(soup(reader.get("/alerts")).find(role="status"))
    (form,) = (tag["action"] for tag in page.select(".saved form") if tag["action"].endswith("/delete"))
    assert send(reader, form).headers["Location"] == "/alerts"
    assert send(reader, form).status_code == 404
