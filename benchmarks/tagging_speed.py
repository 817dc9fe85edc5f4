"""How fast a text is tagged: the shipped watch, and 10,000 made-up watches with 193,000 aliases.

usage: python benchmarks/tagging_speed.py [--articles N] [--watches N]

Every figure is taken in one process and one run, on articles of six kilobytes: dense (both actors of the
shipped watch named throughout; the marked texts of tests/tagging/articles, cut and joined), plain (neither is
named), and a mix with one dense article in twenty. Beside each stands the ratio to the bare automaton
(ahocorasick_rs, overlapping matches over the same folded text), which says more than the rate on a busy
machine. CPU time of this process; memory is what it holds after the watches were made and compiled. As in a
worker (workers/runner.py), the garbage collector leaves alone what stood before the first article. A dense
article must have mentions, a plain one none.
"""

import argparse
import gc
import random
import re
import resource
import sys
import time
from pathlib import Path

import ahocorasick_rs
from checks import check

from dyadwatch.tagging import Tagger, parse_watch, shipped_watches
from dyadwatch.tagging.watches.gazetteer import entries
from dyadwatch.tagging.watches.watch import Actor, Watch
from dyadwatch.text.folding import fold

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "tagging"))
import marked  # noqa: E402  (the tests' reader of marked texts)

SHIPPED = "assad-khamenei"
SIZE = 6_000
# What ties a text to the shipped watch.
OTHERS = re.compile(
    r"Khamenei|Assad|[Ss]upreme [Ll]eader|[Aa]yatollah|Tehran|Damascus|Iran\w*|Syria\w*|Islamic Republic"
)
ALIASES = 193_000
SYLLABLES = [first + second for first in "bdfghjklmnprstvz" for second in "aeio"]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--watches", type=int, default=10_000)
    options = parser.parse_args()
    dense, plain = articles(options.articles)
    mix = [
        article for group in zip(*[iter(plain)] * 19, strict=False) for article in (*group, dense[0])
    ] or plain
    one = [parse_watch(document) for document in shipped_watches()]
    many, made = synthetic(options.watches, random.Random(7)), one
    for name, watches in (("shipped watch", made), (f"{options.watches} more watches", made + many)):
        tagger, seconds = time_call(lambda watches=watches: Tagger(watches))
        resident = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6
        surfaces = [entry.surface for number, watch in enumerate(watches) for entry in entries(number, watch)]
        gc.collect()
        gc.freeze()
        print(f"{name}: {len(surfaces)} aliases, compiled in {seconds:.2f} s, {resident:.0f} MB")
        for kind, texts in (("dense", dense), ("plain", plain), ("mix", mix)):
            compare(kind, texts, tagger, ahocorasick_rs.AhoCorasick(sorted(set(surfaces))))


def compare(kind: str, texts, tagger: Tagger, bare) -> None:
    """The rate of the tagger, and how many times longer it takes than the bare automaton."""
    with_mentions = sum(has_mentions(tagger, text) for text in texts[:10])
    expected = {"dense": with_mentions > len(texts[:10]) / 2, "plain": with_mentions == 0, "mix": True}
    check(expected[kind], f"{with_mentions} of {len(texts[:10])} {kind} articles have mentions")
    folded = [fold(text).text for text in texts]
    _, ours = time_call(lambda: [tagger.tag(text) for text in texts])
    _, theirs = time_call(lambda: [bare.find_matches_as_indexes(text, overlapping=True) for text in folded])
    print(f"  {kind:5} {len(texts) / ours:7.0f} articles/s   {ours / theirs:6.1f} times the bare automaton")


def has_mentions(tagger: Tagger, text: str) -> bool:
    tagged = tagger.tag(text).watches.get(SHIPPED)
    return tagged is not None and bool(tagged.mentions)


def time_call(work):
    """(result, seconds of CPU)."""
    started = time.process_time()
    result = work()
    return result, time.process_time() - started


def articles(number: int) -> tuple[list[str], list[str]]:
    """Dense ones, and the same with other names in the places of the two and of their countries."""
    folder = ROOT / "tests" / "tagging" / "articles"
    texts = [
        item["text"]
        for path in sorted(folder.glob("*.yaml"))
        for item in marked.read(path)
        if item["language"] == "en"
    ]
    joined = "\n\n".join(texts)
    step = max(1, (len(joined) - SIZE) // number)
    dense = [joined[start : start + SIZE] for start in range(0, len(joined) - SIZE, step)][:number]
    plain = [OTHERS.sub(lambda match: match.group()[0] + "orum", text) for text in dense]
    return dense, plain


def synthetic(number: int, chance: random.Random) -> list[Watch]:
    """Watches of made-up names, with as many aliases as the names of 10,000 real pairs would have."""
    each = ALIASES // (2 * number)
    return [
        Watch(f"made-{index}", f"Made {index}", 1, actor(each, chance), actor(each, chance))
        for index in range(number)
    ]


def actor(aliases: int, chance: random.Random) -> Actor:
    family = "".join(chance.choices(SYLLABLES, k=4)).title()
    given_names = ["".join(chance.choices(SYLLABLES, k=3)).title() for _ in range(aliases)]
    return Actor(
        name=f"{given_names[0]} {family}", qid=None, pronouns="he", names={"und": tuple(f"{one} {family}" for one in given_names)},
        aliases={}, aliases_from=None, aliases_until=None, roles=(), namesakes=(), metonyms={}, country={}, aides={},
    )  # fmt: skip


if __name__ == "__main__":
    main()
