"""How well alerts are ranked: the average precision of labelled articles in the order of the alerts that they
would raise.

usage: python benchmarks/ranking.py [FILE...]

FILE holds articles, one a line (JSON): `id`, `text`, `language`, `published`, `watch` if it is not the
shipped one, and the label `relationship`, be it below `gold`; watches that are not ours are in the folder
`watches` beside it. By default the articles of the tests, which are written by hand. Each is ranked as an
alert of its own, also one that the tagger finds nothing in: by `rank` (score, how much the text is about the
pair, one origin), beside by each of the first two alone. The interval of 95 % resamples articles. Also prints
precision and recall at the threshold, which alerts have passed.
"""

import argparse
import json
import random
import sys
from datetime import date
from pathlib import Path

import labelled
from checks import check

from dyadwatch import tagging
from dyadwatch.alerts import ranking
from dyadwatch.tagging import Tagger

sys.path.insert(0, str(labelled.ROOT / "tests/tagging"))
from marked import read

RESAMPLED = 1_000
SHIPPED = "assad-khamenei"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="*", type=Path)
    options = parser.parse_args()
    texts = [one for path in options.files for one in from_lines(path)] or list(of_tests())
    folders = [path.parent for path in options.files] or [labelled.ROOT / "nowhere"]
    documents = {
        name: one for folder in folders for name, one in labelled.read_watch_documents(folder).items()
    }
    taggers = {
        watch: Tagger([tagging.parse_watch(documents[watch])]) for watch in {watch for _, watch, *_ in texts}
    }
    rows = [(is_related, *worth(taggers[watch], *text)) for is_related, watch, *text in texts]
    check(any(row[0] for row in rows), "no article with the relationship")
    print(f"{len(rows)} articles, {sum(row[0] for row in rows)} with the relationship")
    for name, column in (("rank", 1), ("score", 2), ("about the pair", 3)):
        ranked = [(row[column], row[0]) for row in rows]
        low, high = interval(ranked)
        print(f"average precision by {name:15} {average_precision(ranked):.3f}   {low:.3f}-{high:.3f}")
    hits = sum(row[0] and row[4] for row in rows)
    raised, right = sum(row[4] for row in rows), sum(row[0] for row in rows)
    print(
        f"alerts: precision {hits / max(1, raised):.3f}, recall {hits / right:.3f}, F1 {2 * hits / (raised + right):.3f}"
    )


def from_lines(path):
    for line in path.read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        is_related = one.get("gold", one)["relationship"]
        published = date.fromisoformat(one["published"][:10]) if one.get("published") else None
        yield is_related, one.get("watch", SHIPPED), one["text"], one.get("language"), published


def of_tests():
    for path in sorted((labelled.ROOT / "tests/tagging/articles").glob("*.yaml")):
        for item in read(path):
            published = date.fromisoformat(str(item["published"])[:10]) if item.get("published") else None
            yield item["gold"]["relationship"], SHIPPED, item["text"], item.get("language"), published


def worth(tagger, text, language, published):
    """(rank, score, relevance, whether it raises an alert) of a text."""
    (tagged,) = tagger.tag(text, language=language, published=published).watches.values() or (None,)
    if tagged is None:
        return 0.0, 0.0, 0.0, False
    rank = ranking.rank(ranking.terms(tagged.score, tagged.relevance, 1))
    return rank, tagged.score, tagged.relevance, tagged.relationship


def average_precision(ranked):
    """The mean precision at each right one; of ties the expected order counts, as the worst of them."""
    ordered = sorted(ranked, key=lambda one: (-one[0], one[1]))
    hits, total = 0, 0.0
    for place, (_, is_right) in enumerate(ordered, 1):
        if is_right:
            hits += 1
            total += hits / place
    return total / hits if hits else 0.0


def interval(ranked):
    chance = random.Random(0)
    values = sorted(average_precision(chance.choices(ranked, k=len(ranked))) for _ in range(RESAMPLED))
    return values[RESAMPLED // 40], values[-RESAMPLED // 40]


if __name__ == "__main__":
    main()
