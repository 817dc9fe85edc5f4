"""Articles as references: BibTeX, and CSL-JSON, which Zotero and citeproc read."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

BIBTEX = "application/x-bibtex"
CSL = "application/vnd.citationstyles.csl+json"
# What TeX would take for a command.
_ESCAPES = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "%": r"\%", "#": r"\#",
    "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_SPECIAL = re.compile("[" + re.escape("".join(_ESCAPES)) + "]")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Reference:
    """What a reference to an article says; `archive` is where its stored text is, `accessed_at` when that was
    read."""

    key: str
    title: str
    url: str
    authors: Sequence[str]
    publisher: str | None
    published_at: datetime | None
    accessed_at: datetime
    language: str | None
    archive: str


def bibtex(references: Sequence[Reference]) -> bytes:
    """An @online entry for each, as biblatex has it."""
    return "\n".join(_entry(reference) for reference in references).encode()


def csl(references: Sequence[Reference]) -> bytes:
    """A list of CSL-JSON items."""
    return orjson.dumps([_item(reference) for reference in references], option=orjson.OPT_INDENT_2)


def _entry(reference: Reference) -> str:
    # Braces keep a name from being taken apart: which part is the family name differs by language.
    names = " and ".join(f"{{{_escape(name)}}}" for name in reference.authors)
    publisher = f"{{{_escape(reference.publisher)}}}" if reference.publisher else ""
    fields = {
        "title": f"{{{_escape(reference.title)}}}",
        "author": names or publisher,
        "organization": publisher if names else "",
        "date": f"{reference.published_at:%Y-%m-%d}" if reference.published_at else "",
        "url": _url(reference.url),
        "urldate": f"{reference.accessed_at:%Y-%m-%d}",
        "langid": _escape(reference.language or ""),
        "note": f"Stored text: {_url(reference.archive)}",
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@online{{{reference.key},\n{lines}\n}}\n"


def _escape(text: str) -> str:
    return _SPECIAL.sub(lambda match: _ESCAPES[match[0]], _SPACE.sub(" ", text).strip())


def _url(url: str) -> str:
    """A URL for TeX: braces would end its field."""
    return url.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")


def _item(reference: Reference) -> Mapping[str, Any]:
    item = {
        "id": reference.key,
        "type": "article-newspaper",
        "title": reference.title,
        "author": [{"literal": name} for name in reference.authors],
        "container-title": reference.publisher,
        "issued": _date(reference.published_at),
        "accessed": _date(reference.accessed_at),
        "URL": reference.url,
        "archive_location": reference.archive,
        "language": reference.language,
    }
    return {name: value for name, value in item.items() if value}


def _date(at: datetime | None) -> Mapping[str, Any] | None:
    return None if at is None else {"date-parts": [[at.year, at.month, at.day]]}
