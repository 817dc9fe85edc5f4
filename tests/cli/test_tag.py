"""`dyadwatch tag` for programs and for people."""

import json

import pytest
from click.testing import CliRunner
from local_site import VISIT, Page, Site, article

from dyadwatch.cli.tag import tag
from dyadwatch.errors import DyadwatchError

pytestmark = pytest.mark.no_cover

ITEM = {"id": "x1", "text": "Khamenei praised Assad.", "published": "2019-02-25"}


def lines(*items, arguments=()):
    """The answers to lines, in order."""
    source = "".join((item if isinstance(item, str) else json.dumps(item)) + "\n" for item in items)
    result = CliRunner().invoke(tag, ["--jsonl", *arguments], input=source)
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    failed = sum("error" in answer for answer in answers)
    assert result.exit_code == (3 if failed else 0), result.output
    assert (f"{failed} of {len(answers)} lines could not be answered" in result.stderr) == bool(failed)
    return answers


def test_lone_surrogates_are_accepted():
    """They are read as unknown ones, of the same length."""
    answer, other = lines(
        {**ITEM, "text": "Khamenei praised Assad \ud83d."}, {**ITEM, "language": "\ud83d", "title": "\ud83d"}
    )
    assert answer["mentions"][0]["evidence"]["quote"] == "Khamenei praised Assad \ufffd."
    assert other["language"] == "\ufffd"


def test_output_lines_follow_the_order_of_the_input():
    """One line out per line in; a bad line is an error with a code, and the next goes on."""
    answers = lines(
        ITEM,
        "{nonsense",
        "[1]",
        {"id": 2},
        {"id": 3, "text": None},
        {**ITEM, "id": 4, "watch": "nobody"},
        {**ITEM, "id": 5, "published": "soon"},
        {**ITEM, "id": 6, "text": 1},
        {**ITEM, "id": 7},
    )
    assert answers[0]["id"] == "x1"
    assert list(answers[0]) == [
        "id", "language", "relationship", "score", "mentions", "actors", "event_types", "direction", "modality",
        "attribution", "relevance", "salience", "stance", "zones", "suppressed",
        "mention_count", "tagged_to", "events", "seconds",
    ]  # fmt: skip
    assert answers[0]["relationship"] is True
    codes = [answer.get("error", {}).get("code") for answer in answers]
    assert codes == [
        None,
        "line_malformed",
        "line_malformed",
        "line_malformed",
        "line_malformed",
        "watch_unknown",
        "published_invalid",
        "line_malformed",
        None,
    ]
    assert [answer["id"] for answer in answers[3:]] == [2, 3, 4, 5, 6, 7]


def test_published_may_have_a_time_and_the_title_is_read():
    """`published` may be a date or a moment; `title` and `language` are optional."""
    (answer,) = lines({**ITEM, "published": "2019-02-25T10:00:00+00:00", "title": "News", "language": "en"})
    assert answer["language"] == "en"


def test_a_watch_file_is_used(tmp_path):
    """`--watch-file` brings another pair; a line may ask for it."""
    document = {
        "id": "ida-bo",
        "title": "I - B",
        "actors": {
            "a": {"name": "Ida", "names": {"en": ["Ida Stone"]}},
            "b": {"name": "Bo", "names": {"en": ["Bo Rock"]}},
        },
    }
    path = tmp_path / "watch.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    (answer,) = lines(
        {"id": 1, "text": "Ida Stone met Bo Rock.", "watch": "ida-bo"}, arguments=["--watch-file", str(path)]
    )
    assert answer["relationship"] is True


@pytest.mark.parametrize("content", ["{a: [", "- 1", "id: x"])
def test_a_bad_watch_file_is_one_clear_error(tmp_path, content):
    """A file that is no watch stops the command with our error."""
    path = tmp_path / "watch.yaml"
    path.write_text(content, encoding="utf-8")
    result = CliRunner().invoke(tag, ["--jsonl", "--watch-file", str(path)], input="")
    assert isinstance(result.exception, DyadwatchError)
    assert result.exception.code == "watch_invalid"


def test_plain_output_shows_the_verdict_and_the_reasons(tmp_path):
    """A file is answered in words: the verdict, the sentence, the event and the weights."""
    path = tmp_path / "article.txt"
    path.write_text("Khamenei praised Assad, officials said.\nRain fell.", encoding="utf-8")
    result = CliRunner().invoke(tag, [str(path), "--published", "2019-02-25"])
    assert result.exit_code == 0
    for words in (
        "relationship yes",
        "Khamenei praised Assad",
        "SUPPORT b->a person",
        "same_sentence +",
        "en.praise",
    ):
        assert words in result.stdout


def test_a_text_without_both_actors_is_negative(tmp_path):
    """No actor, no relationship."""
    path = tmp_path / "article.txt"
    path.write_text("Rain fell.", encoding="utf-8")
    assert "relationship no" in CliRunner().invoke(tag, [str(path)]).stdout


def test_an_unknown_watch_is_reported_with_those_that_exist():
    """`--watch` with another id says which there are."""
    result = CliRunner().invoke(tag, ["--watch", "nobody"], input="Rain.")
    assert isinstance(result.exception, DyadwatchError)
    assert "assad-khamenei" in result.exception.detail


def test_an_explanation_shows_actors_weights_and_refusals(tmp_path):
    """Text with marks, the rule and each weight of a mention, and the reasons for silence; the same twice,
    without colours where no person looks."""
    path = tmp_path / "article.txt"
    path.write_text(
        "Khamenei received Assad, Reuters reported. Hafez al-Assad was dead.\nRain fell.", encoding="utf-8"
    )
    arguments = [str(path), "--explain", "--published", "2019-02-25"]
    first, second = (CliRunner().invoke(tag, arguments) for _ in range(2))
    assert first.exit_code == 0
    assert first.stdout_bytes == second.stdout_bytes
    assert "\x1b" not in first.stdout
    for words in (
        "relationship yes  assad-khamenei",
        "main acts CONSULT  a->b  reported",
        ">> [b Khamenei] received [a Assad], Reuters reported. <<",
        "CONSULT:visit a->b person reported  0-42",
        "said by Reuters (reported) through Reuters",
        "rules en.host",
        " cue_between",
        "namesake 43-57 Hafez al-Assad (actors.namesake)",
    ):
        assert words in first.stdout


def test_of_a_page_the_article_is_tagged_and_its_markup_is_not(tmp_path, monkeypatch, site):
    """As a file, as stdin and by its address; what is said of it is the same."""
    site.pages["/a"] = article("A visit", *VISIT)
    (tmp_path / "page.html").write_text(site.pages["/a"].body)
    monkeypatch.setenv("DYADWATCH_ALLOW_PRIVATE_NETWORKS", "127.0.0.0/8")
    asked = [
        CliRunner().invoke(tag, ["--json", str(tmp_path / "page.html")]),
        CliRunner().invoke(tag, ["--json"], input=site.pages["/a"].body),
        CliRunner().invoke(tag, ["--json", f"{site.url}/a"]),
    ]
    answers = [json.loads(result.stdout) for result in asked]
    assert [result.stderr for result in asked] == ["article: A visit\n"] * 3
    assert answers[0]["relationship"] is True
    assert answers[0]["mentions"] == answers[1]["mentions"] == answers[2]["mentions"]
    assert "<" not in answers[0]["mentions"][0]["evidence"]["quote"]


def test_a_file_that_is_not_there_is_named():
    for arguments in (["no-such.txt"], ["--jsonl", "no-such.jsonl"]):
        error = CliRunner().invoke(tag, arguments).exception
        assert (error.code, arguments[-1] in error.detail) == ("file_unreadable", True)


def test_an_explanation_has_colours_on_a_terminal(tmp_path):
    """On a terminal the marks are coloured."""
    path = tmp_path / "article.txt"
    path.write_text("Khamenei praised Assad.", encoding="utf-8")
    result = CliRunner().invoke(tag, [str(path), "--explain"], color=True)
    assert "\x1b[36m[a " in result.stdout


def test_an_explanation_reports_an_unknown_language(tmp_path):
    """A text that no letter tells the language of says so."""
    path = tmp_path / "article.txt"
    path.write_text("12345", encoding="utf-8")
    assert "unknown_language" in CliRunner().invoke(tag, [str(path), "--explain"]).stdout


def test_a_model_at_an_endpoint_is_asked_as_the_settings_say(monkeypatch):
    """Its weight is shown among the others."""
    content = json.dumps({"probability": 0.9, "quote": "Before Assad, Khamenei had trusted"})
    site = Site()
    site.pages["/v1/chat/completions"] = Page(json.dumps({"choices": [{"message": {"content": content}}]}))
    for name, value in {
        "RERANKER_URL": f"{site.url}/v1",
        "RERANKER_MODEL": "small",
        "ALLOW_PRIVATE_NETWORKS": "127.0.0.0/8",
    }.items():
        monkeypatch.setenv(f"DYADWATCH_{name}", value)
    text = "Before Assad, Khamenei had trusted only Nasrallah."
    result = CliRunner().invoke(tag, ["--explain", "--reranker", "openai"], input=text)
    site.close()
    assert result.exit_code == 0, result.output
    assert "reranker" in result.stdout
    assert len(site.requests) == 1


@pytest.mark.parametrize("forms", [("--jsonl", "--explain"), ("--json", "--jsonl"), ("--explain", "--json")])
def test_one_form_of_the_answer_is_asked_for(forms):
    result = CliRunner().invoke(tag, forms, input=json.dumps(ITEM))
    assert result.exit_code == 2
    assert "give one of --jsonl, --json and --explain" in result.stderr


def test_a_text_in_another_charset_is_tagged(tmp_path):
    path = tmp_path / "article.txt"
    path.write_bytes("Асад встретился с Хаменеи в Тегеране, и они обсудили помощь.".encode("cp1251"))
    result = CliRunner().invoke(tag, [str(path), "--published", "2019-02-25"])
    assert "relationship yes" in result.stdout
