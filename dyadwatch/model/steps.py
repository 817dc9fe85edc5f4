"""The steps of the pipeline."""

from enum import StrEnum


class Step(StrEnum):
    """The steps of the pipeline, in the order of a datum's life.
    `PUSH` is what WebSub hubs start in place of a poll."""

    POLL = "poll"
    PUSH = "push"
    FETCH = "fetch"
    TAG = "tag"
    DELIVER = "deliver"
