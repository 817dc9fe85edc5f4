"""`dyadwatch extract`: JSON Lines in, JSON Lines out, and a page for a person."""

import gzip
import json

import pytest
from click.testing import CliRunner
from local_site import Page

from dyadwatch.cli.extract import extract
from dyadwatch.errors import InvalidInput, NotArticle

HTML = (
    "<html lang='en'><head><link rel='canonical' href='/a'><meta name='author' content='Ann Bell'>"
    "<meta name='description' content='A summary.'><meta name='section' content='Local'>"
    "<meta property='article:published_time' content='2022-05-30T10:10:00Z'></head><body><article><h1>Ferries run again</h1>"
    "<p>(Reuters) - The ferries run again since the morning, the harbour office said on Monday, after a pause of nine years.</p>"
    "<p>Two ships leave at eight and at four, and the crossing takes a little more than two hours in calm weather.</p>"
    "</article></body></html>"
)
URL = "https://news.example/a"


@pytest.fixture
def lines():
    """Runs the command on lines and gives the answers."""

    def run(*requests):
        text = b"".join(
            (item if isinstance(item, bytes) else json.dumps(item).encode()) + b"\n" for item in requests
        )
        result = CliRunner().invoke(extract, ["--jsonl"], input=text)
        answers = [json.loads(line) for line in result.stdout.splitlines()]
        codes = {answer["error"]["code"] for answer in answers if "error" in answer}
        assert result.exit_code == (3 if codes - {"page_empty"} else 0), result.output
        return answers

    return run


def test_one_line_out_per_line_in(lines):
    """Every article has the promised fields, under the id of its line."""
    (answer,) = lines({"id": "x1", "url": URL, "html": HTML})
    assert answer["text"].startswith("(Reuters) - The ferries run again")
    assert answer.pop("seconds") > 0
    expected = {"id": "x1", "title": "Ferries run again", "authors": ["Ann Bell"], "published": "2022-05-30T10:10:00+00:00", "published_source": "meta", "language": "en", "canonical_url": URL, "modified": None, "dek": "A summary.", "section": "Local", "author_note": None, "origin": {"agency": "Reuters", "publisher": None, "url": None}, "image_caption": None, "not_article": None, "notice": None}  # fmt: skip
    assert answer == expected | {"text": answer["text"]}


def test_files_are_read_and_unpacked(lines, tmp_path):
    """html_path names a file; .gz is unpacked."""
    (tmp_path / "a.html").write_text(HTML)
    (tmp_path / "b.html.gz").write_bytes(gzip.compress(HTML.encode()))
    answers = lines(
        *({"id": n, "url": URL, "html_path": str(path)} for n, path in enumerate(sorted(tmp_path.iterdir())))
    )
    assert [(item["id"], item["title"]) for item in answers] == [
        (0, "Ferries run again"),
        (1, "Ferries run again"),
    ]


BAD = [
    (b"{not json", None, "line_malformed"),
    (b'["a", "list"]', None, "line_malformed"),
    (b"[" * 100_000, None, "line_malformed"),
    (b"\xff\xfe", None, "line_malformed"),
    (b'{"id": "\\ud800", "html": "x"}', None, "line_malformed"),
    (b'{"id": 123456789012345678901234567890, "html": "x"}', None, "line_malformed"),
    ({"id": 1}, 1, "line_invalid"),
    ({"id": 1, "html": 5}, 1, "line_invalid"),
    ({"id": 1, "html": HTML, "url": 5}, 1, "line_invalid"),
    ({"id": 1, "html_path": "/no/such/file"}, 1, "file_unreadable"),
    ({"id": 1, "html_path": "\0"}, 1, "file_unreadable"),
    ({"id": 1, "url": URL, "html": ""}, 1, "page_empty"),
    ({"id": 1, "url": "http://[", "html": HTML}, 1, "url_invalid"),
]


@pytest.mark.parametrize(("line", "name", "code"), BAD)
def test_a_bad_line_is_answered_and_stops_nothing(lines, line, name, code):
    """The error names its code and the id where there is one;
    lines before and after are answered in order."""
    before, answer, after = lines({"id": "a", "url": URL, "html": HTML}, line, {"id": "b", "html": HTML})
    assert (before["id"], after["id"]) == ("a", "b")
    assert answer["id"] == name
    assert answer["error"]["code"] == code
    assert answer["error"]["detail"]
    assert after["title"] == "Ferries run again"


def test_a_truncated_archive_is_unreadable(lines, tmp_path):
    """A packed file that cannot be unpacked is named, and goes no further."""
    (tmp_path / "a.html.gz").write_bytes(gzip.compress(HTML.encode())[:40])
    (answer,) = lines({"id": 1, "html_path": str(tmp_path / "a.html.gz")})
    assert answer["error"]["code"] == "file_unreadable"


def test_an_unexpected_exception_costs_one_line(lines, monkeypatch):
    """An unforeseen exception is answered as internal_error and shown on stderr."""
    monkeypatch.setattr("dyadwatch.articles.extract", lambda *_, **__: 1 / 0)
    assert lines({"id": 1, "html": HTML})[0]["error"]["code"] == "internal_error"


def test_every_line_is_answered_even_a_blank_one(lines):
    blank, article, spaces = lines(b"", {"id": 1, "html": HTML}, b"  ")
    assert blank["error"]["code"] == spaces["error"]["code"] == "line_malformed"
    assert article["id"] == 1


def test_a_file_prints_its_article(tmp_path):
    """With a file, the facts and the text are printed."""
    (tmp_path / "a.html").write_text(HTML)
    result = CliRunner().invoke(extract, [str(tmp_path / "a.html"), "--url", URL])
    assert result.exit_code == 0
    for words in ("Ferries run again", "Ann Bell", "Reuters", "2022-05-30", "A summary.", "Two ships leave"):
        assert words in result.stdout


def test_a_partial_article_is_marked(tmp_path):
    """What is no whole article is shown with the reason; in JSON Lines the reason stands beside the text."""
    (tmp_path / "a.html").write_text(
        HTML.replace("<head>", "<head><meta property='article:content_tier' content='locked'>").replace(
            "<p>Two ships", "<p>Subscribe to continue reading.</p><p>Two ships"
        )
    )
    result = CliRunner().invoke(extract, [str(tmp_path / "a.html"), "--url", URL])
    assert "not a complete article: paywall" in result.stdout


def test_an_unreadable_page_is_an_error_with_a_code(tmp_path):
    """A page without an article and a broken archive raise our errors, which `main` prints."""
    (tmp_path / "a.html").write_text("nothing")
    (tmp_path / "b.html.gz").write_text("nothing")
    for name, kind in (("a.html", NotArticle), ("b.html.gz", InvalidInput)):
        assert isinstance(CliRunner().invoke(extract, [str(tmp_path / name)]).exception, kind)


def test_a_page_is_read_from_stdin_and_a_pipe_gets_a_paragraph_as_one_line():
    """As `curl … | dyadwatch extract` does; with --json it is one object."""
    result = CliRunner().invoke(extract, ["--url", URL], input=HTML)
    assert result.exit_code == 0, result.output
    assert any(len(line) > 100 and line.endswith("nine years.") for line in result.stdout.splitlines())
    article = json.loads(CliRunner().invoke(extract, ["-", "--json"], input=HTML).stdout)
    assert (article["title"], article["authors"]) == ("Ferries run again", ["Ann Bell"])


def test_a_page_of_the_web_is_requested_through_the_guard(monkeypatch, site):
    """An address that is not public is refused until it is opened; a status is named."""
    site.pages |= {"/a": Page(HTML), "/gone": Page("gone", status=410)}
    assert CliRunner().invoke(extract, [f"{site.url}/a"]).exception.code == "blocked_address"
    monkeypatch.setenv("DYADWATCH_ALLOW_PRIVATE_NETWORKS", "127.0.0.0/8")
    result = CliRunner().invoke(extract, [f"{site.url}/a"])
    assert f"{site.url}/a" in result.stdout
    assert "Ferries run again" in result.stdout
    assert CliRunner().invoke(extract, [f"{site.url}/gone"]).exception.code == "http_410"
