"""Tagging on request: what a text says about the two actors of a watch."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from dyadwatch import urls
from dyadwatch.errors import FieldError, InvalidInput, WebError
from dyadwatch.model.mentions import (
    Attribution,
    Direction,
    Mention,
    Modality,
    Occasion,
    Stance,
    Suppressed,
    Zone,
)
from dyadwatch.tagging import details, report
from dyadwatch.text import bounds
from dyadwatch.validation import Language, Moment, Slug
from service.rest.operations import Call, Operation
from service.rest.requests import Body, Url, sentence
from service.rest.responses import ApiResponse

DEFAULT_WATCH = "assad-khamenei"


class TagBody(Body):
    """A text, and what is known about it. Offsets in the response count Unicode code points of `text`."""

    text: Annotated[str, Field(max_length=500_000)]
    title: Annotated[
        str | None,
        Field(max_length=2_000, description="the headline, as context; offsets do not count it"),
    ] = None
    language: Annotated[Language | None, Field(description="of the text; detected where not given")] = None
    published: Annotated[
        Moment | None, Field(description="when the text appeared; decides who held a role then")
    ] = None
    watch: Slug = DEFAULT_WATCH
    url: Annotated[
        Url | None, Field(description="where it was published, for what the watch refuses of sources")
    ] = None


@dataclass(frozen=True, slots=True)
class TagAnswer:
    """What the text says about the watch: `relationship` is the verdict, `score` in [0, 1] its strength;
    `actors` lists [start, end, surface] of every place where the text names "a" and "b". Of the text as a
    whole: its main event types, direction, modality and attribution, `relevance`, `salience` and `stance`,
    its `zones`, and the candidates that were rejected, with the reason (`suppressed`). `mention_count` counts
    all mentions, of which `mentions` are the most confident; a text that is too long is tagged up to
    `tagged_to`, null where all of it was read. `events` are what the mentions tell of, the heaviest first:
    what happened on which days, where, with whom else."""

    watch: str
    language: str | None
    relationship: bool
    score: float
    mentions: tuple[Mention, ...]
    actors: Mapping[str, tuple[tuple[int, int, str], ...]]
    event_types: tuple[str, ...]
    direction: Direction | None
    modality: Modality | None
    attribution: Attribution | None
    relevance: float
    salience: Mapping[str, float]
    stance: Mapping[str, Stance]
    zones: tuple[Zone, ...]
    suppressed: tuple[Suppressed, ...]
    mention_count: int
    tagged_to: int | None
    events: tuple[Occasion, ...]
    seconds: float


def tag_text(call: Call, body: TagBody) -> ApiResponse:
    """Nothing is stored. The response has the form of a line of `dyadwatch tag --jsonl`."""
    tagger = call.product.tagger()
    if body.watch not in {watch.id for watch in tagger.watches}:
        problem = FieldError("/watch", "is not a watch that is enabled", "unknown_watch")
        raise InvalidInput(f"There is no enabled watch {body.watch!r}.", errors=[problem])
    host = _host(body.url) if body.url else ""
    start = time.perf_counter()
    tagged = tagger.tag(
        body.text,
        title=body.title,
        language=body.language,
        published=body.published,
        watches=[body.watch],
        max_length=bounds.MAX_LENGTH,
        host=host,
    )
    answer = TagAnswer(
        watch=body.watch,
        **report(tagged, body.watch),
        **details(tagged, body.watch),
        seconds=round(time.perf_counter() - start, 6),
    )
    return ApiResponse(answer)


def _host(url: str) -> str:
    """Raises InvalidInput where it names none."""
    try:
        return urls.host(url)
    except WebError as error:
        problem = FieldError("/url", error.detail, error.code)
        raise InvalidInput(sentence("field", [problem]), errors=[problem], code=error.code) from error


OPERATIONS = (
    Operation(
        "POST",
        "/v1/tag",
        tag_text,
        "Tag a text",
        "read",
        TagAnswer,
        lane="cpu",
        short_lane="default",
    ),
)
