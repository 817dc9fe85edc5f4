"""Sentences of news in many languages, read once."""

from functools import cache
from pathlib import Path

import yaml


@cache
def news_sentences() -> dict[str, list[str]]:
    """The sentences by language code; "sr-Latn" is Serbian in Latin script."""
    text = Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")
    # BaseLoader, because YAML's "no" is a boolean
    blocks: dict[str, str] = yaml.load(text, Loader=yaml.CBaseLoader)
    return {code: block.splitlines() for code, block in blocks.items()}
