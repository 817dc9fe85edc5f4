"""Words stand out from their ground in both colour schemes."""

import re
from importlib import resources

import pytest


def _luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1])
@pytest.mark.parametrize(
    ("front", "back"),
    [
        ("ink", "paper"),
        ("ink", "card"),
        ("ink", "a"),
        ("ink", "b"),
        ("quiet", "paper"),
        ("quiet", "card"),
        ("link", "paper"),
        ("link", "card"),
        ("card", "link"),
        ("bad", "bad-paper"),
        ("quiet", "a"),
        ("quiet", "b"),
    ],
)
def test_words_stand_out_from_their_ground(scheme, front, back):
    """WCAG 2.2 AA: a contrast of 4.5 to 1 or more, light and dark."""
    style = (resources.files("service.ui") / "static" / "page.css").read_text()
    blocks = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[scheme]))
    light, dark = sorted((_luminance(colours[front]), _luminance(colours[back])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5
