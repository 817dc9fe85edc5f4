"""Line breaks within sentences."""

import textwrap

import pytest

from dyadwatch.text.line_breaks import unwrapped

PROSE = (
    "The ministers of both states met in the old harbour on Monday and talked for two hours about ferries, about"
    " fishing and about the price of diesel. Nothing was signed. A second round is planned for the spring, when"
    " the Port Authority will have counted its berths, as its head said in the evening."
)
HEADLINES = """Ministers of both states talk for two hours about the price of diesel
Port Authority counts its berths for the first time since the war ended
Ferries stay in the harbour as the wind from the north grows stronger
Fishermen ask for a second round of talks in the spring of next year"""


@pytest.mark.parametrize("width", [60, 72, 100])
@pytest.mark.parametrize("newline", ["\n", "\r\n", " \n"])
def test_the_breaks_of_a_text_set_to_a_width_are_spaces(width, newline):
    """The text keeps its length, so that offsets stay right."""
    wrapped = textwrap.fill(PROSE, width).replace("\n", newline)
    text = f"Harbour talks\n\n{wrapped}\n\nBy our reporter"
    flat = unwrapped(text)
    assert len(flat) == len(text)
    assert [" ".join(part.split()) for part in flat.split("\n\n")] == [
        "Harbour talks",
        PROSE,
        "By our reporter",
    ]


@pytest.mark.parametrize("text", ["", "One line", "Two\nlines", HEADLINES, f"{PROSE}\n{PROSE}", "a\n\nb\n"])
def test_other_breaks_stay(text):
    assert unwrapped(text) == text


def test_a_long_text_is_read_to_its_end():
    line = "a line that is long enough to be full and goes on with a small letter\n"
    assert "\n" not in unwrapped(line * 20_000).rstrip("\n")
