"""The made-up publishers of the demo newsroom, read from the data in `pages/`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import yaml

_NAMES = ("harbour", "sada", "ofogh")
_UNWATCHED = "lantern"


@dataclass(frozen=True, slots=True)
class Article:
    """One article: its path on the server and its content. `language` is that of the text."""

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
    """One site: the path and kind (rss, atom or json) of its feed, its fields as a source, the notice that it
    is fiction, the template of its pages, and its articles, newest first."""

    slug: str
    feed_path: str
    feed_kind: str
    fields: dict[str, Any]
    notice: str
    template: str
    articles: tuple[Article, ...]

    @property
    def name(self) -> str:
        return str(self.fields["name"])


def load() -> tuple[Publisher, ...]:
    """The publishers of the newsroom that the demo watches."""
    return _load(_NAMES)


def load_unwatched() -> Publisher:
    """The one that is there to be added by hand."""
    return _load((_UNWATCHED,))[0]


def _load(names: Sequence[str]) -> tuple[Publisher, ...]:
    folder = files("dyadwatch.local.demo") / "pages"
    documents = {
        name: yaml.load((folder / f"{name}.yaml").read_text("utf-8"), yaml.CSafeLoader) for name in names
    }
    bodies = {
        f"{name}/{item['slug']}": item["body"]
        for name, data in documents.items()
        for item in data["articles"]
        if "body" in item
    }
    return tuple(_publisher(data, bodies, folder) for data in documents.values())


def _publisher(data: dict[str, Any], bodies: dict[str, list[str]], folder: Traversable) -> Publisher:
    articles = [_article(data, item, bodies) for item in data["articles"]]
    return Publisher(
        slug=data["slug"],
        feed_path=f"/{data['slug']}/{data['feed']['path']}",
        feed_kind=data["feed"]["kind"],
        fields=data["source"],
        notice=data["notice"],
        template=(folder / data["template"]).read_text("utf-8"),
        articles=tuple(sorted(articles, key=lambda article: article.published, reverse=True)),
    )


def _article(data: dict[str, Any], item: dict[str, Any], bodies: dict[str, list[str]]) -> Article:
    published = datetime.fromisoformat(str(item["published"]))
    return Article(
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
