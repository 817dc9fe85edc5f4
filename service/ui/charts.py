"""Charts as SVG, drawn by pygal. Of its drawing only the bars are kept: our policy forbids the styles and
scripts around them, and the page's own style sheet gives them their colours."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from typing import Any

import pygal
from lxml import etree
from markupsafe import Markup

_HEIGHT = 100
_WIDTH = 10  # of a column
_MARGIN = 0.02  # what pygal leaves free around its bars, as a part of their width and height
_CACHED = 48  # charts: some tens of kilobytes each, and some tens of milliseconds to draw
_HREF = "{http://www.w3.org/1999/xlink}href"
_SIZES = ("x", "y", "width", "height")


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a column: its value, a class of the style sheet, where it leads, and its tooltip."""

    value: float
    style: str
    href: str
    title: str


class _Bars(pygal.StackedBar):  # type: ignore[misc]  # which has no types
    _adapters = ()  # leaves out the bars of nothing, which take half of the time


@lru_cache(maxsize=_CACHED)
def stacked_bars(columns: Sequence[Sequence[Block]], top: float) -> Markup:
    """Columns of blocks that stand on each other, as an svg element that fills its box; `top` is the value as
    high as the chart."""
    width = _WIDTH * len(columns)
    scale = 1 + 2 * _MARGIN
    chart = _Bars(
        width=width * scale,
        height=_HEIGHT * scale,
        margin=0,
        spacing=0,
        range=(0, top),
        css=[],
        js=[],
        show_legend=False,
        show_x_labels=False,
        show_y_labels=False,
        no_prefix=True,
    )
    for blocks in zip_longest(*columns):
        chart.add("", [_point(block) for block in blocks])
    return _bars(chart.render_tree(), f"{width * _MARGIN:g} {_HEIGHT * _MARGIN:g} {width} {_HEIGHT}")


def _point(block: Block | None) -> dict[str, Any] | None:
    if block is None:
        return None
    link = {"href": block.href, "class_": block.style}
    return {"value": block.value, "xlink": link, "tooltip": block.title}


def _bars(drawing: etree._Element, view: str) -> Markup:
    """The links of a drawing, each with its title and its rectangle. The keyboard finds them in the table
    beside the chart."""
    svg = etree.Element("svg", viewBox=view, preserveAspectRatio="none", focusable="false")
    for link in drawing.iter("{*}a"):
        shown = etree.SubElement(svg, "a", href=link.get(_HREF, ""), tabindex="-1")
        shown.set("class", link.get("class", ""))
        etree.SubElement(shown, "title").text = link.findtext("{*}title")
        for box in link.iterfind("{*}rect"):
            sizes = {name: f"{float(box.get(name, 0)):.2f}" for name in _SIZES}
            etree.SubElement(shown, "rect", sizes)
    return Markup(etree.tostring(svg, encoding="unicode"))  # noqa: S704  # lxml escapes what is in it
