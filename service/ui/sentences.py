"""Sentences of the product in the language of the page. What is put together elsewhere, in English, is
recognised by a template and translated with what was put into it."""

import re
from collections.abc import Sequence
from functools import cached_property

from service.ui import languages
from service.ui.languages import gettext as _

_MAX_LENGTH = 600  # characters: longer ones quote what somebody has sent
_NESTED = "detail"  # what is put in there is a sentence of its own
_NUMBERS = frozenset(
    {
        "number",
        "count",
        "pairs",
        "authors",
        "borderline",
        "seconds",
        "minutes",
        "days",
        "pages",
        "length",
        "before",
    }
)
PLACE = re.compile(r"%\((\w+)\)s")


class Sentences:
    """The sentences of some templates, marked for translation. The longest first: a shorter one might fit
    what a longer one is for. A place named `detail` holds a sentence again, one of `_NUMBERS` a number."""

    def __init__(self, templates: Sequence[str], *, max_length: int = _MAX_LENGTH) -> None:
        self.templates = templates
        self._max_length = max_length

    def translate(self, text: str) -> str:
        """The sentence in the language of the page; as it is where no template is known for it."""
        if languages.current() == languages.DEFAULT or len(text) > self._max_length:
            return text
        for pattern, template in self._patterns:
            if match := pattern.fullmatch(text):
                values = match.groupdict()
                if _NESTED in values:
                    values[_NESTED] = self.translate(values[_NESTED])
                return _(template) % values
        return text

    def knows(self, text: str) -> bool:
        """Whether there is a template for a sentence, and for each that it holds."""
        match = next((match for pattern, _text in self._patterns if (match := pattern.fullmatch(text))), None)
        nested = match.groupdict().get(_NESTED) if match else None
        return match is not None and (nested is None or self.knows(nested))

    @cached_property
    def _patterns(self) -> Sequence[tuple[re.Pattern[str], str]]:
        return [(_pattern(template), template) for template in self.templates]


def _pattern(template: str) -> re.Pattern[str]:
    parts = PLACE.split(template)
    return re.compile(
        "".join(
            _place(part) if number % 2 else re.escape(part.replace("%%", "%"))
            for number, part in enumerate(parts)
        ),
        re.DOTALL,
    )


def _place(name: str) -> str:
    return f"(?P<{name}>{'-?[0-9][0-9.,:e+]*' if name in _NUMBERS else '.+?'})"
