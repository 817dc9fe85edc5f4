"""Line breaks within sentences, as of mails and wire copy that is set to a width."""

import re

_BREAK = re.compile(r"(?<=[^\s])[^\S\n]*\r?\n(?=[^\s])")  # to a line that is not empty
_MIN_LINE = 40  # characters of a line that is full
_FULL = 0.6  # of the longest line
_CONTINUED = 0.4  # share of full lines without a stop that go on with a small letter
_STOPS = frozenset(".!?…:;)]\"'”»")


def unwrapped(text: str) -> str:
    """The text with a space in place of each break within a sentence, of the same length: of all breaks after
    full lines, where many of these go on with a small letter, as no list of headlines does."""
    if "\n" not in text:
        return text
    breaks = [
        (match, match.start() - text.rfind("\n", 0, match.start()) - 1) for match in _BREAK.finditer(text)
    ]
    longest = max((length for _, length in breaks), default=0)
    full = [match for match, length in breaks if length >= max(_MIN_LINE, _FULL * longest)]
    open_ended = [match for match in full if text[match.start() - 1] not in _STOPS]
    continued = sum(text[match.end()].islower() for match in open_ended)
    if not continued or continued < _CONTINUED * len(open_ended):
        return text
    parts: list[str] = []
    done = 0
    for match in full:
        parts += (text[done : match.start()], " " * len(match.group()))
        done = match.end()
    return "".join((*parts, text[done:]))
