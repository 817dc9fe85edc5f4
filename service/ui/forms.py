"""Forms by which pages change something: their fields, what is wrong with what was filled in, and what is
said when it is done.

A page shows a form by the macros of `templates/forms.html`. Its POST does what the API does, by
`Visit.api(...)`, and then either leads on (`done`) or shows the form again, as it was filled in, with the
Problem that the API would have answered.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any, Literal

from flask import Response, g, make_response, redirect, request, url_for

from dyadwatch.errors import DyadwatchError, FieldError
from service.rest import problems
from service.ui import cookies
from service.ui.frame import Visit
from service.ui.problem_texts import translate

_DIGITS = re.compile(r"[0-9]{1,9}")
_DECIMAL = re.compile(r"[0-9]{1,9}\.[0-9]{1,9}")
Kind = Literal["text", "url", "email", "number", "date", "search", "textarea", "select", "checkbox", "radio"]


@dataclass(frozen=True, slots=True)
class FormField:
    """An input of a form. `pointers` are the places of its value in the document that the API is sent (as
    JSON Pointers; /name where nothing is said): what is wrong there, or below, is said beside the field.
    `help` says what to fill in; `options` are (value, text) of a choice; a checkbox has the value "on" where
    it is set; `attributes` are further ones of HTML."""

    name: str
    label: str
    value: str = ""
    kind: Kind = "text"
    help: str = ""
    pointers: tuple[str, ...] = ()
    options: Sequence[tuple[str, str]] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)

    def weight(self, pointer: str) -> int:
        """How much of a pointer is this field's: 0 where it is not about it."""
        places = self.pointers or (f"/{self.name}",)
        return max((len(place) for place in places if _is_below(pointer, place)), default=0)


def _is_below(pointer: str, place: str) -> bool:
    return pointer == place or pointer.startswith(f"{place}/")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a form was not accepted: the problem document of the API."""

    status: int
    code: str
    detail: str
    errors: tuple[FieldError, ...] = ()

    def of(self, one: FormField, fields: Sequence[FormField]) -> list[str]:
        """What is wrong with a field of the form."""
        return [error.detail for error, owner in self.listed(fields) if owner is one]

    def listed(self, fields: Sequence[FormField]) -> list[tuple[FieldError, FormField | None]]:
        """Each error with the field that it is about, None where the form has none."""
        return [(error, _owner(error.pointer, fields)) for error in self.errors]


def _owner(pointer: str, fields: Sequence[FormField]) -> FormField | None:
    best = max(fields, key=lambda one: one.weight(pointer), default=None)
    return best if best is not None and best.weight(pointer) else None


def problem(error: DyadwatchError) -> Problem:
    """What a form that is shown again says. Raises the error itself where it is not about the form."""
    status = problems.status_of(error)
    if status in {500, 503}:
        raise error
    g.code = error.code
    # What another server answered is no failure of this one, whose pages a proxy might replace.
    shown = HTTPStatus.UNPROCESSABLE_ENTITY if status == HTTPStatus.BAD_GATEWAY else status
    errors = tuple(replace(one, detail=translate(one.detail)) for one in getattr(error, "errors", ()))
    return Problem(shown, error.code, translate(error.detail), errors)


def text(name: str) -> str:
    """What was filled in, with line ends as they are here and no space around it."""
    return request.form.get(name, "").replace("\r\n", "\n").strip()


def number(text: str) -> float | str | None:
    """The number that a text says, None where it is empty, the text itself where it is none."""
    text = text.strip()
    if _DIGITS.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text or None


def is_set(name: str) -> bool:
    """Whether a checkbox was set."""
    return name in request.form


def done(visit: Visit, message: str, page: str, *, link: str = "", **values: Any) -> Response:
    """Leads on to a page, which says once what was done, and can be loaded again. What is in brackets in the
    message leads to the `link`, where there is one."""
    response: Response = make_response(redirect(url_for(page, **values), HTTPStatus.SEE_OTHER))
    cookies.set_flash(visit.product, response, visit.session.form_token, message, link)
    return response
