"""Apache Parquet: a row for each piece of evidence, with its alert and its article; one for an alert that has
none.

Needs pyarrow, the extra `parquet`, which is imported when a table is written.
"""

import io
from collections.abc import Callable, Iterable, Iterator
from importlib.util import find_spec
from itertools import islice
from typing import Any, BinaryIO

from dyadwatch.errors import NotInstalled
from dyadwatch.exports.page import ActorsOf, Document, Page, actor_of, surface
from dyadwatch.exports.times import read

MEDIA_TYPE = "application/vnd.apache.parquet"
_GROUP = 5_000  # alerts of a row group, which is in memory as a whole
# (column, Arrow type, what of it) by what each row is about.
_OF_ALERT = (
    ("alert", "int64", "id"), ("watch", "string", "watch"), ("story", "int64", "story"),
    ("state", "string", "state"), ("version", "int64", "version"), ("score", "double", "score"),
    ("level", "string", "level"), ("language", "string", "language"), ("created_at", "time", "created_at"),
    ("updated_at", "time", "updated_at"), ("copies", "int64", "copies"),
    ("origin_count", "int64", "origin_count"), ("verdict", "string", "verdict"),
)  # fmt: skip
_OF_ARTICLE = (
    ("article", "int64", "id"), ("url", "string", "url"), ("title", "string", "title"),
    ("source", "string", "source"), ("published_at", "time", "published_at"),
)  # fmt: skip
_OF_MENTION = (
    ("event_type", "string", "event_type"), ("mode", "string", "mode"),
    ("quad_class", "string", "quad_class"), ("event_score", "double", "score"),
    ("direction", "string", "direction"), ("modality", "string", "modality"),
    ("confidence", "double", "confidence"), ("article_version", "int64", "article_version"),
    ("watch_version", "int64", "watch_version"), ("tagger_version", "string", "tagger_version"),
)  # fmt: skip
_OF_EVIDENCE = (("quote", "string", "quote"), ("start", "int64", "start"), ("end", "int64", "end"))
_NAMES = tuple((name, "string") for name in ("actor_a", "actor_b", "surface_a", "surface_b", "speaker"))
COLUMNS: tuple[tuple[str, str], ...] = (
    *((name, kind) for name, kind, _ in (*_OF_ALERT, *_OF_ARTICLE, *_OF_MENTION, *_OF_EVIDENCE)),
    *_NAMES,
)


def write(shown: Page) -> bytes:
    """The file. Raises NotInstalled."""
    file = io.BytesIO()
    write_all(shown.alerts, shown.actors, file)
    return file.getvalue()


def write_all(alerts: Iterable[Document], actors: ActorsOf, file: BinaryIO) -> int:
    """Writes any number of alerts, some thousand at a time, and returns how many rows they took. Raises
    NotInstalled."""
    if find_spec("pyarrow") is None:
        raise NotInstalled("Parquet is not installed here: dyadwatch[parquet].", code="parquet_not_installed")
    import pyarrow as pa  # noqa: PLC0415  # an extra of 160 MB
    from pyarrow import parquet  # noqa: PLC0415

    types: dict[str, Callable[[], Any]] = {
        "int64": pa.int64, "double": pa.float64, "string": pa.string,
        "time": lambda: pa.timestamp("us", tz="UTC"),
    }  # fmt: skip
    schema = pa.schema([(name, types[kind]()) for name, kind in COLUMNS])
    waiting, count = iter(alerts), 0
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        while group := list(islice(waiting, _GROUP)):
            rows = [row for alert in group for row in _rows(alert, actors)]
            writer.write_table(pa.Table.from_pylist(rows, schema=schema))
            count += len(rows)
    return count


def _rows(alert: Document, actors: ActorsOf) -> Iterator[dict[str, Any]]:
    articles = {article["id"]: article for article in alert["articles"]}
    names = {f"actor_{side}": actor_of(actors, alert["watch"], side).name for side in ("a", "b")}
    own = _values(_OF_ALERT, alert) | names
    if not alert["evidence"]:
        yield own | _values(_OF_ARTICLE, next(iter(alert["articles"]), {}))
    for mention in alert["evidence"]:
        article = articles.get(mention["article"], {"id": mention["article"]})
        yield {
            **own,
            **_values(_OF_ARTICLE, article),
            **_values(_OF_MENTION, mention),
            **_values(_OF_EVIDENCE, mention["evidence"]),
            **{f"surface_{side}": surface(mention, side) for side in ("a", "b")},
            "speaker": (mention.get("attribution") or {}).get("speaker"),
        }


def _values(columns: Iterable[tuple[str, str, str]], document: Document) -> dict[str, Any]:
    values = {name: (kind, document.get(key)) for name, kind, key in columns}
    return {
        name: read(value) if kind == "time" and value is not None else value
        for name, (kind, value) in values.items()
    }
