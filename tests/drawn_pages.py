"""Pages drawn from parts: an article's own text of 40 to 8,000 characters, and parts of other stories in its
own container, in every position and markup, in fifteen languages. Each sentence has a mark of whose it is."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

URL = "https://ledger.example/2024/harbour-talks-resume"
_SIZES = (40, 40, 150, 150, 400, 400, 900, 900, 1_500, 3_000, 8_000)  # characters of an own text
_FRAMES = (
    "<main><article><h1>{title}</h1>{body}</article></main>",
    "<div><div class='c1'><h1>{title}</h1>{body}</div></div>",
    "<article><header><h1>{title}</h1></header><div class='c2'>{body}</div></article>",
    "<main><h1>{title}</h1><div itemprop='articleBody'>{body}</div></main>",
)
_LABELS = (
    "<h2>{}</h2>", "<h3>{}</h3>", "<h4>{}</h4>", "<p><strong>{}</strong></p>", "<p><b>{}:</b></p>", "<p>{}</p>",
    "<p>{}:</p>", "<div>{}</div>", "<div><b>{}</b></div>", "<div><span>{}</span></div>", "<p><em>{}</em></p>",
)  # fmt: skip
_BOXES = (
    "<div>{}</div>", "<div class='c7'>{}</div>", "<section>{}</section>", "<aside>{}</aside>", "<blockquote>{}</blockquote>",
    "<div><div>{}</div></div>", "<table><tr><td>{}</td></tr></table>", "<ul><li>{}</li></ul>",
)  # fmt: skip
_LINKED = (
    "<p>{link}</p>", "<ul><li>{link}</li></ul>", "<h3>{link}</h3><p>{text}</p>", "<p>{text} <a href='{url}'>»</a></p>",
    "<div><a href='{url}'><h3>{title}</h3><p>{text}</p></a></div>", "<div>{link}<div>{text}</div></div>",
)  # fmt: skip
_UNLINKED = (
    "<p>{text}</p>",
    "<p>{text}</p>",
    "<div>{text}</div>",
    "<ul><li>{text}</li></ul>",
    "<p><b>{title}</b></p><p>{text}</p>",
)
_IN_A_LINE = (
    "<p><strong>{label}:</strong> {text}</p>", "<p>{label}: {text}</p>", "<p>{label}: {link}</p>",
    "<p><b>{label}</b><br>{text}</p>", "<p><strong>{label}: {link}</strong></p>", "<div><b>{label}</b> {text}</div>",
)  # fmt: skip
_CARDS = (
    "<h3>{link}</h3><p>{text}</p>", "<div><h3>{link}</h3><p>{text}</p></div>", "<p><a href='{url}'>{text}</a></p>",
    "<div><a href='{url}'><h3>{title}</h3><p>{text}</p></a></div>", "<ul><li>{link} {text}</li></ul>",
    "<blockquote><h4>{link}</h4><p>{text}</p></blockquote>", "<div>{link}<p>{text}</p></div>",
)  # fmt: skip
_COMMENTS = (
    "<div><b>Rosa</b><p>{}</p></div>", "<p><b>Rosa</b></p><p>{}</p>", "<li><span>Rosa</span><div>{}</div></li>",
    "<div><div>Rosa</div><div>{}</div></div>",
)  # fmt: skip
OWN_FORMS = (
    "plain",
    "plain",
    "plain",
    "headings",
    "linked headings",
    "questions",
    "lists",
    "links",
    "openings",
)
_SECOND = (
    "<h2>{title}</h2>{body}", "<h3>{title}</h3>{body}", "<hr><h2>{title}</h2>{body}", "<h1>{title}</h1>{body}",
    "<article><h2>{title}</h2>{body}</article>", "<article><h1>{title}</h1>{body}</article>",
    "<div><h2>{title}</h2>{body}</div>", "<hr><p><strong>{title}</strong></p>{body}", "<section><h1>{title}</h1>{body}</section>",
    "<h2>{title}</h2><p>3 May 2021, 10:15</p>{body}",
)  # fmt: skip
_HIDING = ("hidden", "style='display:none'", 'style="visibility: hidden"', "hidden aria-hidden=true")
_HIDDEN = (
    "<div {h}><p>{text}</p></div>", "<section {h}><h3>{title}</h3><p>{text}</p></section>", "<p {h}>{text}</p>",
    "<ul {h}><li>{link}</li><li>{text}</li></ul>", "<div {h}><div><div>{text}</div></div></div>", "<aside {h}>{text}</aside>",
    "<div {h}><form><p>{text}</p><input></form></div>",
)  # fmt: skip
KINDS = ("boxed label", "label", "label", "line", "card", "comments", "note", "second story", "hidden", "ask")
POSITIONS = ("first", "middle", "late", "end", "end")


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """A page, its own and other sentences by their marks, and what was drawn for it."""

    html: str
    title: str
    own: tuple[str, ...]
    other: tuple[str, ...]
    language: str
    drawn: tuple[str, ...]


@cache
def _words() -> dict[str, dict[str, Any]]:
    read: dict[str, dict[str, Any]] = yaml.safe_load(
        Path(__file__).with_name("drawn_words.yaml").read_text("utf-8")
    )
    return read


@dataclass(slots=True)
class Writer:
    """Writes sentences of one language, each with a mark of its own."""

    chance: random.Random
    language: str
    own: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)

    @property
    def words(self) -> dict[str, Any]:
        return _words()[self.language]

    def _stop(self) -> str:
        return "。" if self.language == "zh" else "."

    def bare(self) -> str:
        """A sentence of the article's subject without a mark."""
        who, act, what = (self.chance.choice(self.words[name]) for name in ("who", "acts", "what"))
        order = (who, what, act) if self.language in {"tr", "fa"} else (who, act, what)
        return ("" if self.language == "zh" else " ").join(order)

    def sentence(self) -> str:
        self.own.append(f"own{len(self.own)}x")
        return f"{self.bare()} {self.own[-1]}{self._stop()}"

    def foreign(self) -> str:
        self.other.append(f"foreign{len(self.other)}x")
        return f"{self.chance.choice(self.words['pair'])} {self.other[-1]}{self._stop()}"

    def story(self) -> dict[str, str]:
        """What a template of a part of another story may name."""
        url = self.chance.choice(
            ("/2024/visit-to-damascus", "/s/8", "/n/12345.html", "https://other.example/news/loans")
        )
        title = self.chance.choice(self.words["pair"])
        label = self.chance.choice(self.words["labels"])
        text = " ".join(self.foreign() for _ in range(self.chance.choice((1, 1, 2))))
        return {
            "text": text,
            "title": title,
            "url": url,
            "label": label,
            "link": f"<a href='{url}'>{title}</a>",
        }


def draw(chance: random.Random, kinds: tuple[str, ...] = KINDS) -> DrawnPage:
    """A page with one or two parts of other stories in its container."""
    writer = Writer(chance, chance.choice(sorted(_words())))
    title = f"{writer.bare()}"
    form = chance.choice(OWN_FORMS)
    blocks = _own_blocks(writer, form, chance.choice(_SIZES))
    drawn = [form, str(len(blocks))]
    for _ in range(chance.choice((1, 1, 1, 2))):
        kind, position = chance.choice(kinds), chance.choice(POSITIONS)
        if kind in {"comments", "note", "second story", "ask"} or len(blocks) < 2:
            position = "end"
        part = _part(writer, kind, is_last=position == "end")
        place = {"first": 1, "middle": len(blocks) // 2, "late": len(blocks) - 1, "end": len(blocks)}[
            position
        ]
        blocks.insert(place, part)
        drawn.append(f"{kind} {position}: {part}")
        if position == "end":
            break
    body = chance.choice(_FRAMES).format(title=title, body="".join(blocks))
    html = f"<html lang={writer.language}><head><title>{title}</title></head><body>{body}</body></html>"
    return DrawnPage(html, title, tuple(writer.own), tuple(writer.other), writer.language, tuple(drawn))


def _own_blocks(writer: Writer, form: str, size: int) -> list[str]:
    """Blocks of an article's own text; what a heading leads is in the block of the heading."""
    blocks: list[str] = []
    done = 0
    while done < size:
        count = 1 if size == _SIZES[0] else writer.chance.choice((1, 2, 3))
        blocks.append(_own_block(writer, form, count, len(blocks)))
        done += len(blocks[-1])
    return blocks


def _own_block(writer: Writer, form: str, count: int, number: int) -> str:
    heading = writer.chance.choice(writer.words["what"])
    if form == "lists" and number % 2:
        return f"<ul>{''.join(f'<li>{writer.sentence()}</li>' for _ in range(count + 1))}</ul>"
    question = f"<p><strong>{writer.sentence()[:-1]}?</strong></p>" if form == "questions" and number else ""
    text = " ".join(writer.sentence() for _ in range(count))
    if form == "links" and number:
        link = f"<a href='/2023/older-report-{number}'>{writer.bare()}</a>"
        return f"<p>{text} {link} {writer.sentence()}</p>"
    leads = {
        "headings": f"<h2>{heading}</h2>" if number % 3 == 1 else "",
        "linked headings": f"<h3>{number}. <a href='https://place{number}.example/'>{heading}</a></h3>",
    }
    lead = leads.get(form, "") if number else ""
    opening = f"<b>{heading}</b> " if form == "openings" and number else ""
    return f"{question}{lead}<p>{opening}{text}</p>"


def _part(writer: Writer, kind: str, *, is_last: bool) -> str:
    if kind in _PARTS:
        return _PARTS[kind](writer)
    chance = writer.chance
    is_boxed = kind == "boxed label"
    count = chance.choice((1, 1, 2, 3)) if is_boxed or is_last else 1
    template = chance.choice(chance.choice((_LINKED, _UNLINKED)))
    inner = "".join(template.format(**writer.story()) for _ in range(count))
    label = chance.choice(_LABELS).format(chance.choice(writer.words["labels"]))
    return chance.choice(_BOXES).format(label + inner) if is_boxed else label + inner


def _comments(writer: Writer) -> str:
    chance = writer.chance
    notes = "".join(
        chance.choice(_COMMENTS).format(writer.foreign()) for _ in range(chance.choice((1, 2, 4)))
    )
    return _led(writer, chance.choice(writer.words["comments"]), notes)


def _second_story(writer: Writer) -> str:
    count = writer.chance.choice((1, 2, 3, 5))
    body = "".join(f"<p>{writer.foreign()} {writer.foreign()}</p>" for _ in range(count))
    return writer.chance.choice(_SECOND).format(title=writer.chance.choice(writer.words["pair"]), body=body)


def _hidden(writer: Writer) -> str:
    return writer.chance.choice(_HIDDEN).format(h=writer.chance.choice(_HIDING), **writer.story())


def _closing_line(writer: Writer, text: str) -> str:
    writer.other.append(text)
    return writer.chance.choice(("<p>{}</p>", "<div><p>{}</p></div>", "<p><i>{}</i></p>")).format(text)


def _cards(writer: Writer) -> str:
    count = writer.chance.choice((1, 2, 3))
    return writer.chance.choice(("{}", "<div>{}</div>")).format(
        "".join(writer.chance.choice(_CARDS).format(**writer.story()) for _ in range(count))
    )


_PARTS: dict[str, Callable[[Writer], str]] = {
    "comments": _comments,
    "second story": _second_story,
    "hidden": _hidden,
    "note": lambda writer: _closing_line(writer, writer.words["note"]),
    "ask": lambda writer: _closing_line(writer, writer.chance.choice(writer.words["asks"])),
    "line": lambda writer: writer.chance.choice(_IN_A_LINE).format(**writer.story()),
    "card": _cards,
}


def _led(writer: Writer, heading: str, inner: str) -> str:
    label = writer.chance.choice(_LABELS[:6]).format(heading)
    return writer.chance.choice(("{}", "<div>{}</div>", "<section>{}</section>")).format(label + inner)
