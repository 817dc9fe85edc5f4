"""Each reader has read, starred and saved views of their own; notes and assignees are everybody's."""

import json

import pytest
from alert_rows import complete_document
from sqlalchemy import create_engine, text

from dyadwatch.cli import main

_ALERT = text("""
WITH story AS (INSERT INTO stories (title) VALUES ('Talks') RETURNING id)
INSERT INTO alerts (watch_id, story_id, score, level, document)
SELECT 'erdogan-putin', id, 0.9, 'person', '{"articles": []}' FROM story RETURNING id
""")


@pytest.fixture
def call(monkeypatch, capsys, database_url):
    """Runs a command on a database with two readers and two alerts: (exit code, stdout, stderr)."""
    monkeypatch.setenv("DYADWATCH_DATABASE_URL", database_url)

    def call(*arguments):
        capsys.readouterr()
        code = main(arguments)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    assert "`key add NAME --owner READER` makes one" in call("triage", "1")[2]
    assert call("watch", "add", "--example", "erdogan-putin")[0] == 0
    for owner in ("Ana", "Ben"):
        assert call("key", "add", "laptop", "--owner", owner)[0] == 0
    engine = create_engine(database_url)
    with engine.begin() as db:
        for _ in range(2):
            complete_document(db, db.execute(_ALERT).scalar_one())
    engine.dispose()
    return call


def ids(out):
    return [json.loads(line)["id"] for line in out.splitlines()]


def test_what_one_reader_has_read_is_unread_for_another(call):
    marks = ("--read", "--star", "--note", "Call back", "--assign", "Ben")
    code, out, err = call("triage", "1", "2", *marks, "--reader", "Ana")
    sentence = "alert {}: read, starred, assigned to Ben; note: Call back"
    assert (code, out.splitlines(), err) == (0, [sentence.format(1), sentence.format(2)], "")
    assert call("triage", "2", "--reader", "Ben")[1] == "alert 2: unread, assigned to Ben; note: Call back\n"
    code, out, _err = call(
        "triage", "1", "--unread", "--no-note", "--no-assignee", "--reader", "Ana", "--json"
    )
    assert json.loads(out) == {
        "alert": 1, "read": False, "starred": True, "dismissed": False, "note": None, "assignee": None,
    }  # fmt: skip
    unread = ("alerts", "--triage", "unread", "--json", "--reader")
    assert (ids(call(*unread, "Ana")[1]), ids(call(*unread, "Ben")[1])) == ([1], [2, 1])


def test_a_view_is_saved_listed_shown_and_removed(call):
    call("triage", "2", "--assign", "Ben", "--reader", "Ana")
    mine = ("--reader", "Ben")
    code, out, err = call("view", "add", "Mine", "--triage", "assigned", "--min-score", "0.5", *mine)
    assert (code, out, err) == (0, "view 1: Mine\n", "")
    assert "named 'Mine' already" in call("view", "add", "Mine", *mine)[2]
    assert call("view", "list", *mine)[1].splitlines()[1].startswith("1\tMine\ttriage=assigned&min_score=0.5")
    assert ids(call("view", "show", "Mine", "--json", *mine)[1]) == [2]
    assert "Ana has no view 'Mine'." in call("view", "show", "Mine", "--reader", "Ana")[2]
    assert call("view", "remove", "1", *mine)[1] == "view 1 removed: Mine\n"
    assert call("view", "list", "--json", *mine)[1] == ""


WRONG = [
    ("triage 1 --read", 1, "Say with --reader whose reading this is: Ana, Ben."),
    ("triage 1 --read --reader Eve", 1, "No key is of a reader 'Eve'"),
    ("triage 1 9 --read --reader Ana", 1, "There is no alert 9."),
    ("triage 1 --note x --no-note --reader Ana", 2, "--no-note contradicts a new note."),
    ("alerts --triage unread", 1, "Say with --reader"),
    ("view add x --watch nobody --reader Ana", 1, "/watch"),
]


def test_what_cannot_be_done_is_said_and_changes_nothing(call):
    for arguments, code, message in WRONG:
        answer = call(*arguments.split())
        assert (answer[:2], message in answer[2]) == ((code, ""), True), answer
    assert call("triage", "1", "--reader", "Ana")[1] == "alert 1: unread\n"
    assert call("view", "list", "--reader", "Ana", "--json")[1] == ""
