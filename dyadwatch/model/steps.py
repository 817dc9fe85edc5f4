"""The steps of the pipeline."""

from enum import StrEnum


class Step(StrEnum):
    """The steps of the pipeline, in the order of a datum's life. `PUSH` is what WebSub hubs
    start in place of a poll; `BACKFILL` tags again what was stored before a watch changed;
    `RETAIN` expires what is old."""

    POLL = "poll"
    PUSH = "push"
    FETCH = "fetch"
    TAG = "tag"
    BACKFILL = "backfill"
    DELIVER = "deliver"
    RETAIN = "retain"


# The steps that take CPU; the others wait on the network.
CPU_STEPS = (Step.TAG, Step.BACKFILL)
