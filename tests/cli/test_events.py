"""`dyadwatch events`: JSON Lines in, JSON Lines out, and a sentence for a person."""

import json

import pytest
from click.testing import CliRunner

from dyadwatch.cli.events import events
from dyadwatch.errors import InvalidInput

LINE = {"id": "x1", "text": "Aldra expelled two Estrovian diplomats.", "actor": [0, 5], "recipient": [15, 38]}


def lines(*requests):
    """The answers to lines, in order."""
    text = b"".join(
        (item if isinstance(item, bytes) else json.dumps(item).encode()) + b"\n" for item in requests
    )
    result = CliRunner().invoke(events, ["--jsonl"], input=text)
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == (3 if any("error" in answer for answer in answers) else 0), result.output
    return answers


def test_a_line_is_answered_with_the_event():
    """The promised fields, under the id of the line, with reasons."""
    (answer,) = lines(LINE)
    assert answer.pop("seconds") > 0
    assert answer.pop("confidence") > 0.5
    assert answer.pop("features")
    assert answer == {"id": "x1", "event_type": "SANCTION", "mode": "expel", "modality": "asserted", "quad_class": "material_conflict", "language": "en", "rules": ["en.expel+official"]}  # fmt: skip


def test_each_line_has_its_answer_in_order():
    """One line out per line in, blank ones too; a bad one is an error with a code, and the next goes on."""
    answers = lines(
        b"",
        b"{nonsense",
        b"[1]",
        {**LINE, "id": 3, "text": None},
        {**LINE, "id": 4, "actor": [0, 500]},
        {**LINE, "id": 5, "recipient": "Qirra"},
        {**LINE, "id": 6, "published": "soon"},
        {**LINE, "id": 7, "language": 7},
        {"id": 8, "text": "Aldra"},
        {**LINE, "id": 9, "actor": None, "published": "2024-05-02"},
        {**LINE, "id": 10, "published": "2024-05-02T10:00:00+00:00", "language": "en"},
    )
    codes = [answer.get("error", {}).get("code") for answer in answers]
    assert codes == ["line_malformed", "line_malformed", "line_malformed", "line_malformed", "span_invalid", "span_invalid", "published_invalid", "line_malformed", "actors_missing", None, None]  # fmt: skip
    assert [answer["id"] for answer in answers[3:]] == list(range(3, 11))
    assert answers[-1]["event_type"] == "SANCTION"


def test_lone_surrogates_do_no_harm():
    """A half character of a scraped page is read as an unknown one."""
    (answer,) = lines({**LINE, "text": LINE["text"] + " \ud83d"})
    assert answer["event_type"] == "SANCTION"


def test_a_sentence_and_names_print_the_event():
    """The type with its mode, and each feature with its weight."""
    arguments = [LINE["text"], "--actor", "Aldra", "--recipient", "two Estrovian diplomats"]
    result = CliRunner().invoke(events, arguments)
    assert result.exit_code == 0
    assert result.stdout.startswith("SANCTION:expel  asserted  material_conflict\nconfidence 0.")
    assert " en.expel+official\n" in result.stdout
    assert any(line.startswith("  +") for line in result.stdout.splitlines()[2:])
    german = CliRunner().invoke(events, ["Das Wetter von Vinter.", "--actor", "Vinter", "--language", "de"])
    assert german.stdout.startswith("no event")


@pytest.mark.parametrize("arguments", [[], ["text"], ["", "--actor", "x"], ["text", "--actor", ""]])
def test_missing_arguments_are_wrong_use(arguments):
    """Without --jsonl a sentence and an actor are needed."""
    assert CliRunner().invoke(events, arguments).exit_code == 2


def test_a_name_that_is_not_in_the_text_is_refused():
    """A clear error with a stable code."""
    result = CliRunner().invoke(events, [LINE["text"], "--actor", "Qirra"])
    assert isinstance(result.exception, InvalidInput)
    assert result.exception.code == "span_invalid"
