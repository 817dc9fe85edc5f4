"""Extraction on a set of pages, ours beside plain trafilatura: `python benchmarks/extraction.py SETDIR OUTDIR`.

SETDIR holds gold.json ({id: {"url", ...}}) and html/<id>.html.gz. Every page goes through both extractors in turn, in one
process, so that a busy machine slows both alike. Writes OUTDIR/ours.json and OUTDIR/plain.json, {id: {title, authors,
published, text, seconds}}, for a scoring script, and prints pages per second of CPU time, the slowest page, refusals.
"""

import argparse
import gzip
import json
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from trafilatura import bare_extraction

from dyadwatch import articles
from dyadwatch.errors import NotArticle


def ours(html: bytes, url: str) -> dict[str, Any]:
    try:
        article = articles.extract(html, url=url)
    except NotArticle as refusal:
        return {"refused": refusal.code}
    return {name: getattr(article, name) for name in ("title", "authors", "published", "text")}


def plain(html: bytes, url: str) -> dict[str, Any]:
    document = bare_extraction(
        html, url=url, favor_precision=True, include_comments=False, with_metadata=True
    )
    if document is None:
        return {"refused": "none"}
    return {
        "title": document.title,
        "authors": document.author,
        "published": document.date,
        "text": document.text,
    }


def timed(extractor: Callable[[bytes, str], dict[str, Any]], html: bytes, url: str) -> dict[str, Any]:
    started = time.process_time()
    answer = extractor(html, url)
    return answer | {"seconds": time.process_time() - started}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("setdir", type=Path)
    parser.add_argument("outdir", type=Path)
    given = parser.parse_args()
    gold = json.loads((given.setdir / "gold.json").read_text("utf-8"))
    answers: dict[str, dict[str, Any]] = {"ours": {}, "plain": {}}
    for number, (name, page) in enumerate(gold.items()):
        html = gzip.decompress((given.setdir / "html" / f"{name}.html.gz").read_bytes())
        order = [("ours", ours), ("plain", plain)]
        for label, extractor in order if number % 2 else reversed(order):
            answers[label][name] = timed(extractor, html, page["url"])
    given.outdir.mkdir(parents=True, exist_ok=True)
    for label, answer in answers.items():
        (given.outdir / f"{label}.json").write_text(json.dumps(answer), "utf-8")
        seconds = [item["seconds"] for item in answer.values()]
        refused = Counter(item["refused"] for item in answer.values() if "refused" in item)
        rate = len(seconds) / sum(seconds)
        print(f"{label}: {rate:.1f} pages/s, slowest {max(seconds):.2f} s, refused {dict(refused)}")


if __name__ == "__main__":
    main()
