# /// script
# dependencies = ["numpy>=2", "scipy>=1.14"]
# ///
"""Fits the weights by which reports of one event are joined, and says how well they do on families of
articles that they were not fitted on.

    python benchmarks/train_stories.py [--final] [--write] [--errors N]

A pair of articles of two origins that could be compared is an example: one event or not. The weights are
those of a logistic regression that is held to the weights set by hand (HAND), so that what is rare stays as
it was. Families are in five groups by hash: articles are placed, in five random orders of arrival, by weights
that saw no family of their group. The fifth that is held back is scored only with --final, by weights that
saw none of it; --write fits on everything else and writes joining.json.
"""

import argparse
import hashlib
import random
from collections import defaultdict
from datetime import date, timedelta
from types import MappingProxyType

import labelled
import numpy as np
import orjson
import story_records
from scipy.optimize import minimize
from stories import b_cubed, delay, f1, show_errors

from dyadwatch import stories, tagging
from dyadwatch.pipeline.placing import find_story
from dyadwatch.stories import joining
from dyadwatch.tagging import Tagger

FOLDS = ORDERS = 5
PENALTY = 2.0  # of the square of the distance of a weight from that set by hand
COPIES = 6  # texts that an article is compared with
# Set before any labelled story was looked at, but for those since "within hours" and "one looks back".
HAND = {
    "bias": -1.2, "both look back": 0.3, "day agrees": 0.7, "day beside": -1.0, "day differs": -4.0,
    "day is near": -0.4, "day is not near": -2.0, "no numbers shared": -0.2, "no others shared": -0.4,
    "numbers shared": 1.2, "one by phone": -1.5, "one looks ahead": -0.5, "one looks back": -5.5,
    "other direction": -0.3, "other mode": -1.0, "other place": -2.5, "other type": -1.5, "others shared": 1.2,
    "same city": 1.5, "same country": 0.8, "same day": 2.2, "same direction": 0.1, "same mode": 0.5,
    "same type": 1.3, "several numbers shared": 2.0, "several others shared": 1.8, "similar headline": 1.5,
    "similar text": 2.0, "types of one meeting": 0.5, "within hours": 0.0, "days apart": 0.0, "phone and place": -2.5,
    "acts of each side": -1.0, "letter and call": -4.5, "other acts of one day": -1.5, "quarrel and favour": -1.5,
    "told days ahead": -2.5, "only the day shared": -2.0, "told days later": -3.5, "two cities of one day": -2.0,
    "call and visit": -2.0,
}  # fmt: skip
# `joining.differs` says of the first two that they are sure; the last is too rare to be fitted.
FIXED = {"day differs", "one looks back", "only the day shared"}


class Item:
    """A record with what is compared of it."""

    def __init__(self, record, tagger):
        title, body, at = record["title"], record["text"], record["published"]
        whole = f"{title}\n\n{body}"
        tagged = tagger.tag(whole, title=title, language=record["language"], published=at)
        verdicts = {name: one for name, one in tagged.watches.items() if one.events}
        self.record, self.at = record, at
        self.copy = stories.CopyFacts(record["url"], title, body, at)
        self.shingles = set(stories.shingle_keys(body))
        self.report = stories.Report(
            events={name: joining.main_events(one.events) for name, one in verdicts.items()},
            published_at=at,
            language=record["language"],
            title_key=stories.title_key(title),
            signature=stories.signature(whole),
        )
        self.facts = stories.ArticleFacts(
            record["url"], None, self.report.title_key, self.report.signature, len(whole), at
        )

    def days(self):
        published: date = self.at.date()
        return {
            (watch, joining.news_day(event, published))
            for watch, events in self.report.events.items()
            for event in events
        }

    def may_report(self, other):
        """Whether the store would compare the two."""
        near = timedelta(days=stories.NEAR)
        return any(
            watch == name and abs(day - another) <= near
            for watch, day in self.days()
            for name, another in other.days()
        )


def place_all(items, weights, seed):
    """The story of each item when they arrive in a random order."""
    joining._weights = lambda: MappingProxyType(weights)
    chance = random.Random(seed)
    arrivals = sorted(
        (item.at + delay(chance), item.record["id"], number) for number, item in enumerate(items)
    )
    story, root, before = {}, {}, []
    for _, _, number in arrivals:
        item = items[number]
        near = sorted(before, key=lambda one: -len(item.shingles & items[one].shingles))[:COPIES]
        candidates = [
            stories.CopyCandidate(root[one], story[one], items[one].copy)
            for one in near
            if item.shingles & items[one].shingles
        ]
        if copied := stories.find_copy(item.copy, candidates):
            root[number], story[number] = copied[0].root, copied[1].story
        else:
            root[number], story[number] = number, find(items, number, before, story, root)
        before.append(number)
    return [story[number] for number in range(len(items))]


def find(items, number, before, story, root):
    item = items[number]
    same = [(story[one], one, items[one].facts) for one in before if items[one].facts.title_key]
    same = [one for one in same if one[2].title_key == item.facts.title_key]
    reports = [
        (story[one], one, items[one].report)
        for one in before
        if root[one] == one and item.may_report(items[one])
    ]
    placed = find_story(item.facts, item.report, same, reports)
    return placed[0] if placed else number


def examples(items):
    """(family, features of each pair of events, whether one event) of each two articles of two origins."""
    for number, item in enumerate(items):
        for other in items[:number]:
            if item.record["origin"] == other.record["origin"] or not item.may_report(other):
                continue
            rows = [set(names) for names in joining.features(item.report, other.report)]
            if rows:
                yield item.record["family"], rows, item.record["story"] == other.record["story"]


def fit(pairs):
    """Weights of a logistic regression of the closest events of each pair, held to those set by hand."""
    names = sorted(HAND)
    column = {name: index for index, name in enumerate(names)}
    hand = np.array([HAND[name] for name in names])
    right = np.array([1.0 if same else -1.0 for _, _, same in pairs])
    penalty = np.array([1e6 if name in FIXED else PENALTY for name in names])
    size = defaultdict(int)
    for family, _, _ in pairs:
        size[family] += 1
    shares = np.array([size[family] ** -0.5 for family, _, _ in pairs])
    weights = hand.copy()
    for _ in range(4):  # which events are closest depends on the weights
        table = np.zeros((len(pairs), len(names)))
        for index, (_, rows, _) in enumerate(pairs):
            best = max(rows, key=lambda row: sum(weights[column[name]] for name in row if name in column))
            table[index, [column[name] for name in best if name in column]] = 1.0

        def loss(values, table=table):
            margins = right * (table @ values)
            slope = -(shares * right / (1 + np.exp(margins))) @ table
            distance = values - hand
            total = (shares * np.logaddexp(0, -margins)).sum() + (penalty * distance**2).sum() / 2
            return total, slope + penalty * distance

        weights = minimize(loss, weights, jac=True, method="L-BFGS-B").x
    return {name: round(float(value), 2) for name, value in zip(names, weights, strict=True)}


def fold(family):
    return int(hashlib.sha256(f"fold {family}".encode()).hexdigest(), 16) % FOLDS


def out_of_fold(items, pairs):
    """For each order the story of each item, placed by weights that saw none of its fold."""
    runs = [[None] * len(items) for _ in range(ORDERS)]
    for number in range(FOLDS):
        weights = fit([pair for pair in pairs if fold(pair[0]) != number])
        own = [index for index, item in enumerate(items) if fold(item.record["family"]) == number]
        for seed, run in enumerate(runs):
            placed = place_all([items[index] for index in own], weights, seed)
            for index, story in zip(own, placed, strict=True):
                run[index] = f"{number}.{story}"
    return runs


def show(name, items, runs):
    gold = [item.record["story"] for item in items]
    scores = [f1(b_cubed(gold, run)) for run in runs]
    print(f"{name:32} B³ F1 {sum(scores) / len(scores):.3f}, worst {min(scores):.3f}", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--final", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--errors", type=int, default=0)
    options = parser.parse_args()
    known = labelled.read_watch_documents(labelled.ROOT / "nowhere")
    records = story_records.read(story_records.FOLDER)
    tagger = Tagger([tagging.parse_watch(known[name]) for name in sorted({one["watch"] for one in records})])
    seen = [Item(one, tagger) for one in records if not story_records.is_held_back(one)]
    pairs = list(examples(seen))
    print(f"{len(seen)} articles, {len(pairs)} pairs, {sum(same for _, _, same in pairs)} of one event")
    show("set by hand", seen, [place_all(seen, HAND, seed) for seed in range(ORDERS)])
    runs = out_of_fold(seen, pairs)
    show("out of fold", seen, runs)
    weights = fit(pairs)
    show("in sample", seen, [place_all(seen, weights, seed) for seed in range(ORDERS)])
    show_errors(
        [item.record for item in seen], [item.record["story"] for item in seen], runs[0], options.errors
    )
    if options.final:
        held = [Item(one, tagger) for one in records if story_records.is_held_back(one)]
        for name, chosen in (("set by hand", HAND), ("fitted", weights)):
            show(f"held back, {name}", held, [place_all(held, chosen, seed) for seed in range(ORDERS)])
    if options.write:
        path = labelled.ROOT / "dyadwatch/stories/joining.json"
        path.write_bytes(orjson.dumps(weights, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n")
        print(f"{path.name}: {len(weights)} weights")


if __name__ == "__main__":
    main()
