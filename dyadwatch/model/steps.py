"""The steps of the pipeline."""

from enum import StrEnum


class Step(StrEnum):
    """The steps of the pipeline, in the order of a datum's life. `PUSH` is what WebSub hubs
    start in place of a poll; `RECHECK` reads articles again; `BACKFILL` tags again what was stored before a
    watch changed; `NOTIFY` makes the events of changes that could wait; `RETAIN` expires what is old."""

    POLL = "poll"
    PUSH = "push"
    FETCH = "fetch"
    RECHECK = "recheck"
    TAG = "tag"
    BACKFILL = "backfill"
    NOTIFY = "notify"
    DELIVER = "deliver"
    RETAIN = "retain"


# The steps that take CPU; the others wait on the network.
CPU_STEPS = (Step.TAG, Step.BACKFILL)
