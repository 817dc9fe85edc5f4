# /// script
# dependencies = ["numpy>=2"]
# ///
"""Fits the weights by which the byline of a page that states no author is recognised, and says how well they
do on publishers that they were not fitted on.

    python benchmarks/train_bylines.py SETDIR [--write]

SETDIR is as benchmarks/extraction.py reads it. Only what pages show is read, whatever they state besides: a
choice among all candidates and none, a softmax with the sum over all candidates as right as the best. Each
page counts a second time without what names its authors, so that none is chosen where none is shown, and
again with another page's author drawn into it, in forms that are rare in the set (a signature under the text,
an agency in brackets, the kind of the text or a place before the name), or with words of its own links in
these forms.
One fifth of the publishers, chosen by hash, is left out; the others are scored in five folds. --write fits on
all but that fifth and writes byline_weights.json; without it the fifth is not looked at.
"""

import argparse
import gzip
import hashlib
import json
import random
import re
import unicodedata
from collections import Counter
from copy import deepcopy
from dataclasses import replace
from html import escape
from pathlib import Path

import numpy as np
from lxml.html import fragments_fromstring

from dyadwatch import urls
from dyadwatch.articles import html_parsing, metadata, titles
from dyadwatch.articles.byline_candidates import shown_candidates
from dyadwatch.articles.bylines import likeliest
from dyadwatch.articles.scopes import headline_element
from dyadwatch.errors import NotArticle

WEIGHTS = Path(__file__).resolve().parent.parent / "dyadwatch/articles/byline_weights.json"
FOLDS, LEAST, PENALTY, ROUNDS, STEP = 5, 5, 1.0, 300, 0.1
SHARE = 0.4  # of a page without what names its authors
HALF = 0.5  # F1 below which a candidate is no byline
DRAWS, DRAWN = 2, 0.1  # times that a page is drawn upon, and what each counts
PHRASES = 0.2  # of them, the share that get words which name nobody
MIN_TEXT, MAX_BYLINE = 100, 150  # characters of a paragraph of a text, and of what names its author
HEADS = [
    "<p>{}</p>",
    "<div>{}</div>",
    "<div class=byline>{}</div>",
    "<span class=author>{}</span>",
    "<address>{}</address>",
]
ENDS = [
    "<p>{}</p>",
    "<p>({})</p>",
    "<p>[{}]</p>",
    "<p align=right>{}</p>",
    "<p style='text-align: right'><em>{}</em></p>",
    "<p><i>{}</i></p>",
    "<p><strong>{}</strong></p>",
    "<p>— {}</p>",
    "<div>{}</div>",
    "<div class=text-right>{}</div>",
    "<address>{}</address>",
    "<p class=signature>{}</p>",
    "<div class=author>{}</div>",
    "<br><br>{}",
    "<br>{}",
    "<br><em>{}</em>",
]
BESIDE = [
    "{}",
    "{}",
    "{}",
    "{} (AFP)",
    "({agency}) {}",
    "{} ({agency})",
    "{place}: {}",
    "{place} - {}",
    "{kind}: {}",
    "{kind}: {}",
    "{} | {agency}",
    "{}, {place}",
]
PLACES = ["Cairo", "Beirut", "Kairo", "Moskau", "Lagos", "Madrid", "Roma", "Oslo", "Ankara", "London"]
UNCASED_PLACES = ["القاهرة", "بيروت", "دمشق", "تهران", "بغداد", "لندن"]
KINDS = [
    "Interview",
    "Analysis",
    "Report",
    "Text",
    "Text und Fotos",
    "Entretien",
    "Entrevista",
    "Intervista",
    "Opinion",
]
UNCASED_KINDS = ["حوار", "تحليل", "مقابلة", "گفت‌وگو"]
AGENCIES = ["AFP", "Reuters", "AP", "dpa", "EFE"]


def publisher_hash(domain):
    site = urls.registrable_domain(domain) or domain
    return int(hashlib.sha1(site.encode(), usedforsecurity=False).hexdigest(), 16)


def key(name):
    plain = unicodedata.normalize("NFKD", name).casefold()
    return " ".join(re.findall(r"\w+", "".join(c for c in plain if not unicodedata.combining(c))))


def f1(names, gold):
    one, other = set(map(key, names)), set(map(key, gold))
    return 2 * len(one & other) / max(len(one) + len(other), 1)


def read_pages(setdir):
    """(hash of the publisher, names in the gold, what its tree and head say) of each page with authors."""
    for name, page in json.loads((setdir / "gold.json").read_text("utf-8")).items():
        if not page["authors"]:
            continue
        html = gzip.decompress((setdir / "html" / f"{name}.html.gz").read_bytes())
        try:
            tree = html_parsing.parse(html_parsing.read(html))
        except NotArticle:
            continue
        collected = metadata.collect(tree, page["url"])
        yield publisher_hash(page["domain"] or ""), page["authors"], collected


def read_examples(setdir):
    """(hash of the publisher, names in the gold, candidates, share) of each page with authors, and of those
    that are drawn."""
    pages = list(read_pages(setdir))
    for publisher, gold, page in pages:
        yield publisher, gold, shown_candidates(page, titles.headline(page)), 1.0
    for number, (publisher, gold, page) in enumerate(pages):
        for turn in range(DRAWS):
            chance = random.Random(1_000 * turn + number)
            title = titles.headline(page)
            others = [
                one for other, names, _ in pages if other != publisher for one in names if is_drawn(one, gold)
            ]
            drawn, names = draw(chance, page, title, gold, others)
            if drawn is not None:
                yield publisher, names, shown_candidates(drawn, title), DRAWN


def is_drawn(name, gold):
    """Whether an author is one of two words or three, in the script of a page's own."""
    return 0 < name.count(" ") < 3 and is_cased(name) == is_cased(gold[0]) and len(name) < 30


def is_cased(text):
    return text.upper() != text.lower()


def draw(chance, page, title, gold, others):
    """A page without its own authors and with lines drawn into it, and the names of its new author."""
    tree = deepcopy(page.tree)
    heading = headline_element(tree, title)
    paragraphs = [one for one in tree.iter("p") if len(one.text_content().strip()) > MIN_TEXT]
    phrases = [
        text
        for one in tree.iter("a", "h2", "h3", "h4")
        if 0 < (text := " ".join(one.text_content().split())).count(" ") < 4 and len(text) < 40
    ]
    if heading is None or len(paragraphs) < 2 or not others:
        return None, []
    forget(tree, gold)
    name = chance.choice(others) if chance.random() < 0.6 else None
    if phrases and chance.random() < PHRASES:
        insert(chance, heading, paragraphs, chance.choice(phrases))
    if name is not None:
        insert(chance, heading, paragraphs, name)
    return replace(page, tree=tree), [name] if name else []


def forget(tree, names):
    """Takes names out of a tree, with what short elements that hold them say."""
    spelt = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))), re.IGNORECASE)
    for text in tree.xpath("//body//text()"):
        if not spelt.search(text):
            continue
        holder = text.getparent().getparent() if text.is_tail else text.getparent()
        short = [
            one
            for one in (holder, *holder.iterancestors())
            if len(" ".join(one.text_content().split())) <= MAX_BYLINE
        ]
        for one in short[-1].iter("*") if short else ():
            one.text = None
            one.tail = one.tail if one is short[-1] else None


def insert(chance, heading, paragraphs, words):
    """Puts words where a byline may stand, in one of its forms."""
    cased = is_cased(words)
    place = chance.choice(PLACES if cased else UNCASED_PLACES)
    kind = chance.choice(KINDS if cased else UNCASED_KINDS)
    text = escape(chance.choice(BESIDE).format(words, place=place, kind=kind, agency=chance.choice(AGENCIES)))
    is_last = chance.random() < 0.6
    form = chance.choice(ENDS if is_last else HEADS)
    where = heading
    if is_last:
        where = paragraphs[-1]
        if form.startswith("<br>"):
            where.extend(fragments_fromstring(form.format(text)))
            return
        where = where if chance.random() < 0.7 else where.getparent()
    where.addnext(fragments_fromstring(form.format(text))[0])


def fit(examples):
    """Feature -> weight in hundredths."""
    seen = Counter(name for _, _, shown, _ in examples for one in shown for name in one.features)
    columns = {
        name: place for place, name in enumerate(["none", *sorted(n for n, c in seen.items() if c >= LEAST)])
    }
    data = [(*matrices(gold, shown, columns), share) for _, gold, shown, share in examples]
    data += [
        (*matrices(gold, without(gold, shown), columns), SHARE)
        for _, gold, shown, share in examples
        if share == 1
    ]
    weights, mean, square = (np.zeros(len(columns)) for _ in range(3))
    for number in range(1, ROUNDS + 1):
        slope = PENALTY * weights + sum(
            share * slope_of(table, right, weights) for table, right, share in data
        )
        mean, square = 0.9 * mean + 0.1 * slope, 0.99 * square + 0.01 * slope**2
        size = STEP if number < ROUNDS * 2 / 3 else STEP / 3
        weights -= size * (mean / (1 - 0.9**number)) / (np.sqrt(square / (1 - 0.99**number)) + 1e-8)
    return {name: round(100 * weights[place]) for name, place in columns.items()}


def without(gold, shown):
    return [one for one in shown if not f1(one.names, gold)]


def matrices(gold, shown, columns):
    """The features of all candidates and none, and which of these are right."""
    table = np.zeros((len(shown) + 1, len(columns)))
    for row, one in enumerate(shown):
        table[row, [columns[name] for name in one.features if name in columns]] = 1
    table[-1, columns["none"]] = 1
    marks = np.array([f1(one.names, gold) for one in shown] + [0.0])
    if marks.max() < HALF:
        marks[-1] = 1
    return table, marks >= marks.max() - 1e-9


def slope_of(table, right, weights):
    sums = table @ weights
    every = np.exp(sums - sums.max())
    every /= every.sum()
    good = every * right
    return table.T @ (every - good / good.sum())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("setdir", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    examples = [one for one in read_examples(options.setdir) if one[0] % FOLDS]
    marks, invented, drawn = [], [], []
    for fold in range(FOLDS):
        weights = fit([one for one in examples if one[0] // FOLDS % FOLDS != fold])
        tested = [one for one in examples if one[0] // FOLDS % FOLDS == fold]
        here = [f1(likeliest(shown, weights), gold) for _, gold, shown, share in tested if share == 1]
        print(f"fold {fold}: {np.mean(here):.3f} of {len(here)} pages")
        marks += here
        invented += [
            bool(likeliest(without(gold, shown), weights)) for _, gold, shown, share in tested if share == 1
        ]
        drawn += [(gold, likeliest(shown, weights)) for _, gold, shown, share in tested if share < 1]
    named = [f1(names, gold) for gold, names in drawn if gold]
    nobody = [bool(names) for gold, names in drawn if not gold]
    print(
        f"drawn pages: authors F1 {np.mean(named):.3f} of {len(named)}, invented {np.mean(nobody):.3f} of {len(nobody)}"
    )
    print(f"authors F1 by what is shown alone: {np.mean(marks):.4f}, invented {np.mean(invented):.4f}")
    if options.write:
        weights = {name: value for name, value in sorted(fit(examples).items()) if value}
        lines = ",\n".join(f"{json.dumps(name)}: {value}" for name, value in weights.items())
        WEIGHTS.write_text(f'{{"version": "1", "weights": {{\n{lines}\n}}}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()
