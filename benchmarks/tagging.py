"""Scores the tagger on a gold file with the scorer that comes
beside it, and the same-sentence baseline for contrast.

usage: DYADWATCH_SHARED=/path python benchmarks/tagging.py
[gold.jsonl ...] [--half even|odd] [--errors N] [--speed]

A gold line: {"id", "language", "text", "published", "gold": {...}}; a -> assad, b -> khamenei. Without a
file, $DYADWATCH_SHARED/tagging/dev.jsonl and dev_articles.jsonl are scored, each alone. `--half` takes the
items whose id hashes even or odd, so that one half can be looked at while the other stays unseen.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from dyadwatch.model.mentions import Tagged
from dyadwatch.tagging import Tagger, parse_watch, shipped_watches

WATCH = "assad-khamenei"
ACTOR = {"a": "assad", "b": "khamenei"}
DIRECTION = {"a->b": "assad->khamenei", "b->a": "khamenei->assad", "mutual": "mutual"}


def main() -> None:
    options = arguments()
    shared = Path(os.environ.get("DYADWATCH_SHARED", ".")) / "tagging"
    files = options.gold or [shared / "dev.jsonl", shared / "dev_articles.jsonl"]
    tagger = Tagger([parse_watch(document) for document in shipped_watches()])
    for path in files:
        items = [item for item in read(path) if options.half is None or half(item["id"]) == options.half]
        for name, predict in (("dyadwatch", ours), ("same sentence", baseline)):
            print(f"== {path.name} {options.half or 'whole'}: {name}", flush=True)
            score(
                options.scorer or shared / "score_tagging.py",
                items,
                [predict(tagger, item) for item in items],
                options.errors if predict is ours else 0,
            )
        if options.speed:
            speed(tagger, items)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", nargs="*", type=Path)
    parser.add_argument("--scorer", type=Path)
    parser.add_argument("--half", choices=["even", "odd"])
    parser.add_argument("--errors", type=int, default=0)
    parser.add_argument("--speed", action="store_true")
    return parser.parse_args()


def read(path):
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def half(identity: str) -> str:
    return "odd" if int(hashlib.md5(identity.encode(), usedforsecurity=False).hexdigest(), 16) % 2 else "even"


def tagged_of(tagger: Tagger, item) -> Tagged | None:
    published = date.fromisoformat(item["published"][:10]) if item.get("published") else None
    return tagger.tag(
        item["text"], title=item.get("title"), published=published, watches={WATCH}
    ).watches.get(WATCH)


def surfaces(tagged: Tagged | None):
    return [
        {"actor": ACTOR[side], "start": surface.start, "end": surface.end}
        for side, surfaces in (tagged.actors if tagged else {}).items()
        for surface in surfaces
    ]


def ours(tagger: Tagger, item):
    tagged = tagged_of(tagger, item)
    mentions = (
        []
        if tagged is None or not tagged.relationship
        else [m for m in tagged.mentions if m.level != "state"]
    )
    return {
        "id": item["id"],
        "relationship": bool(tagged and tagged.relationship),
        "confidence": tagged.score if tagged else 0.0,
        "mentions": surfaces(tagged),
        "evidence": sorted({(mention.evidence.start, mention.evidence.end) for mention in mentions}),
        "event_types": sorted(tagged.event_types) if mentions else [],
        "direction": DIRECTION[tagged.direction] if mentions else None,
        "modality": tagged.modality if mentions else None,
        "attribution": tagged.attribution.speaker if mentions and tagged.attribution else None,
    }


def baseline(tagger: Tagger, item):
    """Both actors in one sentence, nothing else considered."""
    tagged = tagged_of(tagger, item)
    text = item["text"]
    spans = {}
    for side, surfaces in (tagged.actors if tagged else {}).items():
        for surface in surfaces:
            start = max(text.rfind(stop, 0, surface.start) for stop in ".!?؟\n") + 1
            spans.setdefault(start, set()).add(side)
    return {"id": item["id"], "relationship": {"a", "b"} in spans.values(), "mentions": surfaces(tagged)}


def score(scorer: Path, gold, predictions, errors: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / "gold.jsonl", Path(folder) / "predictions.jsonl"]
        for path, lines in zip(paths, (gold, predictions), strict=True):
            path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        subprocess.run(
            [sys.executable, scorer, "--gold", paths[0], "--pred", paths[1], "--errors", str(errors)],
            check=True,
        )


def speed(tagger: Tagger, items) -> None:
    """Articles of six kilobytes, made by joining the texts, per second of this process's CPU."""
    text = "\n\n".join(item["text"] for item in items)
    articles = [text[start : start + 6_000] for start in range(0, len(text) - 6_000, 500)] or [text]
    for article in articles[:5]:
        tagger.tag(article)
    started = time.process_time()
    for article in articles:
        tagger.tag(article)
    print(f"{len(articles) / (time.process_time() - started):.0f} dense articles/s")


if __name__ == "__main__":
    main()
