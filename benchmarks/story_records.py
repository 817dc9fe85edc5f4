"""The labelled set of stories, and the records that `stories.py` reads.

A record is a mapping with `id`, `url`, `title`, `text` (paragraphs separated by blank lines, without the
headline), `language`, `published` (ISO 8601 with a zone), `source` (name, url, country, side, language,
ownership, family), `watch`, the gold labels `origin` and `story`, and, if known, `family`, `canonical` and
`entry_source` (name, url). A file holds one record a line (JSON), or families in YAML, which are shorter: an
article there may be a `copy` of another, with edits, and takes from it whatever it does not state.
"""

import hashlib
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import yaml
from checks import check

from dyadwatch import urls

FOLDER = Path(__file__).resolve().parent / "stories"
_KEYS = {
    "id", "copy", "source", "published", "title", "text", "language", "story", "origin", "canonical", "entry_source",
    "swap", "skip", "lead", "cut", "top", "tail",
}  # fmt: skip
HELD_BACK = 5  # one family of so many is looked at only at the end
_SALT = 23  # so that none is held back of the families that the first weights were fitted on
_SENTENCE = re.compile(r"(?<=[.!?؟。])\s+")


def read(path):
    """The records of a file, or of all families of a folder."""
    if path.is_dir():
        return [record for file in sorted(path.glob("*-*.yaml")) for record in read(file)]
    if path.suffix == ".yaml":
        publishers = yaml.load((FOLDER / "publishers.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
        families = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
        return [record for family in families for record in _family(family, publishers)]
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_with_defaults(json.loads(line)) for line in lines if line.strip()]


def is_held_back(record):
    """Whether a record belongs to the fifth of families that is looked at only at the end."""
    digest = hashlib.sha256(f"{_SALT} {record['family']}".encode()).hexdigest()
    return int(digest, 16) % HELD_BACK == 0


def _with_defaults(record):
    source = record.get("source") or {}
    source = {"name": source} if isinstance(source, str) else dict(source)
    family = record.get("family") or str(record["story"])
    known = {"source": source, "family": family, "published": _moment(record["published"])}
    return {**record, **known, "url": urls.normalise(record["url"])}


def _moment(value):
    at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _family(family, publishers):
    name, made = family["family"], {}
    for item in family["articles"]:
        check(item.keys() <= _KEYS, f"{name}: no such keys: {item.keys() - _KEYS}")
        base = made[item["copy"]] if "copy" in item else {}
        publisher = {"name": item["source"], **publishers.get(item["source"], {})}
        host = publisher.pop("host", f"{hashlib.sha256(item['source'].encode()).hexdigest()[:8]}.example")
        identity = f"{name}-{item['id']}"
        text = _edited(item["text"].strip() if "text" in item else base["text"], item)
        made[item["id"]] = {
            "id": identity,
            "family": name,
            "watch": family["watch"],
            "url": f"https://{host}/{identity}",
            "title": item.get("title") or base["title"],
            "text": text,
            "language": item.get("language") or base["language"],
            "published": _moment(item["published"]),
            "source": {**publisher, "url": f"https://{host}"},
            "story": f"{name}/{item['story']}" if "story" in item else base.get("story", f"{name}/1"),
            "origin": f"{name}/{item['origin']}" if "origin" in item else base.get("origin", identity),
        } | {key: item[key] for key in ("canonical", "entry_source") if key in item}
    return made.values()


def _edited(text, item):
    """A text with what a copy does to it: `swap` replaces words, `skip` leaves paragraphs out, `lead` stands
    in for the first, `cut` keeps that share of the sentences, `top` and `tail` are added."""
    for old, new in item.get("swap", {}).items():
        check(old in text, f"{item['id']}: {old!r} is not in the text")
        text = text.replace(old, new)
    paragraphs = text.split("\n\n")
    paragraphs = [one for number, one in enumerate(paragraphs) if number not in item.get("skip", ())]
    if "lead" in item:
        paragraphs[0] = item["lead"].strip()
    if "cut" in item:
        paragraphs = _beginning(paragraphs, item["cut"])
    added = (item.get("top"), *paragraphs, item.get("tail"))
    return "\n\n".join(one.strip() for one in added if one)


def _beginning(paragraphs, share):
    """The first sentences that hold a share of the letters, one at least."""
    left, kept = share * sum(map(len, paragraphs)), []
    for paragraph in paragraphs:
        sentences = []
        for sentence in _SENTENCE.split(paragraph):
            if left <= 0:
                break
            sentences.append(sentence)
            left -= len(sentence)
        kept += [" ".join(sentences)] if sentences else []
    return kept
