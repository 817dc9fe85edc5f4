"""How often the language of a text is identified, by its length and by what is stated, and the time it takes.

usage: python benchmarks/language.py

The texts are the sentences of news in tests/text/news_sentences.yaml, alone and joined by four; the wrong
statement is English (German for English). CPU time of this process.
"""

import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from checks import check

from dyadwatch.text.language import identify, primary

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
from text.news_sentences import news_sentences

CLASSES = {"up to 40 characters": 40, "up to 120": 120, "longer": sys.maxsize}


def main() -> None:
    texts = list(labelled_texts())
    check(len({language for _, language in texts}) > 50, "sentences of too few languages")
    identify("load the model")
    print(f"{'':20}{'texts':>6}{'nothing':>10}{'right':>10}{'wrong stated':>14}{'µs a text':>11}")
    for name, longest in CLASSES.items():
        group = [pair for pair in texts if class_of(pair[0]) == longest]
        start = time.process_time()
        shares = [accuracy(group, statement) for statement in (None, "right", "wrong")]
        microseconds = (time.process_time() - start) / (3 * len(group)) * 1e6
        print(
            f"{name:20}{len(group):6}{shares[0]:10.3f}{shares[1]:10.3f}{shares[2]:14.3f}{microseconds:11.0f}"
        )
    confusions = Counter(
        (language, guess) for text, language in texts if (guess := identify(text)) != language
    )
    print("taken for another:", ", ".join(f"{a} for {b} {n}" for (a, b), n in confusions.most_common(12)))


def labelled_texts() -> Iterator[tuple[str, str]]:
    for tag, sentences in news_sentences().items():
        language = primary(tag) or tag
        for start, sentence in enumerate(sentences):
            yield sentence, language
            yield " ".join(sentences[start : start + 4]), language


def class_of(text: str) -> int:
    return next(longest for longest in CLASSES.values() if len(text) <= longest)


def accuracy(texts: list[tuple[str, str]], statement: str | None) -> float:
    right = 0
    for text, language in texts:
        wrong = "de" if language == "en" else "en"
        stated = {None: (), "right": (language,), "wrong": (wrong,)}[statement]
        right += identify(text, stated) == language
    return right / len(texts)


if __name__ == "__main__":
    main()
