"""The made-up publishers of the demo newsroom, read from the data in `pages/`."""

from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import yaml

_NAMES = ("harbour", "sada", "ofogh")


@dataclass(frozen=True, slots=True)
class Piece:
    """One article: where it lies under its server, and what it says. `language` is that of the text."""

    path: str
    section: str
    language: str
    title: str
    dek: str
    author: str
    published: datetime
    body: tuple[str, ...]
    agency: str | None = None
    credit: str | None = None


@dataclass(frozen=True, slots=True)
class Publisher:
    """One site: its feed (path and kind: rss, atom or json), its facts as a source is created from them, the notice
    that it is fiction, the template of its pages, and its pieces, newest first."""

    slug: str
    feed_path: str
    feed_kind: str
    facts: dict[str, Any]
    notice: str
    template: str
    pieces: tuple[Piece, ...]

    @property
    def name(self) -> str:
        return str(self.facts["name"])


def load() -> tuple[Publisher, ...]:
    """All publishers of the newsroom."""
    folder = files("dyadwatch.local.demo") / "pages"
    read = {name: yaml.safe_load((folder / f"{name}.yaml").read_text("utf-8")) for name in _NAMES}
    bodies = {
        f"{name}/{item['slug']}": item["body"]
        for name, data in read.items()
        for item in data["articles"]
        if "body" in item
    }
    return tuple(_publisher(data, bodies, folder) for data in read.values())


def _publisher(data: dict[str, Any], bodies: dict[str, list[str]], folder: Traversable) -> Publisher:
    pieces = [_piece(data, item, bodies) for item in data["articles"]]
    return Publisher(
        slug=data["slug"],
        feed_path=f"/{data['slug']}/{data['feed']['path']}",
        feed_kind=data["feed"]["kind"],
        facts=data["source"],
        notice=data["notice"],
        template=(folder / data["template"]).read_text("utf-8"),
        pieces=tuple(sorted(pieces, key=lambda piece: piece.published, reverse=True)),
    )


def _piece(data: dict[str, Any], item: dict[str, Any], bodies: dict[str, list[str]]) -> Piece:
    published = datetime.fromisoformat(str(item["published"]))
    return Piece(
        path=f"/{data['slug']}/{published:%Y/%m}/{item['slug']}.html",
        section=item["section"],
        language=item.get("language", data["source"]["language"]),
        title=item["title"],
        dek=item["dek"],
        author=item["author"],
        published=published,
        body=tuple(item["body"] if "body" in item else bodies[item["body_of"]]),
        agency=item.get("agency"),
        credit=item.get("credit"),
    )
