"""What extract refuses, bounds, and reads from single statements of a page."""

import pytest

from dyadwatch import articles
from dyadwatch.errors import NotArticle
from dyadwatch.model.articles import Origin

URL = "https://news.example/2023/a.html"
SENTENCE = "The council has met for the third time this week and could not agree on the new timetable of the ferries."
# Different sentences, because the extractor drops paragraphs that repeat another.
BODY = "".join(
    f"<p>{SENTENCE} The vote of day {number} was postponed after {number} hours.</p>"
    for number in range(2, 6)
)


def page(*, title="Council meets on ferries again", head="", body=BODY, lang="en"):
    return f"<!doctype html><html lang='{lang}'><head><title>{title}</title>{head}</head><body><article><h1>{title}</h1>{body}</article></body></html>"


def read(*, url=URL, content_type=None, **parts):
    return articles.extract(page(**parts), url=url, content_type=content_type)


def code_of(html, **options):
    with pytest.raises(NotArticle) as caught:
        articles.extract(html, url=options.pop("url", URL), **options)
    assert caught.value.detail
    return caught.value.code


JSONLD = '<script type="application/ld+json">{}</script>'

REFUSED = [
    ("page_empty", b""),
    ("page_empty", " \n"),
    ("page_not_html", b"%PDF-1.7 ..."),
    ("page_not_html", b"\x89PNG\r\n"),
    ("page_not_html", '{"json": true}'),
    ("page_not_html", "just words"),
    ("page_not_html", "<?xml version='1.0'?><rss version='2.0'><channel><title>x</title></channel></rss>"),
    ("page_no_text", "<html>"),
    ("page_no_text", "<html><body><div></div>"),
    ("page_error", b"<html>" + b"a" * 5_000_001),
    ("page_error", "<html>" + "<p>x</p>" * 20_000),
    ("page_error", "<html><body>" + "<div>" * 100_000 + BODY),
]  # fmt: skip


@pytest.mark.parametrize(("code", "html"), REFUSED)
def test_what_is_no_article_is_refused_by_name(code, html):
    """Each kind of page without an article has its own stable code."""
    assert code_of(html) == code


def test_a_content_type_that_is_not_html_is_refused():
    """The header decides before the bytes are looked at."""
    assert code_of(page(), content_type="application/pdf; version=2") == "page_not_html"


@pytest.mark.parametrize(
    ("encoding", "text", "declaration", "content_type"),
    [
        ("windows-1256", "افتتحت البلدية مكتبة عامة في الحي القديم بعد أعمال ترميم طويلة.", "<meta charset='windows-1256'>", None),
        ("windows-1256", "افتتحت البلدية مكتبة عامة في الحي القديم بعد أعمال ترميم طويلة.", "", "text/html; charset=windows-1256"),
        ("windows-1251", "В старом порту открылся музей маяков, и очередь стояла до причала.", "", None),
        ("utf-8", "В старом порту открылся музей маяков, и очередь стояла до причала.", "<meta charset='iso-8859-1'>", None),
        ("utf-8-sig", "Les vendanges commencent tôt cette année dans les coteaux du fleuve.", "", "text/html; charset=latin1"),
        ("utf-16", "Les vendanges commencent tôt cette année dans les coteaux du fleuve.", "", None),
        ("cp1252", "Les vendanges – «tôt» – commencent dès l’été dans les coteaux.", "<meta charset='iso-8859-1'>", "text/html; charset=nonsense"),
    ],
)  # fmt: skip
def test_charsets(encoding, text, declaration, content_type):
    """Byte order mark, valid UTF-8, header, declaration and detection find the charset, in that order."""
    html = page(head=declaration, body=f"<p>{text}</p>" * 5).encode(encoding)
    assert text in articles.extract(html, url=URL, content_type=content_type).text


def test_a_few_broken_bytes_do_not_change_the_charset():
    """A page that says UTF-8 and holds a stray byte is still read as UTF-8."""
    html = (
        page(
            head="<meta charset=utf-8>", body=BODY + "<p>Über die Brücke führt der Weg zum Hafen.</p>"
        ).encode()
        + b"\xff"
    )
    assert "Brücke führt" in articles.extract(html, url=URL).text


def test_persian_keeps_its_joiners():
    """Zero-width non-joiners inside words survive, written as such or as a reference; marks without text do
    not."""
    body = (
        "<p>آیت\u200cالله گفت خانه&zwnj;ها و کتاب&#8204;ها می\u200cماند و \u200fسال\u00adها ادامه خواهد داشت.</p>"
        * 3
    )
    assert (
        "آیت\u200cالله گفت خانه\u200cها و کتاب\u200cها می\u200cماند و سالها"
        in read(body=body, lang="fa").text
    )


def test_lone_surrogates_and_controls_do_not_survive():
    """What JSON writers cannot encode never leaves the extractor."""
    article = read(
        title="Council \ud800meets\x00 on ferries",
        head=JSONLD.format(r'{"@type":"NewsArticle","headline":"x","author":"Ann \udc00Bell"}'),
    )
    assert article.authors == ("Ann Bell",)
    assert article.text.encode()
    assert article.title.encode()


def test_deep_jsonld_is_passed_over():
    """A statement nested beyond reason is skipped, the article is still read."""
    assert read(head=JSONLD.format("[" * 100_000)).title == "Council meets on ferries again"


def test_jsonld_with_known_faults_is_mended():
    """Comments around it, line breaks inside strings, trailing commas and entities do not lose the facts."""
    faulty = '<!-- {"@type":"NewsArticle","headline":"Council meets\non ferries again","author":["Ann Bell",],} -->'
    assert read(head=JSONLD.format(faulty)).authors == ("Ann Bell",)


def test_stated_text_stands_in_for_an_empty_page():
    """Where scripts would draw the article, its JSON-LD body is taken."""
    stated = "\\n\\n".join([SENTENCE] * 5)
    head = JSONLD.format(f'{{"@type":"NewsArticle","headline":"Council meets","articleBody":"{stated}"}}')
    assert read(head=head, body="<div id=app></div>").text == "\n\n".join([SENTENCE] * 5)


CANONICAL = [
    ("/2023/a", "https://www.news.example/2023/a", None),
    ("https://m.news.example/2023/a#top", "https://m.news.example/2023/a", None),
    ("https://news.example/", None, None),
    ("javascript:void(0)", None, None),
    ("http://[bad/", None, None),
    ("https://agency.example/x", None, "https://agency.example/x"),
]


@pytest.mark.parametrize(("href", "own", "other"), CANONICAL)
def test_a_canonical_link_elsewhere_is_an_origin(href, own, other):
    """An address on the same site is the article's identity; one on another site says where the text is
    from."""
    article = read(head=f"<link rel='canonical' href='{href}'>", url="https://www.news.example/2023/a?x=1")
    assert article.canonical_url == own
    assert article.origin == (Origin(url=other) if other else None)


IDENTITIES = [
    ("/harbour/council-meets-on-ferries", "/harbour/", False),
    ("/harbour/council-meets-on-ferries", "/harbour", False),
    ("/2023/05/03/council-meets-on-ferries", "/world/asia", False),
    ("/en/harbour/ferries", "/en/", False),
    ("/harbour/council-meets-on-ferries", "/harbour/vintners-hope-for-sun", False),
    ("/harbour/council-meets-on-ferries", "/harbour/council-meets-on-ferries-again", True),
    ("/harbour/council-meets-on-ferries/amp", "/harbour/council-meets-on-ferries", True),
    ("/ferries/2", "/ferries", True),
    ("/ferries/amp", "/ferries", True),
    ("/harbour/council-meets-on-ferries", "/a/123456", True),
    ("/show?id=4", "/harbour/council-meets-on-ferries", True),
    ("/a", "/harbour/council-meets-on-ferries", True),
]  # fmt: skip


@pytest.mark.parametrize(("path", "canonical", "is_identity"), IDENTITIES)
def test_a_canonical_address_is_of_the_same_article(path, canonical, is_identity):
    """One of a section above the page, of a section elsewhere or of another headline is no identity."""
    site = "https://www.news.example"
    article = read(head=f"<link rel='canonical' href='{canonical}'>", url=f"{site}{path}")
    assert article.canonical_url == (f"{site}{canonical}" if is_identity else None)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.co.uk/", "https://b.co.uk/"),
        ("https://a.blogspot.com/", "https://b.blogspot.com/"),
        ("http://127.0.0.1:8001/", "http://127.0.0.1:8002/"),
        ("http://localhost:1/", "http://localhost:2/"),
    ],
)
def test_sites_that_only_look_alike_are_two(one, other):
    """Publishers under a shared suffix, a blog host or an address are different sites."""
    article = read(url=f"{one}2023/a", head=f"<link rel='canonical' href='{other}2023/a'>")
    assert article.canonical_url is None
    assert article.origin == Origin(url=f"{other}2023/a")


LANGUAGES = [
    ("en_us", "", "en-US"),
    ("eng", "", "en"),
    ("ar", "", "en"),
    ("", "<meta property='og:locale' content='en_GB'>", "en-GB"),
    ("not a language", "", "en"),
]


@pytest.mark.parametrize(("lang", "head", "language"), LANGUAGES)
def test_language_is_stated_or_guessed(lang, head, language):
    """A stated language is normalised; one that the script contradicts, or none, is replaced by a guess."""
    assert read(lang=lang, head=head, body=BODY).language == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("این نوشته برای آزمایش است و پایان آن نزدیک می‌شود. ", "fa"),
        ("هذا النص للتجربة وهو قصير جدا. ", "ar"),
        ("זה טקסט קצר. ", "he"),
    ],
)
def test_scripts_decide_between_neighbours(text, language):
    """Persian, Arabic and Hebrew texts on a page that says English are told apart by their letters."""
    assert read(body=f"<p>{text * 6}</p>" * 2).language == language


def test_a_brief_is_read_from_the_paragraphs_that_are_marked_as_its_body():
    """A text of three sentences keeps its paragraphs, and takes in no byline and no share bar."""
    body = (
        '<p class="byline">By <span>Ida Stone</span> 2023-05-01</p><ul class="share"><li>Share this</li><li>Tweet</li></ul>'
        '<div itemprop="articleBody"><p>Wheat arrived at the port.</p><p>The road is open again.</p></div>'
    )
    assert read(body=body).text == "Wheat arrived at the port.\n\nThe road is open again."
    assert (
        read(body="<p>Wheat arrived at the port of the old town.</p>").text
        == "Wheat arrived at the port of the old town."
    )


KEPT = {
    "a date inside a sentence": "<p>The ferry left on <time datetime='2023-05-01'>the first of May</time> without its captain.</p>",
    "a button inside a sentence": "<p>The ferry left on <button>the first of May</button> without its captain.</p>",
    "a label and an insertion": "<p>The ferry <label>left on</label> <ins>the first of May</ins> without its captain.</p>",
    "a quote in a figure": "<figure><blockquote><p>The ferry left on the first of May without its captain.</p></blockquote></figure>",
    "a list in a cell": "<table><tr><td><ul><li>The ferry left on the first of May without its captain.</li></ul></td></tr></table>",
}


@pytest.mark.parametrize("markup", KEPT.values(), ids=KEPT)
def test_words_of_a_sentence_survive_whatever_marks_them(markup):
    """Extractors drop some elements wherever they stand."""
    assert (
        "The ferry left on the first of May without its captain."
        in read(body=BODY + markup + BODY.replace("vote", "count")).text
    )


def test_a_fragment_is_not_taken_for_the_article():
    """Where one part of a page looks like an article's body and most of the sentences stand elsewhere."""
    rest = "".join(
        f"<div class='x{n}'><p>{SENTENCE} So it went {n} times, and {n} more.</p></div>" for n in range(3, 12)
    )
    html = f"<html><body><h1>Council meets</h1><div class='article-body'><p>{SENTENCE * 3}</p></div><div>{rest}</div></body></html>"
    assert "So it went 7 times, and 7 more." in articles.extract(html, url=URL).text


def test_a_marked_body_of_one_short_sentence_is_the_article():
    page = (
        "<html><body><article><h1>Bus strike ends</h1><div itemprop=articleBody><p>The bus strike is over.</p></div>"
        "<section><p>A foreign story about the price of bread in another town, which nobody here has asked for.</p>"
        "<p>Another foreign sentence about bread follows it, so that this part of the page is the longer one.</p>"
        "</section></article></body></html>"
    )
    assert articles.extract(page, url="https://ledger.example/bus").text == "The bus strike is over."
