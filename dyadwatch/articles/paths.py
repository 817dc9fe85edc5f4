"""XPath expressions that are compiled once: an element's own `xpath` compiles them at each call."""

from collections.abc import Callable
from typing import Any

from lxml.etree import XPath
from lxml.html import HtmlElement

Path = Callable[[HtmlElement], Any]


def path(expression: str, *, smart_strings: bool = True) -> Path:
    """What an expression selects of an element. `smart_strings` know where they stand, and cost more."""
    return XPath(expression, smart_strings=smart_strings)
