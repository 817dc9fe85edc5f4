"""The steps of the pipeline."""

from enum import StrEnum


class Step(StrEnum):
    """The four steps of the pipeline, in the order of a datum's life."""

    POLL = "poll"
    FETCH = "fetch"
    TAG = "tag"
    DELIVER = "deliver"
