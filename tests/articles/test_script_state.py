"""Pages whose article only a script holds: in every form that software writes it."""

import html
import json
from urllib.parse import quote

import pytest

from dyadwatch import articles

URL = "https://ledger.example/2024/harbour-talks-resume"
TITLE = "Harbour talks resume after a long silence"
OWN = [
    "Envoys of the two islands met in the old customs house on Monday and spoke for six hours about the harbour.",
    "The ferry that used to join them has not sailed since the radar station was closed in March, said the port.",
    "A second meeting is planned for the week after the vote, “if nothing else happens” as one of them put it.",
    "Nobody expects a signature before the winter, when the fishing fleets of both islands come home to harbour.",
]
FOREIGN = [
    "Bakers of the inner valley want a foreign word on every loaf, and a ministry that counts each of them.",
    "The foreign loaf costs twice as much as it did before the drought, which the mills say they never saw.",
    "A third foreign sentence stands here so that another article is longer than the one which is asked for.",
] * 4  # fmt: skip


def paragraphs(texts):
    return "".join(f"<p>{text}</p>" for text in texts)


OTHERS = [
    {"id": n, "title": f"Bakers count their loaves, part {n}", "body": paragraphs(FOREIGN)} for n in range(3)
]
BODIES = {
    "html": paragraphs(OWN),
    "escaped html": html.escape(paragraphs(OWN)),
    "lines": "\n\n".join(OWN),
    "strings": OWN,
    "blocks": [{"type": "text", "_id": f"b{n}", "content": text} for n, text in enumerate(OWN)],
    "blocks of html": [{"kind": "html", "data": {"html": f"<p>{text}</p>"}} for text in OWN],
    "blocks by words": [
        {
            "_type": "block",
            "children": [
                {"_type": "span", "text": f"{before} ", "marks": []},
                {"_type": "link", "href": "/port", "children": [{"text": word}]},
                {"_type": "span", "text": f" {after}", "marks": ["strong"]},
            ],
        }
        for before, word, after in (text.split(" ", 2) for text in OWN)
    ],
    "blocks with cards": [
        {"type": "paragraph", "text": OWN[0]},
        {"type": "image", "caption": "A foreign word below the picture of a loaf, which is long enough to be text."},
        *({"type": "paragraph", "text": text} for text in OWN[1:]),
        {"type": "interstitial_link", "content": "Bakers count their loaves in foreign words", "url": "/b"},
        {"type": "card", "title": "Bakers count their loaves", "url": "/b", "text": FOREIGN[0]},
    ],
}  # fmt: skip


def script(text, kind=""):
    safe = text.replace("</", "<\\/")
    return f"<script{kind}>{safe}</script>"


def indexed(value):
    """A value as a list of all that is in it, each named by its place."""
    flat = []

    def place(one):
        number = len(flat)
        flat.append(None)
        if isinstance(one, dict):
            one = {key: place(inner) for key, inner in one.items()}
        elif isinstance(one, list):
            one = [place(inner) for inner in one]
        flat[number] = one
        return number

    place(value)
    return flat


def pages_props(body):
    article = {
        "headline": TITLE,
        "slug": "harbour-talks-resume",
        "description": FOREIGN[0] * 3,
        "content": body,
    }
    return {"props": {"pageProps": {"related": OTHERS, "items": OTHERS, "article": article}}}


def by_reference(body):
    others = {f"Story:{one['id']}": one for one in OTHERS}
    return {"ROOT": {"story": {"__ref": "Story:9"}}, "Story:9": {"title": TITLE, "text": {"__ref": "Body:9"}},
            "Body:9": {"parts": body}, **others}  # fmt: skip


def by_address(body):
    return {"pages": [{"uri": URL, "headlines": {"web": "Talks"}, "elements": body}, *OTHERS]}


def call(body):
    """A function that is called with what its object repeats, as bundlers write it."""
    written = json.dumps(body, ensure_ascii=False)
    return (
        f"window.__STATE__=(function(a,b){{return {{data:[{{story:{{title:a,body:{written},live:!1,seen:void 0,}}}}],"
        f"others:{json.dumps(OTHERS)},none:b}}}}({json.dumps(TITLE)},null));"
    )


def stream(body):
    """Rows that scripts push in pieces, wherever these end."""
    long = "".join(paragraphs(OWN)) if isinstance(body, str) else None
    story = {"title": TITLE, "content": "$2f" if long else body}
    rows = [
        '1:I[123,["1","static/chunks/1.js"],"Page"]\n',
        f"2f:T{len(long.encode()):x},{long}" if long else "",
        f'3:["$","$L1",null,{{"story":{json.dumps(story)},"items":{json.dumps(OTHERS)}}}]\n',
    ]
    text = "".join(rows)
    pieces = [text[start : start + 150] for start in range(0, len(text), 150)]
    return "".join(script(f"self.parts.push([1,{json.dumps(piece)}])") for piece in pieces)


STATES = {
    "push": lambda body: script(f'window["s"] = window["s"] || [];window["s"].push({json.dumps(pages_props(body))});'),
    "stream": stream,
    "json": lambda body: script(json.dumps(pages_props(body)), ' type="application/json" id="state"'),
    "references": lambda body: script(f"window.__STATE__ = {json.dumps(by_reference(body))};"),
    "address": lambda body: script(f"var ready=1;window.site=window.site||{{}};window.site.page={json.dumps(by_address(body))};"),
    "places": lambda body: script(json.dumps(indexed(pages_props(body))), ' type="application/json"'),
    "text of json": lambda body: script(f"window.__STATE__ = JSON.parse({json.dumps(json.dumps(pages_props(body)))})"),
    "percents": lambda body: script(f'window.state = JSON.parse(decodeURIComponent("{quote(json.dumps(pages_props(body)))}"))'),
    "call": lambda body: script(call(body)),
}  # fmt: skip
SHELLS = {
    "nothing": "",
    "a notice": "<noscript>You need to enable JavaScript to run this app.</noscript><p>Loading, a moment please.</p>",
    "the beginning": f"<article><h1>{TITLE}</h1><p>{OWN[0]}</p></article>",
}


def page(state, shell):
    return (
        f'<html lang="en"><head><title>{TITLE} - Ledger</title><meta property="og:title" content="{TITLE}"></head>'
        f'<body><div id="root">{shell}</div>{state}</body></html>'
    )


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("body", BODIES)
def test_a_state_gives_the_article_alone(state, body):
    """Whatever form it is written in: its paragraphs in order, and no word of the other articles."""
    article = articles.extract(page(STATES[state](BODIES[body]), ""), url=URL)
    assert article.text.split("\n\n") == OWN
    assert article.title == TITLE


@pytest.mark.parametrize("shell", ["nothing", "a notice"])
@pytest.mark.parametrize(("title", "count"), [(TITLE, 1), (TITLE, 2), ("港口会谈在沉默后恢复", 2)])
def test_a_short_text_is_whole(shell, title, count):
    """Of a hundred characters or two hundred, under a headline in a script of few characters too."""
    shown = page(STATES["json"](BODIES["html"].replace(paragraphs(OWN[count:]), "")), SHELLS[shell])
    article = articles.extract(shown.replace(TITLE, title), url="https://ledger.example/2")
    assert article.text.split("\n\n") == OWN[:count]


def test_the_article_that_comes_next_is_another_without_an_address_too():
    """It has a headline and a text, and is longer."""
    own = {
        "headline": TITLE,
        "body": paragraphs(OWN),
        "next": {"headline": "Bakers count", "body": paragraphs(FOREIGN)},
    }
    shown = page(script(json.dumps({"article": own}), ' type="application/json"'), "")
    assert articles.extract(shown, url=URL).text.split("\n\n") == OWN


@pytest.mark.parametrize("site", [" - Ledger", " | The Ledger", ""])
def test_a_headline_may_stand_before_the_name_of_the_site(site):
    """Where nothing but the title of the document states it."""
    state = script(json.dumps({"story": {"headline": TITLE, "text": OWN}}), ' type="application/json"')
    shown = f"<html><head><title>{TITLE}{site}</title></head><body><div id=root></div>{state}</body></html>"
    assert articles.extract(shown, url="https://ledger.example/2").text.split("\n\n") == OWN


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_may_show_something(shell):
    """A notice, or the beginning of the text: what the state holds counts."""
    article = articles.extract(page(STATES["json"](BODIES["html"]), SHELLS[shell]), url=URL)
    assert article.text.split("\n\n") == OWN


def test_another_articles_state_is_none_of_the_page():
    """A state that names other headlines and addresses alone gives no text, whatever the page shows."""
    flash = "The ferries do not run today because of the storm that came in from the north."
    shown = page(
        script(f"window.state = {json.dumps(OTHERS)};"), f"<article><h1>{TITLE}</h1><p>{flash}</p></article>"
    )
    assert articles.extract(shown, url=URL).text == flash


@pytest.mark.parametrize(
    "text",
    [
        "window.state = {" + "a:{" * 5_000,
        "window.state = " + "[" * 50_000 + "]" * 50_000,
        'window.state = JSON.parse("{\\"a\\":")',
        "window.state=(function(a){return {a:a}}(",
        'window.rows.push([1,"0:Tfffff,short"])',
        'window.state = {"ROOT":{"__ref":"ROOT"},"text":{"__ref":"text"}}',
        'window.state = [{"a":0,"b":1},[0,1,1]]',
    ],
)
def test_a_broken_state_harms_nothing(text):
    """Endless nesting, missing ends, references that lead back: the page is read without it."""
    shown = page(script(text), f"<article><h1>{TITLE}</h1><p>{OWN[0]}</p></article>")
    assert articles.extract(shown, url=URL).text == OWN[0]


@pytest.mark.parametrize("others", ["next", "related"])
def test_a_sentence_is_the_whole_text_whatever_stands_beside_it_in_the_state(others):
    """Another article's headline of one short word, too."""
    flash = "No ferry runs today because of the storm."
    other = {"headline": "Loaves", "body": " ".join(FOREIGN)}
    story = {"headline": TITLE, "section": "Ports of the two islands, and of a third.", "body": flash}
    state = json.dumps({"story": story | {others: other}, others: [other]})
    page = f'<html><head><title>{TITLE}</title></head><body><div id="root"></div><script type="application/json">{state}</script></body></html>'
    assert articles.extract(page, url=URL).text == flash


def test_a_korean_text_of_one_sentence_is_an_article():
    page = "<html lang=ko><body><article><h1>버스 파업 종료</h1><p>버스 파업이 정오에 끝났다.</p></article></body></html>"
    assert articles.extract(page, url=URL).not_article is None


def test_a_tree_of_elements_holds_the_text_beside_its_headline():
    """As a stream of the elements that a browser draws does."""
    children = [
        ["$", "h1", None, {"children": TITLE}],
        *(["$", "p", None, {"children": text}] for text in OWN),
    ]
    row = "2:" + json.dumps(["$", "article", None, {"children": children}]) + "\n"
    page = f"<html><head><title>{TITLE}</title></head><body><script>self.__next_f.push({json.dumps([1, row])})</script></body></html>"
    assert articles.extract(page, url=URL).text.split("\n\n") == OWN
