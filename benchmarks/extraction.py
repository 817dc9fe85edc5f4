"""Extraction on a set of pages, ours beside trafilatura: `python benchmarks/extraction.py SETDIR OUTDIR`.

SETDIR holds gold.json ({id: {"url", ...}}) and html/<id>.html.gz. Every page goes through all extractors in
turn, in one process, so that a busy machine slows all alike. Writes OUTDIR/{ours,default,precision}.json,
{id: {title, authors, published, text, seconds}}, for a scoring script, and prints pages per second of CPU
time beside trafilatura's default, the slowest page, refusals, the kinds of pages that ours names, and the
resident memory of the process after ours alone has read 300 pages; then, for each extractor in five folds of
publishers, the F1 of the text over four-word shingles in NFC and the share of pages below .6. Each extractor
must return text for most pages: a refusal is quick.
"""

import argparse
import gzip
import hashlib
import json
import re
import resource
import time
import unicodedata
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from checks import check
from trafilatura import bare_extraction

from dyadwatch import articles, urls
from dyadwatch.errors import NotArticle

_PAGES = 300
_FOLDS = 5
_BAD = 0.6
_FACTS = ("title", "authors", "published", "text", "not_article")


def ours(html: bytes, url: str) -> dict[str, Any]:
    try:
        article = articles.extract(html, url=url)
    except NotArticle as refusal:
        return {"refused": refusal.code}
    return {name: getattr(article, name) for name in _FACTS}


def plain(html: bytes, url: str, **options: bool) -> dict[str, Any]:
    document = bare_extraction(html, url=url, with_metadata=True, **options)
    if document is None:
        return {"refused": "none"}
    return {
        "title": document.title,
        "authors": document.author,
        "published": document.date,
        "text": document.text,
    }


EXTRACTORS: dict[str, Callable[[bytes, str], dict[str, Any]]] = {
    "ours": ours,
    "default": plain,
    "precision": partial(plain, favor_precision=True, include_comments=False),
}


def time_extraction(
    extractor: Callable[[bytes, str], dict[str, Any]], html: bytes, url: str
) -> dict[str, Any]:
    started = time.process_time()
    answer = extractor(html, url)
    return answer | {"seconds": time.process_time() - started}


def memory(pages: dict[str, Any], setdir: Path) -> float:
    """Megabytes resident after ours has read the first pages."""
    for name, page in list(pages.items())[:_PAGES]:
        ours(read(setdir, name), page["url"])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def read(setdir: Path, name: str) -> bytes:
    return gzip.decompress((setdir / "html" / f"{name}.html.gz").read_bytes())


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", unicodedata.normalize("NFC", text))
    return Counter(zip(*(words[start:] for start in range(4)), strict=False)) or Counter([tuple(words)])


def shares(text: str, gold: str) -> tuple[float, float]:
    """Precision and recall of a page's text."""
    one, other = shingles(text), shingles(gold)
    right = (one & other).total()
    return right / one.total(), right / other.total()


def fold(page: dict[str, Any]) -> int:
    """The same for all pages of a publisher."""
    host = urls.host(page["url"])
    return hashlib.sha256((urls.registrable_domain(host) or host).encode()).digest()[0] % _FOLDS


def show_folds(gold: dict[str, Any], answers: dict[str, dict[str, Any]]) -> None:
    with_text = {name: page for name, page in gold.items() if page.get("text")}
    for number in (*range(_FOLDS), None):
        names = [name for name, page in with_text.items() if number in (None, fold(page))]
        line = []
        for label, answer in answers.items():
            pairs = [shares(answer[name].get("text") or "", gold[name]["text"]) for name in names]
            precision, recall = (sum(part) / len(pairs) for part in zip(*pairs, strict=True))
            bad = sum(harmonic(*pair) < _BAD for pair in pairs) / len(pairs)
            line.append(f"{label} {harmonic(precision, recall):.3f} ({bad:.1%})")
        print("all" if number is None else f"fold {number}", len(names), "  ".join(line))


def harmonic(one: float, other: float) -> float:
    return 2 * one * other / (one + other) if one + other else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("setdir", type=Path)
    parser.add_argument("outdir", type=Path)
    options = parser.parse_args()
    gold = json.loads((options.setdir / "gold.json").read_text("utf-8"))
    print(f"memory after {_PAGES} pages of ours: at most {memory(gold, options.setdir):.0f} MB")
    answers: dict[str, dict[str, Any]] = {label: {} for label in EXTRACTORS}
    labels = list(EXTRACTORS)
    for number, (name, page) in enumerate(gold.items()):
        html = read(options.setdir, name)
        turn = number % len(labels)
        for label in labels[turn:] + labels[:turn]:
            answers[label][name] = time_extraction(EXTRACTORS[label], html, page["url"])
    options.outdir.mkdir(parents=True, exist_ok=True)
    seconds = {label: [item["seconds"] for item in answer.values()] for label, answer in answers.items()}
    for label, answer in answers.items():
        (options.outdir / f"{label}.json").write_text(json.dumps(answer), "utf-8")
        refused = Counter(item["refused"] for item in answer.values() if "refused" in item)
        ratio = sum(seconds["default"]) / sum(seconds[label])
        rate = len(seconds[label]) / sum(seconds[label])
        slowest = max(seconds[label])
        with_text = sum(bool(item.get("text")) for item in answer.values())
        check(with_text > len(answer) / 2, f"{label} returned text for {with_text} of {len(answer)} pages")
        print(
            f"{label}: {rate:.1f} pages/s ({ratio:.2f} x default), slowest {slowest:.2f} s, refused {dict(refused)}"
        )
    show_folds(gold, answers)
    print("named:", dict(Counter(item.get("not_article") for item in answers["ours"].values())))


if __name__ == "__main__":
    main()
