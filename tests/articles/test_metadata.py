"""Bylines, titles, origins and leftovers, one rule at a time: cases are data."""

import re

import pytest

from dyadwatch import articles
from dyadwatch.articles import boilerplate, origins
from dyadwatch.model.articles import Origin

SENTENCE = "The council has met for the third time this week and could not agree on the new timetable of the ferries."


def read(*, head="", body="", title="Council meets on ferries again", url="https://news.example/a.html"):
    html = f"<html lang=en><head>{head}</head><body><article><h1>{title}</h1>{body}{f'<p>{SENTENCE}</p>' * 4}</article></body></html>"
    return articles.extract(html, url=url)


BYLINES = [
    ("By Ann Bell", ("Ann Bell",)),
    ("Ann Bell and Carl Dee", ("Ann Bell", "Carl Dee")),
    ("Ann Bell, Carl Dee", ("Ann Bell", "Carl Dee")),
    ("Bell, Ann", ("Ann Bell",)),
    ("Ann Bell, Reuters", ("Ann Bell",)),
    ("Ann Bell, PhD", ("Ann Bell",)),
    ("Avatar by Ann Bell", ("Ann Bell",)),
    ("View all posts by Ann Bell", ("Ann Bell",)),
    ("بقلم: هالة منصور", ("هالة منصور",)),
    ("Von Jörg Öhm | Küstenblatt Redaktion", ("Jörg Öhm",)),
    ("admin", ()),
    ("https://facebook.example/ann", ()),
    ("12 Shares", ()),
    ("News Example", ("News Example",)),
    ("Ann Bell, MD, PhD", ("Ann Bell",)),
    ("Ann Bell in Valencia", ("Ann Bell",)),
    ("Harbour Desk editorial team", ("Harbour Desk editorial team",)),
    ("Reuters", ("Reuters",)),
    ("Ann Bell;AFP", ("Ann Bell",)),
]


@pytest.mark.parametrize(("stated", "names"), BYLINES)
def test_bylines_give_names_only(stated, names):
    """Roles, sites, degrees, places and agencies beside a person are no authors; an agency, a desk or the
    publisher alone is."""
    head = f"<meta name=author content='{stated}'><meta property='og:site_name' content='News Example'>"
    assert read(head=head).authors == names


@pytest.mark.parametrize(
    "byline",
    [
        "<a rel=author href=/x>Ann Bell</a>",
        "<p>By <a href='/author/ann'>Ann Bell</a></p>",
        "<span itemprop=author><span itemprop=name>Ann Bell</span></span>",
        "<p class=byline>By Ann Bell</p>",
    ],
)
def test_bylines_in_the_page_are_found(byline):
    """Where nothing is stated in the head, marked elements and links to authors are read."""
    article = read(body=byline)
    assert article.authors == ("Ann Bell",)
    assert "Ann Bell" not in article.text


TITLES = [
    ("<title>Council meets on ferries again | News Example</title>", "Council meets on ferries again", "Council meets on ferries again"),
    ("<title>News Example - Council meets on ferries again</title>", "", "Council meets on ferries again"),
    ("<title>Council&amp;#039;s ferries &amp;amp; trams meet again &amp;#8211; News Example</title>", "", "Council's ferries & trams meet again"),
    ("<meta property='og:title' content='Council meets on ferries again'>", "News Council meets on ferries again", "Council meets on ferries again"),
    ("<meta property='og:title' content='Council meets on ferries again'>", "Storms on the coast - Council meets on ferries again", "Council meets on ferries again"),
    ("<meta property='og:title' content='Council meets on ferries again'><title>Storms on the coast: Council meets on ferries again</title>", "Storms on the coast: Council meets on ferries again", "Storms on the coast: Council meets on ferries again"),
    ("<meta property='og:title' content='You will not believe this'>", "News Example", "You will not believe this"),
    ("<meta property='og:title' content='Council calls the ferries 'unable''><title>Council calls the ferries 'unable' | News Example</title>", "", "Council calls the ferries 'unable'"),
    ('<meta property="og:title" content="Council calls the ferries "unable" again"><title>Council calls the ferries "unable" again</title>', "", 'Council calls the ferries "unable" again'),
    ("", "Politics | Council meets on ferries", "Politics | Council meets on ferries"),
    ("<title>Politics | Council meets on ferries</title>", "Politics | Council meets on ferries", "Politics | Council meets on ferries"),
    ("<title>Council meets on ferries | Opinion</title>", "Council meets on ferries | Opinion", "Council meets on ferries"),
    ("<title>Council meets on ferries</title>", "Politics | Council meets on ferries", "Council meets on ferries"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "heading", "title"), TITLES)
def test_titles_lose_site_and_label(head, heading, title):
    """The heading that the reader sees, without section or site name."""
    assert (
        read(head=f"<meta property='og:site_name' content='News Example'>{head}", title=heading).title
        == title
    )


SITES = [
    ("Council meets on ferries again｜The Quay", "The Quay"),
    ("Council meets on ferries again – Harbour – The Quay", "The Quay"),
    ("Council meets on ferries again • The Quay", "Quay"),
    ("Council meets on ferries again: the quay is closed | The Quay", "The Quay"),
    ("Council meets on ferries again - News - The Quay", "The Quay Online"),
    ("The Quay » Council meets on ferries again", "The Quay"),
    ("市议会再次讨论渡轮时刻表_港口新闻网", "港口新闻网"),
    ("市议会再次讨论渡轮时刻表--时政--港口新闻网", "港口新闻网"),
    ("市议会再次讨论渡轮时刻表：港口新闻网", "港口新闻网"),
    ("市議会、渡し船の時刻表を再び議論｜港新聞", "港新聞"),
    ("시의회, 연락선 시간표 다시 논의-정치ㅣ항구일보", "항구일보"),
]  # fmt: skip


@pytest.mark.parametrize(("title", "site"), SITES)
def test_titles_lose_the_site_behind_any_separator(title, site):
    """Also in scripts that write no blanks, and a section before it; a headline's own colon stays."""
    html = f"<html><head><title>{title}</title><meta property='og:site_name' content='{site}'></head><body><article>{f'<p>{SENTENCE}</p>' * 4}"
    read_title = articles.extract(html, url="https://press.example/a.html").title
    own = re.split(r"｜| – | • | \| | - |_|--|：|-|$", title.removeprefix("The Quay » "))[0]
    assert read_title == own


HEADLINES = [
    "Quayside - a history of the harbour",
    "Ferry to Quay_2 delayed again by storm",
    "The Quay Review: a prize for the smallest of papers, again",
    "Storm – what the harbour office knows – and what it does not",
]  # fmt: skip


@pytest.mark.parametrize("headline", HEADLINES)
def test_a_headline_keeps_its_own_separators(headline):
    """Only a part that is the site's name goes."""
    html = (
        f"<html><head><title>{headline} | Port Ledger</title></head><body><article>{f'<p>{SENTENCE}</p>' * 4}"
    )
    assert articles.extract(html, url="https://www.portledger.example/a.html").title == headline


ORIGINS = [
    (["TEHRAN, March 3 (Reuters) - Talks began."], Origin(agency="Reuters")),
    (["TEHRAN (Northbridge Wire) - Talks began."], Origin(agency="Northbridge Wire")),
    (["دمشق ـ سانا: بدأت المحادثات."], Origin(agency="SANA")),
    (["به گزارش خبرگزاری ایرنا، گفت‌وگوها آغاز شد."], Origin(agency="IRNA")),
    (["Talks began.", "More tomorrow. (AFP)"], Origin(agency="AFP")),
    (["Talks began.", "Source: Reuters"], Origin(agency="Reuters")),
    (["Talks began.", "This article was originally published by The Harbour Ledger."], Origin(publisher="The Harbour Ledger")),
    (["Talks began.", "This article is republished from The Quay under a free licence."], Origin(publisher="The Quay")),
    (["Talks began.", "Dieser Artikel ist zuerst bei „Der Kai“ erschienen."], Origin(publisher="Der Kai")),
    (["Talks began.", "Source: news agencies"], None),
    (["Talks began.", "Source: Own Site"], None),
    (["МОСКВА, 3 марта. /ТАСС/. Переговоры начались."], Origin(agency="TASS")),
    (["ТЕГЕРАН, 3 марта. /Корр. ТАСС Иван Петров/. Переговоры начались."], Origin(agency="TASS")),
    (["МОСКВА, 3 мар — РИА Новости. Переговоры начались."], Origin(agency="RIA Novosti")),
    (["Москва. 3 марта. INTERFAX.RU - Переговоры начались."], Origin(agency="Interfax")),
    (["Переговоры начались.", "Завтра они продолжатся. – ТАСС"], Origin(agency="TASS")),
    (["КИЇВ. /Укрінформ/. Переговори почалися."], Origin(agency="Ukrinform")),
    (["دمشق-سانا بدأت المحادثات."], Origin(agency="SANA")),
    (["بدأت المحادثات.", "(سانا)"], Origin(agency="SANA")),
    (["بدأت المحادثات.", "نقلا عن رويترز"], Origin(agency="Reuters")),
    (["القاهرة (د ب أ) - بدأت المحادثات."], Origin(agency="dpa")),
    (["تهران - ایرنا - گفت‌وگوها آغاز شد."], Origin(agency="IRNA")),
    (["به گزارش گروه بین‌الملل خبرگزاری تسنیم، گفت‌وگوها آغاز شد."], Origin(agency="Tasnim")),
    (["به گزارش شهروند به نقل از ایرنا، گفت‌وگوها آغاز شد."], Origin(agency="IRNA")),
    (["گفت‌وگوها آغاز شد.", "ایرنا - کد خبر: ۸۴۷۴۵۱۲۰"], Origin(agency="IRNA")),
    (["گفت‌وگوها آغاز شد.", "خبرگزاری مهر / کد مطلب 5876543"], Origin(agency="Mehr")),
    (["گفت‌وگوها آغاز شد.", "کد خبر: 84745120"], None),
    (["گفت‌وگوها آغاز شد.", "منبع: خبرگزاری تسنیم"], Origin(agency="Tasnim")),
    (["TEHRAN, Mar. 03 (MNA) – Talks began."], Origin(agency="Mehr")),
    (["Talks", "Переговоры начались, передает ТАСС."], Origin(agency="TASS")),
    (["Talks", "بدأت المحادثات، بحسب ما ذكرت وكالة سانا."], Origin(agency="SANA")),
    (["Talks", "Talks began in Tehran, Reuters reported on Monday."], Origin(agency="Reuters")),
    (["Talks", "Talks began.", "Nobody came, Reuters reported on Monday.", "They go on.", "They end."], None),
    (["Talks", "Reuters moved house, and a reporter of TASS wrote of it."], None),
    (["ANKARA (AA) - Görüşmeler başladı."], Origin(agency="Anadolu")),
    (["Görüşmeler başladı.", "Kaynak: AA"], Origin(agency="Anadolu")),
    (["Berlin (dpa) - Die Gespräche begannen."], Origin(agency="dpa")),
    (["Die Gespräche begannen.", "dpa/tmn"], Origin(agency="dpa")),
    (["Die Gespräche begannen.", "Quelle: dpa, AFP"], Origin(agency="dpa")),
    (["Damasco, 3 mar (EFE).- Las conversaciones empezaron."], Origin(agency="EFE")),
    (["(ANSA) - ROMA, 3 MAR - I colloqui sono iniziati."], Origin(agency="ANSA")),
    (["Warszawa (PAP) - Rozmowy się rozpoczęły."], Origin(agency="PAP")),
    (["De gesprekken zijn begonnen.", "Bron: ANP"], Origin(agency="ANP")),
    (["Talks began.", "© 2024 AFP"], Origin(agency="AFP")),
    (["DAMASCUS (Agencies) - Talks began."], None),
    (["Talks began.", "(with agencies)"], None),
    (["Talks began.", "المصدر: وكالات"], None),
    (["He told Reuters (in 2019) that talks began.", "They went on."], None),
    (["A co-founder of the group / AFP bureau chief said so.", "They went on."], None),
    (["Talks began.", "He said that to Reuters."], None),
    ([], None),
]  # fmt: skip


@pytest.mark.parametrize(("paragraphs", "origin"), ORIGINS)
def test_credits_become_origins(paragraphs, origin):
    """Datelines, closing credits and republication notes are read; the site's own name and nobody in
    particular are not."""
    assert (
        origins.credited_origin(paragraphs, (), sites=("Own Site", "ownsite.example"), canonical=None)
        == origin
    )


LEFTOVERS = [
    "Read more: Ten harbours",
    "Related:",
    "ADVERTISEMENT",
    "Lesen Sie auch: Warum der Fischmarkt umzieht",
    "اقرأ أيضا: أسواق المدينة",
    "بیشتر بخوانید",
    "Читайте также: Зимняя навигация",
    '[contact-form-7 404 "Not Found"]',
    "Share on Facebook",
    "Subscribe to our newsletter for the best stories in your inbox.",
    "Follow us on Twitter",
    "5 min read",
    "Photo: A. Bell",
]  # fmt: skip


@pytest.mark.parametrize("leftover", LEFTOVERS)
def test_leftovers_are_cleared(leftover):
    """A paragraph that only points elsewhere is not the article's."""
    assert boilerplate.remove_boilerplate([SENTENCE, leftover, SENTENCE]) == [SENTENCE, SENTENCE]


ARTICLE_SENTENCES = [
    "More than a thousand people signed up, the mayor said.",
    "Assad will join the ministers for a briefing on Monday.",
    "Millions follow the speaker on Twitter, and more do each month.",
    "Officials told them to install the app before the vote.",
    "In 2019, at 10:30, the visitors landed and were driven to the palace.",
    "Reports from the north say that the road is open again.",
    "The opinions expressed by the speaker were not new.",
    "More — and this is the point — was not to be had.",
    "Related costs rose by a third in the same period, the report says.",
    "The share of the port in the city's income has fallen since 2011.",
    "Reporting on the war became harder after the law was passed in spring.",
    "The source: a spring under the old mill, where three streams meet and the water never freezes, even in the hard winters that the village remembers.",
]  # fmt: skip


@pytest.mark.parametrize("sentence", ARTICLE_SENTENCES)
def test_sentences_that_begin_alike_are_kept(sentence):
    """A rule takes whole paragraphs of a known form, never a sentence that shares its first words."""
    for text in ([SENTENCE, sentence, SENTENCE], [sentence, SENTENCE], [SENTENCE, sentence]):
        assert boilerplate.remove_boilerplate(text) == text


def test_closing_credits_are_cleared_from_the_end_only():
    """Copyright and credits go where they close a text; the same words inside it stay."""
    text = [
        SENTENCE,
        "© 2020 is the name of the exhibition.",
        SENTENCE,
        "(Reporting by Ann Bell; Editing by Carl Dee)",
        "© 2022 News. All rights reserved.",
    ]
    assert boilerplate.remove_boilerplate(text) == text[:3]


def test_the_day_is_the_publishers():
    """Of two statements of the same instant, the one in the publisher's zone gives the day."""
    head = (
        '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2023-12-20T02:00:00Z"}</script>'
        "<meta property='article:published_time' content='2023-12-19T21:00:00-05:00'>"
    )
    assert read(head=head).published == "2023-12-19T21:00:00-05:00"


DEK = "After eleven years of argument the mill by the eastern weir will turn again, and pay for itself."


@pytest.mark.parametrize(
    ("head", "body", "opens_text"),
    [
        (DEK, f"<h2>{DEK}</h2>", True),
        (DEK[:70] + "...", f"<div>{DEK}</div>", True),
        (DEK, "", False),
        (DEK, f"<div><p>{SENTENCE}</p></div>", False),
        ("Read more: " + DEK, f"<p>Read more: {DEK}</p>", False),
        ("The mill will turn again after eleven years, it says", "<h2>The mill will turn again after eleven years, it says</h2>", False),
    ],
)  # fmt: skip
def test_a_standfirst_that_is_shown_opens_the_text(head, body, opens_text):
    """Only what the page both states and shows under its headline, and only where it is more than a line."""
    text = read(head=f'<meta name="description" content="{head}">', body=body).text
    assert text.startswith(DEK) == opens_text


@pytest.mark.parametrize(("line", "opens_text"), [("Prices will not rise.", False), ("Will prices rise in spring?", False), ("Prices will not rise before spring.", True), ("The mayor said on the quay this morning, after a night of talks:", True)])  # fmt: skip
def test_a_short_standfirst_is_a_statement(line, opens_text):
    own = [f"{SENTENCE} Part {number}." for number in range(4)]
    body = "".join(f"<p>{one}</p>" for one in own)
    text = read(body=f'<h2>{line}</h2><div itemprop="description articleBody">{body}</div>').text
    assert text.split("\n\n") == [*([line] if opens_text else []), *own]


NAMED = [
    '<p class="dek">{}</p>', '<div class="post-excerpt"><p>{}</p></div>', '<h2 class="sub-headline">{}</h2>', '<p class="lead"><span>{}</span></p>',
    '<div class="PageHeaderDek-x1y2">{}</div>', '<h2 class="entradilla">{}</h2>', '<p class="article__chapo">{}</p>', '<h2 itemprop="description">{}</h2>',
    '<div id="artikelVorspann"><div><p>{}</p></div></div>', "<h3>{}</h3>",
]  # fmt: skip
UNNAMED = [
    '<p class="leading-6">{}</p>', '<p class="subtitle-2">{}</p>', '<div class="lead-caption">{}</div>', '<div class="meta summary">{}</div>',
    '<p class="dek"><a href="/b">{}</a></p>', '<aside><p class="summary">{}</p></aside>', "<p class=intro>Words of the mill by the eastern weir and its wheel</p>",
]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "opens_text"), [*((one, True) for one in NAMED), *((one, False) for one in UNNAMED)]
)
def test_a_standfirst_that_is_named_so_opens_the_text(line, opens_text):
    """A sentence before a body that is marked, once also where the body begins with it."""
    own = [f"{SENTENCE} Part {number}." for number in range(4)]
    for first in ([], [DEK] if opens_text else []):
        body = "".join(f"<p>{one}</p>" for one in [*first, *own])
        text = read(
            body=f'{line.format(DEK)}<div class="entry-content" itemprop="articleBody">{body}</div>'
        ).text
        assert text.split("\n\n") == [*([DEK] if opens_text else []), *own]


def test_a_page_without_heading_shows_no_standfirst():
    """Without a heading nothing says where a standfirst would stand."""
    html = f"<html><head><title>x</title><meta name=description content='{DEK}'></head><body><div>{DEK}</div>{f'<p>{SENTENCE}</p>' * 4}"
    assert articles.extract(html, url="https://news.example/a.html").text.count(DEK) <= 1


def test_captions_are_stated_where_none_is_shown():
    """The figure in the article counts, then JSON-LD's image."""
    stated = '<script type="application/ld+json">{"@type":"NewsArticle","image":[{"@type":"ImageObject","caption":"A mill"}]}</script>'
    assert read(head=stated).image_caption == "A mill"
    assert (
        read(head=stated, body="<figure><figcaption>The weir</figcaption></figure>").image_caption
        == "The weir"
    )
    assert read(head=stated.replace("[{", '["x",{')).image_caption is None


def test_a_stated_body_counts_where_the_page_shows_a_part():
    """JSON-LD's text stands in for a page that shows the beginning only, never for one that shows another
    text."""
    lines = [f"{SENTENCE} The vote of day {number} was put off." for number in range(20)]
    head = '<script type="application/ld+json">{{"@type":"NewsArticle","headline":"Council meets on ferries again","articleBody":"{}"}}</script>'
    html = "<html lang=en><head>{}</head><body><article><h1>Council meets on ferries again</h1>{}</article></body></html>"
    paragraphs = "".join(f"<p>{line}</p>" for line in lines[:4])
    url = "https://news.example/a.html"
    whole = articles.extract(html.format(head.format("\\n".join(lines)), paragraphs), url=url)
    assert whole.text == "\n\n".join(lines)
    other = articles.extract(html.format(head.format("Another text entirely. " * 90), paragraphs), url=url)
    assert other.text == "\n\n".join(lines[:4])


def test_the_original_is_linked_where_the_page_links_it():
    """The publisher's name as a link to a page elsewhere gives the address; a link to a home page or the own
    site none."""
    body = f"{f'<p>{SENTENCE} Then.</p>' * 4}<p>This article was originally published by <a href='{{}}'>The Quay Review</a>.</p>"
    for address, url in (
        ("https://quay.example/2020/a", "https://quay.example/2020/a"),
        ("https://quay.example/", None),
        ("/2020/a", None),
    ):
        html = f"<html lang=en><body><article><h1>Council meets again</h1>{''.join(f'<p>{n} {SENTENCE}</p>' for n in range(4))}{body.format(address)}"
        origin = articles.extract(html, url="https://news.example/a.html").origin
        assert origin == Origin(publisher="The Quay Review", url=url)


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("Ann Bell keeps the archive of the parish and writes about rivers.", True),
        ("Ann Bell", False),
        ("Carl Dee keeps the archive of the parish and writes about rivers.", False),
        ("More stories by Ann Bell and the others of the harbour desk", False),
    ],
)
def test_notes_about_authors_are_found_beside_the_text(line, note):
    """An element made for it counts where it names an author in a sentence."""
    article = read(head="<meta name=author content='Ann Bell'>", body=f"<div class='author-bio'>{line}</div>")
    assert article.author_note == (line if note else None)


APART = [
    "<figure><img src=a.jpg><figcaption>Words of somebody else about boats.</figcaption></figure>",
    "<p><a href=/x>Words of somebody else about boats.</a></p>",
    "<h3><a href=/x>Words of somebody else</a> <a href=/y>about boats.</a></h3>",
]


@pytest.mark.parametrize("part", APART)
def test_what_is_not_the_articles_own_stays_out(part):
    """Embedded posts, captions and paragraphs that are links are no text; a link inside a sentence is."""
    inside = f"<p>{SENTENCE} One.</p><p>{SENTENCE} Two.</p>"
    text = read(body=f"{inside}{part}<p>{SENTENCE} <a href=/z>The ferry office said so.</a></p>").text
    assert "somebody else" not in text
    assert "The ferry office said so." in text
