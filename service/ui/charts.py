"""Charts as SVG, drawn by pygal. Of its drawing only the bars are kept: our policy forbids the styles and
scripts around them, and the page's own style sheet gives them their colours."""

from collections.abc import Iterator, Sequence
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
class Column:
    """What stands on each other, each by its value and a class of the style sheet; where it leads, and its
    tooltip."""

    blocks: tuple[tuple[float, str], ...]
    href: str
    title: str


class _Bars(pygal.StackedBar):  # type: ignore[misc]  # which has no types
    _adapters = ()  # leaves out the bars of nothing, which take half of the time


@lru_cache(maxsize=_CACHED)
def stacked_bars(columns: Sequence[Column], top: float) -> Markup:
    """Columns of blocks, as an svg element that fills its box; `top` is the value as high as the chart."""
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
    for points in zip_longest(*(_points(column) for column in columns)):
        chart.add("", points)
    return _bars(chart.render_tree(), f"{width * _MARGIN:g} {_HEIGHT * _MARGIN:g} {width} {_HEIGHT}")


def _points(column: Column) -> Iterator[dict[str, Any]]:
    for value, style in column.blocks:
        link = {"href": column.href, "class_": style}
        yield {"value": value, "xlink": link, "tooltip": column.title}


def _bars(drawing: etree._Element, view: str) -> Markup:
    """The links of a drawing with their titles and rectangles; those of a column are one, so that the page is
    small. The keyboard finds them in the table beside the chart."""
    svg = etree.Element("svg", viewBox=view, preserveAspectRatio="none", focusable="false")
    columns: dict[str, etree._Element] = {}
    for link in drawing.iter("{*}a"):
        href = link.get(_HREF, "")
        if href not in columns:
            columns[href] = etree.SubElement(svg, "a", href=href, tabindex="-1")
            etree.SubElement(columns[href], "title").text = link.findtext("{*}title")
        for box in link.iterfind("{*}rect"):
            sizes = {name: f"{float(box.get(name, 0)):.4g}" for name in _SIZES}
            etree.SubElement(columns[href], "rect", {"class": link.get("class", ""), **sizes})
    return Markup(etree.tostring(svg, encoding="unicode"))  # noqa: S704  # lxml escapes what is in it
