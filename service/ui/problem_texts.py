"""What errors say, in the language of the page. The API says it in English; the sentences that readers of the
pages cause are here as templates, by which they are recognised and translated with what was put into them.
Any other stays in English.
"""

import re
from functools import cache

from service.ui import languages
from service.ui.languages import gettext as _
from service.ui.languages import mark

_MAX_LENGTH = 600  # characters: longer ones quote what somebody has sent
_NESTED = "detail"  # what is put in there is a sentence of its own
# The longest first: a shorter one might fit what a longer one is for. A test finds each in the code.
TEMPLATES = (
    mark("%(number)s earlier secrets still sign: let some expire, or end them all by a grace of 0."),
    mark("is not a cursor of this list: take `next` as it is given, or leave it out to start again"),
    mark("The provider gives %(person)s no scope here: DYADWATCH_OIDC_SCOPES says which it may."),
    mark("This address was asked %(number)s times within a day: wait for its answer."),
    mark("input should be a valid integer, unable to parse string as an integer"),
    mark("give a day (2026-01-31) or a time with a zone (2026-01-31T12:00:00Z)"),
    mark("The path does not have this method; `Allow` names those that it has."),
    mark("input should be a valid number, unable to parse string as a number"),
    mark("This API key may make %(number)s requests in %(seconds)s s: wait."),
    mark("list should have at least %(number)s item after validation, not 0"),
    mark("The query parameter %(name)s: %(detail)s (and %(number)s more)."),
    mark("A reader has at most %(number)s saved views: remove one first."),
    mark("The body of the event has expired and cannot be sent again."),
    mark("line %(number)s is no “name: value” with a name of its own"),
    mark("The resource has changed: its ETag is not one of If-Match."),
    mark("must name a word to look for, not only words to leave out"),
    mark("The key of %(person)s was revoked: ask an administrator."),
    mark("The subscription is %(state)s: nobody is to be asked."),
    mark("The field %(name)s: %(detail)s (and %(number)s more)."),
    mark("Two transactions were in each other's way: try again"),
    mark("There is no version %(number)s of the watch %(id)s."),
    mark("This is the last admin key: make another one first."),
    mark("input should be greater than or equal to %(number)s"),
    mark("A key that was revoked stays so: make another one."),
    mark("The body is of a media type that is not read here."),
    mark("There is no version %(number)s of article %(id)s."),
    mark("must have no content_type: the preset has its own"),
    mark("string should have at least %(number)s characters"),
    mark("Its reader or endpoint has not confirmed it yet."),
    mark("string should have at least %(number)s character"),
    mark("string should have at most %(number)s characters"),
    mark("input should be less than or equal to %(number)s"),
    mark("The subscription is %(state)s: resume it first."),
    mark("The path and query are longer than they may be."),
    mark("must be one line, without control characters"),
    mark("A reader made this subscription at the hub."),
    mark("must have a debounce or a digest, not both"),
    mark("There is a source named %(name)s already."),
    mark("The watch %(id)s has no guard %(number)s."),
    mark("What this request made was removed since."),
    mark("The query parameter %(name)s: %(detail)s."),
    mark("the request took longer than its deadline"),
    mark("A key may have %(number)s subscriptions."),
    mark("must end at another time than they start"),
    mark("The feed %(url)s is registered already."),
    mark("Story %(id)s was merged into %(other)s."),
    mark("This API key lacks the scope %(scope)s."),
    mark("There is a view named %(name)s already."),
    mark("string should match pattern %(pattern)s"),
    mark("no connection to %(host)s port %(port)s"),
    mark("The body is longer than it may be here."),
    mark("Guard %(number)s was %(state)s before."),
    mark("The template is not usable: %(why)s"),
    mark("must name at least one of %(names)s"),
    mark("is no time zone of the tz database"),
    mark("is said by its reader, at the hub"),
    mark("There is a watch %(id)s already."),
    mark("There is no subscription %(id)s."),
    mark("A key must expire in the future."),
    mark("the name %(host)s has no address"),
    mark("There is no archive run %(id)s."),
    mark("An archive run is not done yet."),
    mark("is not for subscriptions to set"),
    mark("The field %(name)s: %(detail)s."),
    mark("input should be a valid integer"),
    mark("There is no saved view %(id)s."),
    mark("input should be a valid number"),
    mark("There is nothing at this path."),
    mark("The watch %(id)s is disabled."),
    mark("There is no delivery %(id)s."),
    mark("must have a preset or a body"),
    mark("There is no article %(id)s."),
    mark("is not the name of a header"),
    mark("there is no %(kind)s %(id)s"),
    mark("The request cannot be read."),
    mark("There is no source %(id)s."),
    mark("There is no pack %(name)s."),
    mark("input should be %(values)s"),
    mark("There is no alert %(id)s."),
    mark("There is no story %(id)s."),
    mark("There is no watch %(id)s."),
    mark("There is no feed %(id)s."),
    mark("There is no key %(id)s."),
    mark("is registered already"),
    mark("must be in the future"),
    mark("occurs more than once"),
    mark("Headers: %(detail)s."),
    mark("A key needs scopes."),
    mark("is not known here"),
    mark("must not be blank"),
    mark("contains U+0000"),
    mark("no such time"),
    mark("is missing"),
    mark("is taken"),
)
PLACE = re.compile(r"%\((\w+)\)s")


def translate(detail: str) -> str:
    """The sentence in the language of the page."""
    if languages.current() == languages.DEFAULT or len(detail) > _MAX_LENGTH:
        return detail
    for pattern, template in _patterns():
        if match := pattern.fullmatch(detail):
            values = match.groupdict()
            if _NESTED in values:
                values[_NESTED] = translate(values[_NESTED])
            return _(template) % values
    return detail


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((_pattern(template), template) for template in TEMPLATES)


def _pattern(template: str) -> re.Pattern[str]:
    parts = PLACE.split(template)
    return re.compile(
        "".join(f"(?P<{part}>.+?)" if number % 2 else re.escape(part) for number, part in enumerate(parts)),
        re.DOTALL,
    )
