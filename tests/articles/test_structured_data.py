"""Structured data counts only where it is this page's: one author is the page's, all others are somebody
else's."""

import json

import pytest

from dyadwatch import articles

SENTENCE = "The council has met for the third time this week and could not agree on the new timetable of the ferries."
URL = "https://news.example/harbour/council-meets-on-ferries.html"
TITLE = "Council meets on ferries again"
OTHER = "Vintners hope for a late and sunny autumn"


def script(*values):
    return "".join(
        f'<script type="application/ld+json">{value if isinstance(value, str) else json.dumps(value)}</script>'
        for value in values
    )


def article(author=None, **facts):
    return {"@type": "NewsArticle", **({"author": author} if author else {}), **facts}


def read(head, *, title=TITLE, url=URL):
    html = f"<html lang=en><head><title>{title}</title>{head}</head><body><article><h1>{title}</h1>{f'<p>{SENTENCE}</p>' * 4}</article></body></html>"
    return articles.extract(html, url=url)


OWN = article("Ann Bell", headline=TITLE)
THEIRS = article("Carl Dee", headline=OTHER, url="/harbour/vintners-hope.html", datePublished="2021-01-01")
HERS = [
    (OWN, THEIRS),
    (THEIRS, OWN),
    (THEIRS | {"dateModified": "2021-01-02", "publisher": "X"}, article("Ann Bell", url=URL)),
    ([THEIRS, THEIRS, OWN],),
    ({"@graph": [THEIRS, article("Ann Bell", mainEntityOfPage={"@id": URL})]},),
    ({"@graph": [THEIRS, article("Ann Bell", **{"@id": f"{URL}#article"})]},),
    (THEIRS, article("Ann Bell", mainEntityOfPage="/harbour/council-meets-on-ferries.html?utm_source=feed")),
    ({"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": THEIRS}]}, OWN),
    ({"@type": "WebPage", "mainEntity": OWN, "relatedLink": [THEIRS]},),
    (OWN | {"comment": [{"@type": "Comment", "author": {"name": "Carl Dee"}}], "mentions": [THEIRS]},),
    ({"@type": "Product", "name": "A kettle", "review": {"@type": "Review", "author": "Carl Dee"}}, OWN),
    (OWN, {"@type": "VideoObject", "name": OTHER, "author": "Carl Dee", "datePublished": "2020-01-01"}),
    (OWN | {"headline": "Once more, council meets on ferries"}, THEIRS),
    ({"@graph": [OWN | {"author": {"@id": "#ann"}}, {"@id": "#ann", "@type": "Person", "name": "Ann Bell"}]},),
]  # fmt: skip


@pytest.mark.parametrize("scripts", HERS)
def test_of_many_nodes_the_pages_own_counts(scripts):
    """Neither order, nor completeness, nor nesting makes another article's node the page's."""
    assert read(script(*scripts)).authors == ("Ann Bell",)


NOBODYS = [
    (THEIRS,),
    (article("Carl Dee", headline=OTHER),),
    (article("Carl Dee", url="https://news.example/harbour/vintners-hope.html"),),
    ([{"@type": "ItemList", "itemListElement": [article("Carl Dee", headline=OTHER)]}],),
    ({"@type": "Product", "name": "A kettle", "review": {"@type": "Review", "author": {"name": "Carl Dee"}}},),
    ({"@type": "VideoObject", "name": OTHER, "author": "Carl Dee", "url": "/videos/vintners"},),
    ({"@type": "WebSite", "name": "News", "author": "Carl Dee"},),
]  # fmt: skip


@pytest.mark.parametrize("scripts", NOBODYS)
def test_what_only_describes_others_says_nothing_of_the_page(scripts):
    """No author at all is better than another article's."""
    assert read(script(*scripts)).authors == ()


def test_a_script_whose_type_was_forgotten_is_read():
    """As an object of schema.org; what a script passes to a program is no statement."""
    stated = json.dumps({"@context": "https://schema.org", **OWN})
    assert read(f"<script>{stated}</script>").authors == ("Ann Bell",)
    assert read(f"<script>track({json.dumps(OWN)})</script><script>send({stated})</script>").authors == ()


def test_parameters_tell_articles_of_one_address_apart():
    """Sites that name articles by a parameter have one path for all of them."""
    theirs = article("Carl Dee", url="https://news.example/show?id=8")
    own = article("Ann Bell", url="https://news.example/show?id=7")
    assert read(script(theirs, own), url="https://news.example/show?id=7").authors == ("Ann Bell",)


def test_headlines_are_compared_without_blanks():
    """Scripts that write none are told apart too."""
    own, other = "市议会再次讨论渡轮时刻表", "葡萄农盼望晚秋多晴"
    head = script(article("欧阳明华", headline=other), article("司马志远", headline=own))
    assert read(head, title=own).authors == ("司马志远",)


AUTHORS = [
    "Jos&eacute; P&#233;rez",
    "José &amp;#80;érez",
    {"@type": "Person", "name": "Jos&amp;eacute; P&amp;#233;rez"},
    {"@type": ["Person", "Thing"], "name": ["José Pérez"]},
    {"@type": "Person", "givenName": "José", "familyName": "Pérez"},
    {"@list": [{"@type": "Person", "name": "José Pérez"}]},
    [{"@type": "Person", "name": {"@value": "José Pérez", "@language": "es"}}],
    ["José Pérez", "José Pérez"],
    "<b>José</b> Pérez",
]


@pytest.mark.parametrize("author", AUTHORS)
def test_every_form_of_an_author_is_read(author):
    """Strings, objects, lists and values with references come out as a name."""
    assert read(script(article(author, headline=TITLE))).authors == ("José Pérez",)


FAULTY = [
    '{"@type": "NewsArticle", "headline": "%s", "author": ["Ann Bell",], }',
    '{"@type": "NewsArticle", // of today\n "headline": "%s", /* by */ "author": "Ann Bell"}',
    '{"@type": "NewsArticle", "headline": "%s", "url": "http://news.example/harbour/council-meets-on-ferries.html", "author": "Ann Bell" // end\n}',
    '{"@type": "NewsArticle", "description": "They said "no" again", "headline": "%s", "author": "Ann Bell"}',
    '{"@type": "NewsArticle", "image": "<img src="/a.jpg" width="30">", "headline": "%s", "author": "Ann Bell"}',
    '{"@type": "NewsArticle", "headline": "%s",\n"description": "two\nlines\tand a tab", "author": "Ann Bell"};',
    '{"@type": "NewsArticle", "headline": "%s", "author": "Ann Bell"}}}',
    '{"@type": "Organization", "name": "X"}\n{"@type": "NewsArticle", "headline": "%s", "author": "Ann Bell"}',
    "{&quot;@type&quot;: &quot;NewsArticle&quot;, &quot;headline&quot;: &quot;%s&quot;, &quot;author&quot;: &quot;Ann Bell&quot;}",
    '<![CDATA[{"@type": "http://schema.org/NewsArticle", "headline": "%s", "author": "Ann Bell"}]]>',
]  # fmt: skip


@pytest.mark.parametrize("text", FAULTY)
def test_common_faults_of_json_lose_nothing(text):
    """Trailing commas, comments, quotes within strings, several values and what follows the last one."""
    assert read(script(text % TITLE)).authors == ("Ann Bell",)


def test_markup_that_is_escaped_in_a_stated_text_is_no_text():
    body = f"&lt;p&gt;{SENTENCE}&lt;/p&gt;&lt;p&gt;The &lt;a href=&quot;/ports&quot;&gt;ports&lt;/a&gt; stay shut.&lt;/p&gt;"
    html = f"<html><head>{script(OWN | {'articleBody': body})}</head><body><h1>{TITLE}</h1></body></html>"
    assert articles.extract(html, url=URL).text.split("\n\n") == [SENTENCE, "The ports stay shut."]
