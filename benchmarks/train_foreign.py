# /// script
# dependencies = ["numpy>=2", "scipy>=1.15"]
# ///
"""Fits the weights by which groups of lines of other pages are told within an article's own container, and
says how well they do on publishers that they were not fitted on, of groups and of whole texts.

    python benchmarks/train_foreign.py SETDIR [--write]

SETDIR is as benchmarks/extraction.py reads it. A group is foreign where hardly any of its characters are of
the gold's text. Such groups are rare where the container is the right one, so each page counts again with
groups drawn into it: headlines and beginnings of other pages of its language in every markup, which are
foreign, and headings, bold words and links given to its own paragraphs, which are not. Five folds of
publishers; --write fits on all and writes foreign_weights.json.
"""

import argparse
import gzip
import hashlib
import json
import random
import re
import unicodedata
from collections import Counter, defaultdict
from copy import deepcopy
from html import escape
from pathlib import Path

import extraction
import numpy as np
from lxml.html import fragment_fromstring
from scipy.sparse import csr_array

from dyadwatch import articles, urls
from dyadwatch.articles import bodies, foreign_groups, labelled_parts, page_lines
from dyadwatch.errors import NotArticle

WEIGHTS = Path(__file__).resolve().parent.parent / "dyadwatch/articles/foreign_weights.json"
FOLDS, LEAST, PENALTY, STEPS = 5, 20, 8.0, 7
DRAWS = 3  # times that a page is drawn upon
MARGIN = 1.3  # of the logit, by which a group must be foreign rather than own
TEASER = 0.8  # less of it under a heading that links to an article, which is the form of a teaser
FOREIGN = 0.85  # share of a group's characters that are not in the gold
SOUND = 0.7  # share of the gold that the tree of a page holds, of those that teach
LABELS = ["Related stories", "Read more", "More on this", "Also today", "Next", "More news", "Most read", "Latest",
    "Zum Thema", "Mehr zum Thema", "Lesen Sie auch", "Weitere Meldungen", "Lire aussi", "Sur le même sujet", "Lee también",
    "Leia também", "Leggi anche", "Lees ook", "Czytaj także", "Читайте также", "По теме", "İlgili haberler", "اقرأ أيضا",
    "مواضيع ذات صلة", "بیشتر بخوانید", "מומלץ", "相关阅读", "関連記事", "More from the Ledger", "Mehr aus der Region"]  # fmt: skip
CLASSES = [
    "related",
    "read-more",
    "teaser",
    "promo",
    "inline-article",
    "box",
    "c1",
    "x-block",
    "body-part",
    "text",
    "",
    "",
    "",
    "",
    "",
]


def fold(page):
    host = urls.host(page["url"])
    return hashlib.sha256((urls.registrable_domain(host) or host).encode()).digest()[0] % FOLDS


def key(text):
    return "".join(re.findall(r"\w+", unicodedata.normalize("NFC", text).lower()))


def read_pages(setdir):
    """(gold, language, tree, headline, identity, authors) of each page with a text."""
    trees = []

    def record(tree, _headline, identity, authors):
        trees.append((deepcopy(tree), identity, authors))
        return {}

    remove, foreign_groups.remove = foreign_groups.remove, record
    for name, page in json.loads((setdir / "gold.json").read_text("utf-8")).items():
        if not page["text"]:
            continue
        trees.clear()
        html = gzip.decompress((setdir / "html" / f"{name}.html.gz").read_bytes())
        try:
            article = articles.extract(html, url=page["url"])
        except NotArticle:
            continue
        if trees:
            yield page, article, *trees[0]
    foreign_groups.remove = remove


def labelled(page, gold, drawn):
    """Whether each line is foreign, None where that is unknown."""
    labels = []
    for line in page.lines:
        if line.holder in drawn or any(one in drawn for one in line.holder.iterancestors()):
            labels.append(drawn.get(line.holder, True))
            continue
        text = key(line.text)
        labels.append(None if len(text) < 15 else text not in gold)
    return labels


def is_foreign(page, group, labels):
    """None where nothing is known of a group."""
    places = range(group.start + (group.end > group.start), group.end + 1)
    known = [(page.lines[place].size, labels[place]) for place in places if labels[place] is not None]
    whole = sum(size for size, _ in known)
    return None if not whole else sum(size for size, label in known if label) >= FOREIGN * whole


def is_sound(tree, headline, identity, authors, gold):
    """Whether the tree of a page holds most of its gold."""
    page = page_lines.read(tree, headline, identity, authors)
    own = sum(
        line.size for line, label in zip(page.lines, labelled(page, gold, {}), strict=True) if label is False
    )
    return own >= SOUND * len(gold)


def examples(tree, headline, identity, authors, gold, drawn):
    """(features, whether foreign, characters) of the groups of a page of which something is known."""
    page = page_lines.read(tree, headline, identity, authors)
    labels = labelled(page, gold, drawn)
    away = {place for place, label in enumerate(labels) if label} | labelled_parts.places(page)[0]
    for group in foreign_groups.candidates(page, away):
        foreign = is_foreign(page, group, labels)
        if foreign is not None:
            size = page.sizes[group.end + 1] - page.sizes[group.start]
            yield foreign_groups.features(page, group, away), foreign, size


def link(text, address):
    return f'<a href="{escape(address)}">{text}</a>'


def story(chance, others, cut=()):
    """Headline, address and first sentence of another page, or a paragraph that was `cut` out of this one:
    other stories are often about the same."""
    page, article = chance.choice(others)
    text = article.text.split("\n\n")[0]
    if cut and chance.random() < 0.4:
        text = chance.choice(cut)
    if chance.random() < 0.5:
        text = re.split(r"(?<=[.!?؟。])\s", text)[0]
    text = text[: chance.choice([120, 200, 300, 500])]
    address = page["url"] if chance.random() < 0.2 else re.sub(r"^https?://[^/]+", "", page["url"]) or "/"
    if chance.random() < 0.25:
        address = chance.choice(["/z", "/s/8", "/story", "/n/abc", "/article"])
    return escape(article.title), address, escape(text)


def foreign_html(chance, others, cut):
    """A group of other pages, and whether it is a box."""
    tag, name = chance.choice(["h2", "h3", "h3", "h4", "h5"]), chance.choice(CLASSES)
    around = chance.choice(["div", "div", "section", "blockquote"])
    label = chance.choice(LABELS)
    stories = [story(chance, others, cut) for _ in range(chance.choice([1, 1, 2, 3, 4]))]
    plain = chance.random() < 0.2
    kind = chance.choice(
        [
            "headings",
            "headings",
            "boxes",
            "bold",
            "terms",
            "label",
            "label",
            "label",
            "opening",
            "items",
            "links",
        ]
    )
    parts = []
    for title, address, text in stories:
        head = title if plain and kind != "links" else link(title, address)
        parts.append(
            {
                "headings": f"<{tag}>{head}</{tag}><p>{text}</p>",
                "boxes": f"<div><{tag}>{head}</{tag}><p>{text}</p></div>",
                "bold": f"<p><b>{head}</b></p><p>{text}</p>",
                "terms": f"<dt>{head}</dt><dd>{text}</dd>",
                "label": chance.choice([f"<p>{text}</p>", f"<p>{text}</p>", f"<ul><li>{text}</li></ul>", f"<p><b>{title}</b></p><p>{text}</p>", f"<p>{link(text, address)}</p>", f"<p>{text} {link('…', address)}</p>", f"<div>{text}</div>"]),
                "opening": chance.choice([f"<p><strong>{label}</strong> {text}</p>", f"<p><b>{label}:</b> {head}. {text}</p>", f"<p><b>{label}: </b>{link(text, address)}</p>", f"<p>{label}: {text}</p>", f"<div><b>{label}</b> {text}</div>"]),
                "items": f"<li>{link(title, address)} {text}</li>",
                "links": f"<p>{link(title, address)} {text}</p>",
            }[kind]
        )  # fmt: skip
    html = "".join(parts)
    html = f"<dl>{html}</dl>" if kind == "terms" else f"<ul>{html}</ul>" if kind == "items" else html
    if kind == "label" or (kind != "opening" and chance.random() < 0.4):
        head = chance.choice(
            [
                f"<{tag}>{label}</{tag}>",
                f"<p><strong>{label}</strong></p>",
                f"<div><b>{label}</b></div>",
                f"<strong>{label}</strong>",
                f"<p>{label}</p>",
                f"<p>{label}:</p>",
                f"<div>{label}</div>",
                f"<div><span>{label}</span></div>",
                f"<p><em>{label}</em></p>",
            ]
        )
        html = head + html
    if chance.random() < 0.6 or html.startswith("<strong"):
        html = f'<{around} class="{name}">{html}</{around}>'
    return html


def container(page, labels):
    """The own paragraphs of the element that holds most of them."""
    sizes = defaultdict(list)
    for line, label in zip(page.lines, labels, strict=True):
        if label is False and line.holder.tag == "p" and line.holder.getparent() is not None:
            sizes[line.holder.getparent()].append(line)
    best = max(sizes, key=lambda one: sum(line.size for line in sizes[one]), default=None)
    return [] if best is None else list(dict.fromkeys(line.holder for line in sizes[best]))


def draw(chance, tree, headline, identity, authors, gold, others):
    """The elements drawn into a page, with whether they are foreign."""
    page = page_lines.read(tree, headline, identity, authors)
    own = container(page, labelled(page, gold, {}))
    drawn = {}
    if len(own) < 2:
        return drawn
    cut = shorten(chance, own) if chance.random() < 0.5 else ()
    if chance.random() < 0.5:
        give_headings(chance, own, drawn)
    if chance.random() < 0.5:
        give_openings(chance, own)
    if chance.random() < 0.2 and len(own) > 4:
        give_items(chance, own)
    for _ in range(chance.choice([0, 1, 1, 2])):
        part = fragment_fromstring(f"<div>{foreign_html(chance, others, cut)}</div>")
        place = own[-1] if chance.random() < 0.6 else chance.choice(own)
        for one in reversed(list(part)):
            one.tail = None
            place.addnext(one)
            drawn.update((inner, True) for inner in one.iter("*"))
    if chance.random() < 0.3 and len(own) > 2:
        title, address, _ = story(chance, others)
        tag = chance.choice(["h2", "h3", "p"])
        pointer = fragment_fromstring(f"<{tag}>{link(title, address)}</{tag}>")
        chance.choice(own[:-1]).addnext(pointer)
        drawn[pointer] = True
    return drawn


def shorten(chance, own):
    """Takes most paragraphs out of a page; they are the answer."""
    kept = chance.choice([1, 1, 1, 2, 3, 5])
    away = own[kept:]
    texts = [escape(" ".join(one.text_content().split())) for one in away]
    del own[kept:]
    for one in away:
        one.drop_tree()
    if kept == 1 and chance.random() < 0.6:
        text = " ".join(own[0].text_content().split())[: chance.randint(45, 150)]
        for one in list(own[0]):
            one.drop_tree()
        own[0].text = text
    return [text for text in texts if len(text) > 40]


def give_headings(chance, own, drawn):
    """Headings of its own words for an article's paragraphs."""
    tag = chance.choice(["h2", "h3", "h4", "b"])
    address = chance.choice(
        [
            "",
            "",
            "",
            "#part",
            "/tag/{}",
            "/topic/{}",
            "/places/{}",
            "/2023/place-{}-in-the-list",
            "https://shop.example/{}",
            "https://www.maker.example/p/{}-item-{}",
        ]
    )
    every = chance.choice([1, 1, 2, 3, 5])
    labels = chance.random() < 0.15
    numbered = chance.random() < 0.25
    for place in range(chance.choice([0, 0, every, len(own) // 2]), len(own), every):
        spelt = own[place].text_content().split()
        start = chance.randrange(max(len(spelt) - 6, 1))
        text = escape(" ".join(spelt[start : start + chance.randint(1, 8)]))
        text = f"{text}?" if labels else text
        text = f"{place + 1}. {text}" if numbered else text
        target = address.format(place, place)
        text = link(text, target) if target else text
        heading = fragment_fromstring(f"<p><b>{text}</b></p>" if tag == "b" else f"<{tag}>{text}</{tag}>")
        own[place].addprevious(heading)
        drawn[heading] = False
        drawn.update((inner, False) for inner in heading.iter("*"))


def give_openings(chance, own):
    """Bold words or links at the beginning of some paragraphs."""
    form = chance.choice(
        [
            "<b>{}</b>",
            "<strong>{}</strong>",
            '<a href="/tag/{1}">{0}</a>',
            '<a href="/news/2023/some-other-story-{1}">{0}</a>',
            '<a href="https://elsewhere.example/a-report-of-{1}">{0}</a>',
        ]
    )
    for one in chance.sample(own, min(len(own), chance.choice([1, 2, 5, 30]))):
        spelt = (one.text or "").split()
        count = chance.randint(1, 7)
        if len(spelt) > count:
            lead = fragment_fromstring(form.format(escape(" ".join(spelt[:count])), count))
            lead.tail = " " + " ".join(spelt[count:])
            one.text = None
            one.insert(0, lead)


def give_items(chance, own):
    """Makes a list of some neighbouring paragraphs."""
    start = chance.choice([0, chance.randrange(len(own) - 2)])
    items = [
        one
        for one in own[start : start + chance.choice([2, 3, 5])]
        if one.getnext() in own or one is own[start]
    ]
    box = fragment_fromstring("<ul></ul>")
    items[0].addprevious(box)
    for one in items:
        one.tag = "li"
        box.append(one)


def read_examples(setdir):
    """(fold, whether drawn, features, whether foreign, characters) of all groups."""
    pages = list(read_pages(setdir))
    by_language = defaultdict(list)
    for page, article, *_ in pages:
        if article.title and len(article.text) > 200:
            by_language[article.language].append((page, article))
    for number, (page, article, tree, identity, authors) in enumerate(pages):
        gold = key(page["text"])
        headline = bodies.scopes.headline_element(tree, article.title)
        if not is_sound(tree, headline, identity, authors, gold):
            continue
        for features, foreign, size in examples(tree, headline, identity, authors, gold, {}):
            yield fold(page), False, features, foreign, size
        others = [one for one in by_language[article.language] if one[0] is not page]
        for turn in range(DRAWS if others else 0):
            chance = random.Random(1_000 * turn + number)
            copy = deepcopy(tree)
            headline = bodies.scopes.headline_element(copy, article.title)
            drawn = draw(chance, copy, headline, identity, authors, gold, others)
            for features, foreign, size in examples(copy, headline, identity, authors, gold, drawn):
                yield fold(page), True, features, foreign, size


def columns_of(data):
    seen = Counter(name for _, _, features, *_ in data for name in set(features))
    return {name: place for place, name in enumerate(sorted(n for n, c in seen.items() if c >= LEAST))}


def table_of(data, columns):
    """A row of ones for each group: where it has features."""
    places = [sorted({columns[name] for name in features if name in columns}) for _, _, features, *_ in data]
    bounds = np.cumsum([0, *map(len, places)])
    return csr_array((np.ones(bounds[-1]), np.concatenate(places), bounds), shape=(len(data), len(columns)))


def fit(table, right, shares):
    """A logistic regression by Newton's method."""
    weights = np.zeros(table.shape[1])
    for _ in range(STEPS):
        chances = 1 / (1 + np.exp(-(table @ weights)))
        slope = table.T @ (shares * (chances - right)) + PENALTY * weights
        bend = (table.T @ table.multiply((shares * chances * (1 - chances))[:, None]).tocsr()).toarray()
        weights -= np.linalg.solve(bend + PENALTY * np.eye(len(weights)), slope)
    return weights


def shares_of(data):
    """How much each group counts: those of drawn pages half of the others together; own
    ones more, the more characters would be lost."""
    return np.array(
        [
            (2 / DRAWS if drawn else 1.0) * (1.5 if foreign else 0.7 + min(size, 1_000) / 700)
            for _, drawn, _, foreign, size in data
        ]
    )


def report(label, data, scores):
    for drawn in (False, True):
        rows = [(one, mark > 0) for one, mark in zip(data, scores, strict=True) if one[1] is drawn]
        foreign = [(one[4], away) for one, away in rows if one[3]]
        own = [(one[4], away) for one, away in rows if not one[3]]
        parts = (
            f"foreign {sum(a for _, a in foreign)}/{len(foreign)} groups, {sum(s * a for s, a in foreign) / max(sum(s for s, _ in foreign), 1):.3f} of characters",
            f"own {sum(a for _, a in own)}/{len(own)} groups removed, {sum(s * a for s, a in own)} characters",
        )
        print(label, "drawn" if drawn else "real", "; ".join(parts))


def texts_of(setdir, weights, judge=foreign_groups):
    """(precision, recall) of the text of each page, with the weights of `judge` that did not see its
    publisher."""
    shares = []
    for name, page in json.loads((setdir / "gold.json").read_text("utf-8")).items():
        if not page["text"]:
            continue
        by_feature = weights[fold(page)]
        judge.weights = lambda by_feature=by_feature: by_feature
        answer = extraction.ours(extraction.read(setdir, name), page["url"])
        shares.append(extraction.shares(answer.get("text") or "", page["text"]))
    return shares


def report_texts(setdir, weights, judge=foreign_groups):
    shares = texts_of(setdir, weights, judge)
    precision, recall = (sum(part) / len(shares) for part in zip(*shares, strict=True))
    bad = sum(extraction.harmonic(*pair) < extraction._BAD for pair in shares)
    print(f"texts, other publishers: F1 {extraction.harmonic(precision, recall):.4f}, precision {precision:.4f}, "
        f"recall {recall:.4f}, below {extraction._BAD}: {bad} of {len(shares)}")  # fmt: skip


def as_data(columns, fitted):
    """Weights as foreign_weights.json has them."""
    weights = dict(zip(columns, fitted, strict=True))
    weights["any"] -= MARGIN
    weights["link article heading"] += TEASER
    return {name: round(100 * value) for name, value in sorted(weights.items()) if round(100 * value)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("setdir", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    data = list(read_examples(options.setdir))
    columns = columns_of(data)
    table = table_of(data, columns)
    right = np.array([one[3] for one in data], float)
    shares, folds = shares_of(data), np.array([one[0] for one in data])
    scores, weights = np.zeros(len(data)), []
    for number in range(FOLDS):
        kept = folds != number
        fitted = as_data(columns, fit(table[kept], right[kept], shares[kept]))
        weights.append(fitted)
        scores[~kept] = table[~kept] @ np.array([fitted.get(name, 0) for name in columns])
        report(f"fold {number}", [one for one, k in zip(data, kept, strict=True) if not k], scores[~kept])
    report("all", data, scores)
    report_texts(options.setdir, weights)
    if options.write:
        values = as_data(columns, fit(table, right, shares))
        lines = ",\n".join(f"{json.dumps(name)}: {value}" for name, value in values.items())
        WEIGHTS.write_text(f'{{"version": "1", "weights": {{\n{lines}\n}}}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()
