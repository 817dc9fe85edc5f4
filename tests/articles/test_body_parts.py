"""A body in several containers of one kind comes out whole, and nothing that only looks like a part of it."""

import pytest

from dyadwatch import articles

URL = "https://ledger.example/2024/harbour-talks-resume"
TITLE = "Harbour talks resume after a long silence"
OWN = [
    "Envoys of the two islands met in the old customs house on Monday and spoke for six hours about the harbour.",
    "The ferry that used to join them has not sailed since the radar station was closed in March, said the port.",
    "Nobody expects a signature before the winter, when the fishing fleets of both islands come home to harbour.",
    "The mayor of the outer island called the meeting a beginning and promised to keep the pier open for guests.",
    "Two trawlers were still moored at the disputed quay on Tuesday, their crews waiting for papers from the port.",
]
OTHER = "A baker in the valley has won the prize of the province for a loaf that takes three days to rise and bake."
HEAD = '<div class="row"><header class="head"><h1>{title}</h1></header></div>'
ROW = '<div class="row"><div class="article-content">{}</div></div><div class="ad">Advertisement</div>'


def text_of(*parts):
    body = "".join(parts).replace("{title}", TITLE)
    return articles.extract(
        f"<html><head><title>{TITLE}</title></head><body>{body}</body></html>", url=URL
    ).text.split("\n\n")


def row(*texts):
    return ROW.format("".join(f"<p>{text}</p>" for text in texts))


def test_a_body_in_several_containers_comes_out_whole_and_in_order():
    assert text_of(HEAD, row(*OWN[:2]), row(OWN[2]), row(*OWN[3:])) == OWN


def test_a_container_may_begin_with_a_heading_of_its_own():
    """As the parts of a long text do, where the headline stands elsewhere."""
    head = f"<header><h1>{TITLE}</h1></header>"
    later = ROW.format(f"<h2>The quay</h2><p>{OWN[3]}</p><p>{OWN[4]}</p>")
    assert text_of(head, row(*OWN[:3]), later) == OWN


@pytest.mark.parametrize(
    "other",
    [
        f'<h2>Read next</h2><div class="row"><div class="article-content"><p>{OTHER}</p></div></div>',
        f'<div class="row"><div class="article-content"><h1>A loaf wins</h1><p>{OTHER}</p></div></div>',
        f'<div class="row"><div class="article-content"><p><a href="/loaf">{OTHER}</a></p></div></div>',
        f'<div class="row"><div class="comments"><p>{OTHER}</p></div></div>',
    ],
    ids=["after a heading", "under a headline", "a link", "another kind"],
)
def test_what_only_looks_like_a_part_stays_out(other):
    assert text_of(HEAD, row(*OWN[:3]), row(*OWN[3:]), other) == OWN


def test_nothing_comes_from_before_the_headline():
    """The extractor leaves out what is mostly a link, wherever it stands."""
    chunk = '<div class="row"><div class="chunk"><p>{}</p></div></div>'
    linked = chunk.format(f'{OTHER[:8]}<a href="/loaf">{OTHER[8:68]}</a>{OTHER[68:]}')
    assert text_of(linked, HEAD, *map(chunk.format, OWN)) == OWN
    assert text_of(HEAD, *map(chunk.format, OWN), linked) == [*OWN, OTHER]


def test_containers_with_headlines_of_their_own_are_other_articles():
    """On a page that shows several articles the first is not continued by the second."""
    story = '<div class="story"><div class="article-content"><h{level}>{title}</h{level}>{text}</div></div>'
    own = story.format(level=1, title=TITLE, text="".join(f"<p>{text}</p>" for text in OWN))
    assert text_of(own, story.format(level=2, title="A loaf wins", text=f"<p>{OTHER}</p>")) == OWN
