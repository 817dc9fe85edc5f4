"""Extraction on a set of pages, ours beside trafilatura: `python benchmarks/extraction.py SETDIR OUTDIR`.

SETDIR holds gold.json ({id: {"url", ...}}) and html/<id>.html.gz. Every page goes through all extractors in
turn, in one process, so that a busy machine slows all alike. Writes OUTDIR/{ours,default,precision}.json,
{id: {title, authors, published, text, seconds}}, for a scoring script, and prints pages per second of CPU
time beside trafilatura's default, the slowest page, refusals, the kinds of pages that ours names, and the
resident memory of the process after ours alone has read 300 pages. Each extractor must return text for most
pages: a refusal is quick.
"""

import argparse
import gzip
import json
import resource
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from checks import check
from trafilatura import bare_extraction

from dyadwatch import articles
from dyadwatch.errors import NotArticle

_PAGES = 300
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
    print("named:", dict(Counter(item.get("not_article") for item in answers["ours"].values())))


if __name__ == "__main__":
    main()
