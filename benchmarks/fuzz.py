"""Looks for bytes that break what reads bytes from outside: `scripts/fuzz parsers` runs it with atheris.

usage: python benchmarks/fuzz.py TARGET [options of libFuzzer] CORPUS

The targets and their seeds are in tests/fuzz_targets.py. It ends at the first input that raises anything but
an error of ours, takes longer than -timeout seconds or more than -rss_limit_mb, and writes that input down.
"""

import logging
import sys
from pathlib import Path

import atheris

sys.path[:0] = [str(Path(__file__).resolve().parent.parent / folder) for folder in ("tests", ".")]
with atheris.instrument_imports(
    include=["dyadwatch", "service", "feedparser", "protego", "soupsieve", "trafilatura"]
):
    from fuzz_targets import TARGETS


def main() -> None:
    name, *options, corpus = sys.argv[1:]
    logging.disable(logging.CRITICAL)  # the warnings of parsers are of no interest
    for number, seed in enumerate(TARGETS[name].seeds):
        (Path(corpus) / f"seed-{number}").write_bytes(seed)
    atheris.Setup([sys.argv[0], *options, corpus], TARGETS[name])
    atheris.Fuzz()


main()
