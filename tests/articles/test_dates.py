"""When an article was published: what a page states, what it only shows, and what its feed says."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyadwatch import articles
from dyadwatch.model.articles import ExtractedArticle, Publication
from dyadwatch.model.dates import StatedDate

FETCHED = datetime(2024, 6, 20, 12, tzinfo=UTC)
TITLE = "Bridge over the Vell reopens to lorries"
SENTENCE = (
    "The bridge carries lorries again after two winters of work on its northern pier, the road office said."
)
URL = "https://news.example/world/bridge"


def read(*, head="", above="", line="", below="", lang="en", url=URL, body=""):
    html = (
        f"<html lang={lang}><head><title>{TITLE}</title>{head}</head><body>{above}<main><article><h1>{TITLE}</h1>"
        f"{line}{f'<p>{SENTENCE}</p>' * 5}{body}</article></main>{below}<footer>© 2019 News</footer></body></html>"
    )
    article = articles.extract(html, url=url, fetched_at=FETCHED)
    return article.published, article.published_source


def json_ld(text):
    return f'<script type="application/ld+json">{text}</script>'


NEWS = f'"@type": "NewsArticle", "headline": "{TITLE}"'


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (
            {"head": json_ld(f'{{{NEWS}, "datePublished": "2024-06-14T08:00:00+02:00"}}')},
            ("2024-06-14T08:00:00+02:00", "json_ld"),
        ),
        (
            {"head": json_ld(f'{{{NEWS}, "datePublished": 1718352000}}')},
            ("2024-06-14T08:00:00+00:00", "json_ld"),
        ),
        (
            {
                "head": json_ld(f'{{{NEWS}, "datePublished": "2024-06-13T23:00:00Z"}}')
                + "<meta property=article:published_time content=2024-06-14T01:00:00+02:00>"
            },
            ("2024-06-14T01:00:00+02:00", "json_ld"),
        ),
        ({"head": "<meta property=article:published_time content=2024-06-14>"}, ("2024-06-14", "meta")),
        ({"head": "<meta name=date content='14/06/2024 17:05'>"}, ("2024-06-14T17:05:00", "meta")),
        (
            {
                "head": "<meta name=date content=05/06/2024><meta property=article:modified_time content=14/06/2024>"
            },
            ("2024-06-05", "meta"),
        ),
        ({"head": "<meta name=date content=05/06/2024>", "lang": "es"}, ("2024-06-05", "meta")),
        ({"head": "<meta name=date content=05/06/2024>", "lang": "en-US"}, ("2024-05-06", "meta")),
        ({"head": "<meta name=dateCreated content=2024-06-14>"}, ("2024-06-14", "meta")),
        (
            {"head": "<meta name=bt:pubDate content=20240614T08:00:00Z>"},
            ("2024-06-14T08:00:00+00:00", "meta"),
        ),
        ({"head": json_ld(f'{{{NEWS}, "dateCreated": "2024-06-14"}}')}, ("2024-06-14", "json_ld")),
        ({"head": "<meta name=datePublished content=2024-06-14>"}, ("2024-06-14", "markup")),
        ({"line": "<span itemprop=datePublished content=2024-06-14>Friday</span>"}, ("2024-06-14", "markup")),
        (
            {"line": "<time class='entry-date published' datetime=2024-06-14T09:00Z>Fri</time>"},
            ("2024-06-14T09:00:00+00:00", "markup"),
        ),
        ({"url": "https://news.example/2024/06/14/bridge"}, ("2024-06-14", "url")),
        ({"url": "https://news.example/2024/jun/14/bridge"}, ("2024-06-14", "url")),
        ({"url": "https://news.example/a-20240614-bridge.html"}, ("2024-06-14", "url")),
        (
            {"line": "<time datetime=2024-06-14T09:00:00+03:00>14 Jun</time>"},
            ("2024-06-14T09:00:00+03:00", "visible"),
        ),
        (
            {"line": "<time datetime=2024-06-14T09:00:00Z>two hours ago</time>"},
            ("2024-06-14T09:00:00+00:00", "visible"),
        ),
        ({"line": "<time datetime=2024-06-14></time>"}, ("2024-06-14", "visible")),
        (
            {"line": "<p>Harbour Press<br>14 Jun 2024, 22:11 GMT+10</p>"},
            ("2024-06-14T22:11:00+10:00", "visible"),
        ),
        ({"line": "<p>14 June 2024, 09:00</p>"}, ("2024-06-14T09:00:00", "visible")),
        ({"line": "<p>Ann Bell | 14 June 2024</p>"}, ("2024-06-14", "visible")),
        (
            {"line": "<div class=byline>By Ann Bell in Port Vell, June 14, 2024</div>"},
            ("2024-06-14", "visible"),
        ),
        (
            {"line": "<p>نُشر الجمعة 14 حزيران / يونيو 2024 09:22 مساءً</p>", "lang": "ar"},
            ("2024-06-14T21:22:00", "visible"),
        ),
        ({"line": "<span>۲۵ خرداد ۱۴۰۳ - ۰۸:۱۵</span>", "lang": "fa"}, ("2024-06-14T08:15:00", "visible")),
        (
            {"above": f"<div><h1>{TITLE}</h1></div><p>x</p>" * 2, "line": "<p>14 June 2024</p>"},
            ("2024-06-14", "visible"),
        ),
        ({"line": "<div class=commentary-info>14 June 2024 6 min read</div>"}, ("2024-06-14", "visible")),
        (
            {"line": "<p>Updated: 18 June 2024</p><p>Published: 14 June 2024</p>"},
            ("2024-06-14", "visible"),
        ),
        (
            {
                "line": "<time datetime=2024-06-14T09:00Z>14 June</time>",
                "url": "https://news.example/2024/06/14/bridge",
            },
            ("2024-06-14T09:00:00+00:00", "visible"),
        ),
        ({"line": f"<p>{SENTENCE}</p><div>Ann Bell | 14 June 2024</div>"}, ("2024-06-14", "visible")),
        ({"line": f"<p>{SENTENCE}</p><p class=date>14 June 2024</p>"}, ("2024-06-14", "visible")),
        ({"line": "<p>Published on <time>14 June 2024</time>.</p>"}, ("2024-06-14", "visible")),
        ({"line": "<div><a href=/x>Ann Bell</a> <time>14 June 2024</time></div>"}, ("2024-06-14", "visible")),
        ({"above": "<div><a href=/x>World</a> <time>14 June 2024</time></div>"}, ("2024-06-14", "visible")),
        ({"line": "<ul class=meta><li>Ann Bell</li><li>14 June 2024</li></ul>"}, ("2024-06-14", "visible")),
        ({"line": "<p><i>By Ann Bell, Friday, June 14, 2024</i></p>"}, ("2024-06-14", "visible")),
        ({"line": "<p>Published: 14 June 2024 By Ann Bell</p>"}, ("2024-06-14", "visible")),
        ({"line": "<h4>By Ann Bell</h4><h5>14 June 2024</h5>"}, ("2024-06-14", "visible")),
        ({"line": "<h3>By Ann Bell · Friday, 14 June 2024</h3>"}, ("2024-06-14", "visible")),
        ({"line": "<ul><li>By Ann Bell</li><li>14 June 2024</li></ul>"}, ("2024-06-14", "visible")),
        ({"line": "<header><p>By Ann Bell</p><p>14 June 2024</p></header>"}, ("2024-06-14", "visible")),
        (
            {
                "line": "<table><tr><td>Yazan</td><td>Deniz Akar</td><tr><td>Tarih</td><td>14.6.2024</td></table>"
            },
            ("2024-06-14", "visible"),
        ),
        ({"line": "<dl><dt>Published</dt><dd>14 June 2024</dd></dl>"}, ("2024-06-14", "visible")),
        (
            {"line": "<table><tr><th>Опубликовано:</th><td>14 июня 2024</td></tr></table>", "lang": "ru"},
            ("2024-06-14", "visible"),
        ),
        (
            {"line": "<ul><li>Ngày đăng: Thứ Sáu, 14/6/2024</li></ul>", "lang": "vi"},
            ("2024-06-14", "visible"),
        ),
        (
            {"line": "<p>18 June 2024</p>", "url": "https://news.example/2024/06/14/bridge"},
            ("2024-06-14", "url"),
        ),
        ({"above": "<div><p class=post-date>14 June 2024</p>"}, ("2024-06-14", "visible")),
        ({"above": "<nav><a href=/>The Quay</a></nav><time>14 June 2024</time>"}, ("2024-06-14", "visible")),
        (
            {
                "body": "<div class=post-footer>At <abbr class=published itemprop=datePublished title=2024-06-14T08:20:00+02:00>8:20</abbr></div>"
            },
            ("2024-06-14T08:20:00+02:00", "markup"),
        ),
        (
            {
                "body": "<footer><time class='entry-date published' datetime=2024-06-14>14 June</time></footer>"
            },
            ("2024-06-14", "markup"),
        ),
        *(
            ({"line": f"<p class=byline>By {name}, 14 June 2024</p>"}, ("2024-06-14", "visible"))
            for name in ("Max Born", "Anna Born", "Ali Since", "Maria Geboren")
        ),
    ],
)
def test_a_date_says_where_it_comes_from(page, expected):
    """What is stated counts before what is shown, with the publisher's own zone and order of numbers."""
    assert read(**page) == expected


CARD = (
    "<div><h3><a href=/b>Another bridge opens in the south after years</a></h3>"
    "<time datetime=2024-06-12>12 June 2024</time></div>"
)


# What a text tells of in lists, tables and headings.
DATES_OF_TEXTS = (
    "<ul><li>12 May 2019</li><li>The bridge is closed.</li></ul>",
    "<ul><li><b>12 May 2019:</b> closed</li></ul>",
    "<table><tr><td>Closed</td><td>12 May 2019</td></tr></table>",
    "<table><tr><th>12 May 2019</th></tr></table>",
    "<dl><dt>12 May 2019</dt><dd>closed</dd></dl>",
    "<h3>12 May 2019</h3>",
    "<div><h2>12 May 2019</h2></div>",
    "<table><tr><td>Date</td><td>12 May 2019</td></tr><tr><td>Place</td><td>Port Vell</td></tr></table>",
    "<dl><dt>Opened</dt><dd>12 May 2019</dd></dl>",
)


# Today, as it stands above a page.
BARS = (
    "<div class=topbar>Thursday, 20 June 2024</div>",
    "<div><span>20 June 2024</span> <a href=/>The Quay</a></div>",
    "<p>Thursday 20 June 2024</p>",
    "<div><div><div>Thu, 20 Jun 2024</div></div></div>",
    "<table><tr><td>20.06.2024</td><td><a href=/>The Quay</a></td></tr></table>",
    "<div><time datetime=2024-06-20>Thursday, 20 June 2024</time></div><header><a href=/>The Quay</a></header>",
    "<p><time>20 June 2024</time></p><nav><a href=/w>World</a></nav>",
    "<time datetime=2024-06-20T10:00>20.06.2024</time><a href=https://news.example/>The Quay</a>",
)


@pytest.mark.parametrize(
    "page",
    [
        {"body": "<p>The talks of 2019 ended without a treaty.</p>"},
        {"line": "<p>2019</p>"},
        {"line": "<p>June 2019</p>"},
        {"line": "<p>Updated: 18 June 2024</p>"},
        {"line": "<p>Updated <time datetime=2024-06-18>18 June 2024</time></p>"},
        {"line": "<time datetime=2024-06-18>updated an hour ago</time>"},
        {"line": "<p>The law of 12 May 2019 is to end in autumn.</p>"},
        {"line": "<p>The law of <a href=/law>12 May 2019</a> is to end in autumn, says the mayor.</p>"},
        {"line": "<div><p>It was on <b>12 May 2019</b> that the bridge was opened.</p></div>"},
        {"line": "<p>It was <time datetime=2019-05-12>on Sunday</time> that the bridge was opened.</p>"},
        *({"line": f"{above}{text}"} for above in ("", f"<p>{SENTENCE}</p>") for text in DATES_OF_TEXTS),
        *({"line": f"<p>By Ann Bell</p>{text}"} for text in DATES_OF_TEXTS[:3]),
        {"line": f"<p>{SENTENCE}</p><p>12 May 2019</p>"},
        {"line": "<p>12 May 2019</p><p>was the day on which it was closed.</p>"},
        {"line": f"<p>{SENTENCE}</p><p><time datetime=2019-05-12>12 May 2019</time></p>"},
        {"line": f"<div>{SENTENCE}</div><p>{SENTENCE}</p><div>12 May 2019</div>"},
        {"line": "<figure><figcaption>12 May 2019</figcaption></figure>"},
        {"line": "<p>The fire of <time datetime=2019-05-12>12 May</time> was bad.</p>"},
        {"line": "<p class=standfirst>It burned on <time datetime=2019-05-12>12 May 2019</time></p>"},
        {"line": "<p class=event-date>Event: 12 May 2024, 19:00</p>"},
        {"line": "<div><a href=/b>Old story of the mill</a> <time datetime=2019-05-12>12 May</time></div>"},
        {"above": "<div><a href=/b>Old story</a> <time datetime=2019-05-12>12 May 2019</time></div>"},
        {"line": "<script>var ends = '2024-06-01'</script>"},
        {"line": "<style>/* 2024-06-01 */</style>"},
        {"line": "<p>© 1 January 2024</p>"},
        {
            "line": "<div itemscope itemtype=https://schema.org/Comment><time itemprop=datePublished>2024-06-15</time></div>"
        },
        {
            "head": "<meta name=publisher content=2024-06-14><meta name=article:expiration_time content=2024-06-14>"
        },
        {"above": CARD},
        {"above": f"<section>{CARD}</section>"},
        {"above": "<article><h3>Another bridge</h3><time datetime=2024-06-12>12 June</time></article>"},
        {"above": "<header><p>Thursday, 20 June 2024</p></header>"},
        *({"above": one} for one in BARS),
        *({"above": f"<div class=page>{one}"} for one in BARS),
        *({"above": f"<div class=page>{one}<ul><li><a href=/w>World</a></li></ul>"} for one in BARS),
        {"above": "<div itemprop=datePublished class=teaser content=2024-06-12></div>"},
        {"body": CARD},
        {"below": "<div class=comments><p>Jo</p><time datetime=2024-06-15>15 June 2024</time></div>"},
        {"below": "<aside><time datetime=2024-06-15>15 June 2024</time></aside>"},
        {"below": "<p>Copyright 1 January 2024</p>"},
        {"head": json_ld('{"@type": "WebSite", "datePublished": "2010-01-01"}')},
        {"head": json_ld('{"@type": "Organization", "foundingDate": "2010-01-01"}')},
        {"head": json_ld(f'{{{NEWS}, "dateModified": "2024-06-18"}}')},
        {"head": json_ld(f'{{{NEWS}, "datePublished": "2024-06-25"}}')},
        {"head": json_ld(f'{{{NEWS}, "datePublished": "this spring"}}'), "line": "<p>14 June 2024</p>"},
        {"head": "<meta name=date content=05/06/2024>", "url": "https://news.example/2024/06/14/bridge"},
        {"url": "https://news.example/2024/06/bridge"},
        {"url": "https://news.example/2024/06/25/bridge"},
        {"url": "https://news.example/archive/120240614900/bridge"},
    ],
)
def test_what_is_no_date_of_this_article_is_none(page):
    """Dates of other articles, of the site, of changes, of what the text tells; and what cannot be read, or
    is later than the fetch."""
    assert read(**page) == (None, None)


OF_ANOTHER = [
    "Member since 4 March 2018", "Archived from the original on 4 March 2018", "Joined 4 March 2018", "Registered: 14.03.2018",
    "Born 4 March 1998", "Writes here since 14 March 2018", "Mitglied seit 4. März 2018", "Anmeldedatum: 14.03.2018",
    "Membre depuis le 4 mars 2018", "Née le 4 mars 1998", "Miembro desde el 4 de marzo de 2018", "Nato il 4 marzo 1998",
    "Lid sinds 4 maart 2018", "Дата регистрации: 4 марта 2018", "Родился 4 марта 1998", "Üyelik tarihi: 4 Mart 2018",
    "عضو منذ 4 مارس 2018", "تاریخ عضویت: 4 مارس 2018", "הצטרף 4 במרץ 2018", "注册时间：2018-03-04",
]  # fmt: skip


@pytest.mark.parametrize("text", OF_ANOTHER)
def test_a_date_that_says_of_what_else_it_is_is_none(text):
    """In any markup, before and after the headline; and it hides none that is the article's."""
    box = f"<div class=author>Ann Lee <small>{text}</small></div>"
    lines = [box, f"<div class=meta><span>{text}</span></div>"]
    assert {read(line=line) for line in lines} | {read(above=line) for line in lines} == {(None, None)}
    assert read(line=f"{box}<p>14 June 2024</p>") == ("2024-06-14", "visible")


def test_the_label_of_a_date_may_stand_in_the_element_around_it():
    """Also before the headline, where the nearer element is read first."""
    for line in ("<div>Member since <time>4 March 2018</time></div>", "<p>Joined <b>4 March 2018</b></p>"):
        assert read(above=line) == read(line=line) == (None, None)


LONG = "Another bridge opens in the south after years"
CARDS = (
    f"<div class=card><a href=/b>{LONG}</a><time datetime=2024-06-02>2 June 2024</time></div>",
    f"<div><h3>{LONG}</h3><span class=date>2 June 2024</span></div>",
    f"<div><h4><a href=/b>{LONG}</a></h4><p>Ann Bell | 2 June 2024</p></div>",
    f"<ul><li><a href=/b>{LONG}</a> <time>2 June 2024</time></li></ul>",
    f"<a href=/b><h2>{LONG}</h2><time datetime=2024-06-02>2 June</time></a>",
    f"<article><h3>{LONG}</h3><time class='entry-date published' datetime=2024-06-02>2 June</time></article>",
    f"<ul><li><a href=/b>{LONG}</a> <time datetime=2024-06-02T10:00Z>yesterday</time></li></ul>",
    "<aside><p>2 June 2024</p></aside>",
    "<div class=related-news><p>2 June 2024, 10:00</p></div>",
    "<div id=comments><p>Jo, 2 June 2024</p><meta itemprop=datePublished content=2024-06-02></div>",
    "<figure><img src=a><figcaption>2 June 2024</figcaption></figure>",
    "<div itemscope itemtype='https://schema.org/Event'><time itemprop=datePublished>2024-06-02</time></div>",
    "<blockquote><p>2 June 2024</p></blockquote>",
    "<p>Updated: 2 June 2024</p>",
    "<p>© 2 June 2024</p>",
)
LINES = (
    "",
    "<time datetime=2024-06-14T09:00:00+03:00>14 June</time>",
    "<p>14 June 2024</p>",
    "<div class=meta><span>Ann Bell</span> <span>14 June 2024, 09:00</span></div>",
    "<p>Published: 14 June 2024</p>",
    "<span itemprop=datePublished content=2024-06-14></span>",
)
SOME_CARDS = st.lists(st.sampled_from(CARDS), max_size=3).map("".join)


@given(st.sampled_from(LINES), *[SOME_CARDS] * 5)
def test_dates_around_an_article_are_never_its_own(line, above, before, between, within, below):
    """Cards, comments, captions and the like, in any markup and place: the own date, or none."""
    page = {"above": above, "line": f"{before}{line}{between}", "body": within, "below": below}
    published, _ = read(**page)
    assert (published or "")[:10] == ("2024-06-14" if line else "")


DAY_MOMENT = datetime(2024, 6, 14, tzinfo=UTC)
FEED = StatedDate(datetime(2024, 6, 14, 10, tzinfo=UTC))
OTHER_DAY = StatedDate(datetime(2024, 6, 18, 10, tzinfo=UTC))


@pytest.mark.parametrize(
    ("published", "source", "entry", "expected"),
    [
        (None, None, None, None),
        (None, None, FEED, Publication(FEED.moment, "feed", "instant")),
        ("2024-06-14", "url", None, Publication(DAY_MOMENT, "url", "day")),
        ("2024-06-14", "meta", None, Publication(DAY_MOMENT, "meta", "day")),
        ("2024-06-14", "meta", FEED, Publication(FEED.moment, "feed", "instant")),
        ("2024-06-14", "meta", OTHER_DAY, Publication(DAY_MOMENT, "meta", "day")),
        ("2024-06-14", "url", OTHER_DAY, Publication(OTHER_DAY.moment, "feed", "instant")),
        ("2024-06-14T09:00:00", "visible", OTHER_DAY, Publication(OTHER_DAY.moment, "feed", "instant")),
        ("2024-06-14T13:30:00", "json_ld", FEED, Publication(FEED.moment, "feed", "instant")),
        (
            "2024-06-14T13:30:00",
            "json_ld",
            OTHER_DAY,
            Publication(datetime(2024, 6, 14, 13, 30, tzinfo=UTC), "json_ld", "local_time"),
        ),
        (
            "2024-06-14T13:30:00+03:30",
            "json_ld",
            OTHER_DAY,
            Publication(FEED.moment, "json_ld", "instant"),
        ),
        (
            "2024-06-14T13:30:00",
            "meta",
            StatedDate(DAY_MOMENT, "day"),
            Publication(datetime(2024, 6, 14, 13, 30, tzinfo=UTC), "meta", "local_time"),
        ),
        (None, None, StatedDate(DAY_MOMENT, "day"), Publication(DAY_MOMENT, "feed", "day")),
    ],
)
def test_of_page_and_feed_one_counts(published, source, entry, expected):
    """The page where it states a date, the feed before what was only found; its moment completes a day."""
    article = ExtractedArticle("t", "x", published=published, published_source=source)
    assert articles.publication(article, entry) == expected


def test_published_is_not_modified():
    """Both moments are kept apart, and only a moment counts as the time of a change."""
    head = (
        "<meta property=article:modified_time content=2024-06-18T10:00Z>"
        "<meta property=article:published_time content=2024-06-14>"
    )
    article = articles.extract(f"<html><head>{head}</head><body><h1>{TITLE}</h1></body></html>", url=URL)
    assert (article.published, article.modified) == ("2024-06-14", "2024-06-18T10:00:00+00:00")
    assert articles.modified_at(article) == datetime(2024, 6, 18, 10, tzinfo=UTC)
    assert articles.modified_at(ExtractedArticle("t", "x", modified="2024-06-18")) is None
