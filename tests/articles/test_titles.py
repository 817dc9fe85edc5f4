"""The headline that a page shows, wherever in its markup it stands."""

import pytest

from dyadwatch import articles

SENTENCE = "The council has met for the third time this week and could not agree on the new timetable of the ferries."
SHOWN = "Council meets on ferries again"
FOR_SEARCH = "Ferries: Council meets, no timetable – all you need to know"


def read(above, *stated):
    names = ("og:title", "twitter:title")
    head = "".join(
        f"<meta property='{name}' content='{text}'>" for name, text in zip(names, stated, strict=False)
    )
    body = f"{above}<article>{f'<p>{SENTENCE}</p>' * 4}</article>"
    return articles.extract(
        f"<html><head>{head}</head><body>{body}</body></html>", url="https://news.example/a.html"
    ).title


NAVIGATION = [
    "<nav><ul><li><a href=/>Home</a></li><li><h1>{}</h1></li></ul></nav>",
    "<div class='page-breadcrumbs'><a href=/>Home</a> <h1>{}</h1></div>",
    "<ol class='c-breadcrumb'><li><a href=/>Home</a></li><li><h1>{}</h1></li></ol>",
]


@pytest.mark.parametrize("navigation", NAVIGATION)
def test_the_headline_is_an_h2_where_the_h1_is_the_last_step_of_the_way_to_the_page(navigation):
    """If the page states it too; else, and where no h2 shows it, the h1 counts."""
    above = navigation.format(FOR_SEARCH) + "<h2>Politics today</h2><h2>{}</h2>"
    assert read(above.format(SHOWN), SHOWN) == SHOWN
    assert read(above.format(SHOWN), FOR_SEARCH, SHOWN) == SHOWN
    assert read(above.format(f"<span>Harbour</span>{SHOWN}"), FOR_SEARCH, SHOWN) == SHOWN
    assert read(above.format(SHOWN), FOR_SEARCH) == FOR_SEARCH
    assert read(above.format("Another box"), FOR_SEARCH, SHOWN) == FOR_SEARCH


def test_a_headline_in_a_large_navigation_is_one():
    """What holds the page is no way to it, whatever its name."""
    page = (
        f"<div class='with-breadcrumb'><h1>{FOR_SEARCH}</h1><h2>{SHOWN}</h2>{f'<p>{SENTENCE}</p>' * 30}</div>"
    )
    assert read(page, SHOWN, FOR_SEARCH) == FOR_SEARCH


KICKERS = [
    ("<span>Harbour quarrel</span>{}", SHOWN, SHOWN),
    ("<div>Harbour quarrel |</div><span>{}</span>", SHOWN, SHOWN),
    ("<span>Harbour quarrel</span><span class=hidden> - </span><span>{}</span>", f"Ports: {SHOWN}", SHOWN),
    ("<div><span>Harbour quarrel</span><span>{}</span></div>", f"Harbour quarrel - {SHOWN}", SHOWN),
    ("<span>Harbour quarrel</span><span>{}</span>", f"Harbour quarrel: {SHOWN}", f"Harbour quarrel: {SHOWN}"),
    ("<span>Harbour quarrel:</span><span>{}</span>", f"Harbour quarrel: {SHOWN}", f"Harbour quarrel: {SHOWN}"),
    ("<span>The whole</span> {}", f"The whole {SHOWN}", f"The whole {SHOWN}"),
    ("<em>The Quay</em> {}", f"The Quay {SHOWN}", f"The Quay {SHOWN}"),
    ("<span>Opinion |</span> {} | Editorial", f"{SHOWN} | Editorial", SHOWN),
]  # fmt: skip


@pytest.mark.parametrize(("heading", "stated", "title"), KICKERS)
def test_what_precedes_a_headline_in_its_element_is_none_of_it(heading, stated, title):
    """Unless the page states it as the beginning of its title: a colon joins both."""
    assert read(f"<h1>{heading.format(SHOWN)}</h1>", stated) == title


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        (f"<h1>{SHOWN}</h1>", SHOWN),
        ("<h1>Politics today</h1>", "You will not believe this"),
        (f"<h1><a href=/>{SHOWN}</a></h1>", "You will not believe this"),
        (f"<a href=/><h1>{SHOWN}</h1></a>", "You will not believe this"),
    ],
)
def test_a_page_may_state_another_headline_than_it_shows(heading, title):
    """That which it shows counts; a label and the way home are none."""
    assert read(heading, "You will not believe this") == title


NO_HEADLINES = [
    "<header><h1><a href=/>The Quay</a></h1></header><h2>{}</h2>",
    "<header><a href=https://news.example/><h1>The Quay</h1></a></header><h2>{}</h2>",
    "<h1 class=breadcrumb><a href=/>Home</a> / <a href=/ports>Ports</a></h1><h2>{}</h2>",
    "<h1><a href=/>Home</a> » <a href=/ports>Ports</a></h1><h2>{}</h2>",
    "<h1>Ports</h1><ol class=breadcrumb><li>Home<li>Ports</ol><h2>{}</h2>",
]


@pytest.mark.parametrize("heading", NO_HEADLINES)
def test_the_name_of_the_site_and_the_way_to_the_page_are_no_headline(heading):
    """Nor is that name a part of it where nothing else says so; the text does not begin with it."""
    body = f"{heading.format(SHOWN)}{f'<p>{SENTENCE}</p>' * 4}"
    page = (
        f"<html><head><title>{SHOWN} | The Quay</title></head><body><article>{body}</article></body></html>"
    )
    article = articles.extract(page, url="https://news.example/a.html")
    assert article.title == SHOWN
    assert article.text.split("\n\n") == [SENTENCE] * 4


@pytest.mark.parametrize("mark", ["|", "-", "–"])
def test_a_script_says_which_part_of_the_title_is_the_headline_where_the_page_shows_none(mark):
    state = f'<script>window.state = {{"page": {{"headline": "{SHOWN}", "body": "{SENTENCE}"}}}};</script>'
    page = f"<html><head><title>{SHOWN} {mark} The Morning Ledger of the Quay</title></head><body>{state}</body></html>"
    assert articles.extract(page, url="https://news.example/a.html").title == SHOWN


PLAIN_HEADLINES = [
    ("<h1><a href=/>The Quay</a> &gt; <a href=/ports>Ports</a></h1><h2>{}</h2>", "The Quay"),
    ("<h1>The Quay</h1><p>News since 1931</p><h3>{}</h3>", "The Quay"),
    ("<h1>Ports</h1><h2>{}</h2>", "Ports - The Quay"),
    ("<h1>The Quay » Ports</h1><h2>{}</h2>", "The Quay » Ports"),
    ("<h2>Friday, June 14, 2024</h2><h3>{}</h3>", "The Quay: {}"),
    ("<h2>{}</h2>", ""),
    ("<div class=title>{}</div>", "{} :: The Quay"),
    ("<table><tr><td><font size=5><b>{}</b></font></td></tr></table>", "{}"),
]


@pytest.mark.parametrize(("heading", "title"), PLAIN_HEADLINES)
@pytest.mark.parametrize("headline", [SHOWN, "港口委员会第三次推迟轮渡合同"])
def test_a_headline_may_stand_in_any_element(heading, title, headline):
    """In a lesser heading where the h1 and the title name but the site and its sections, or in none; and what
    follows it is the byline."""
    line = "<p>By Mara Lind<br>14 June 2024</p>"
    page = f"<html><head><title>{title.format(headline)}</title></head><body>{heading.format(headline)}{line}{f'<p>{SENTENCE}</p>' * 4}</body></html>"
    article = articles.extract(page, url="https://thequay.example/a.html")
    assert (article.title, article.authors, article.published) == (headline, ("Mara Lind",), "2024-06-14")


def test_a_heading_that_repeats_a_part_of_a_title_cuts_none_that_is_shown_whole():
    """A question under a headline is in it too."""
    page = f"<html><head><title>Ports: {SHOWN}</title></head><body><h1>Ports: {SHOWN}</h1><h2>{SHOWN}</h2><p>{SENTENCE}</p></body></html>"
    assert articles.extract(page, url="https://news.example/a.html").title == f"Ports: {SHOWN}"


PARTED = ["Ferries - a history in ten pictures", "EU-Mercosur | The deal explained", "Strike at the port – day three", "“No deal” — port workers walk out", "Council | budget vote | what it means", "Mayor: we will not pay", "渡轮停航：我们知道什么"]  # fmt: skip
WHOLES = [
    ("{}", "<h1>{}</h1>"),
    ("{} | Der Hafenbote", "<a href=/><img alt='Der Hafenbote'></a><b>{}</b>"),
    ("{} | Der Hafenbote", "<a href=/>Der Hafenbote</a>"),
    ("{} - Hafenbote", "<a href=https://news.example/ title=Hafenbote>H</a>"),
    ("Hafenbote: {}", "<h1><a href=/>Hafenbote</a></h1><h3>{}</h3>"),
]


@pytest.mark.parametrize("headline", PARTED)
@pytest.mark.parametrize(("title", "body"), WHOLES)
def test_a_headline_with_a_separator_stays_whole(headline, title, body):
    """The name of the site, by a link to its front page too, is all that goes."""
    text = "".join(f"<p>{SENTENCE} Part {number}.</p>" for number in range(4))
    page = f"<html><head><title>{title.format(headline)}</title></head><body>{body.format(headline)}<div>{text}</div></body></html>"
    assert articles.extract(page, url="https://news.example/2024/12345").title == headline
