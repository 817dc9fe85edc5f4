"""Series of counts: into which buckets of a calendar they fall, and what is usual and what is not.

Pure: numbers and times in, values out; the clock is an argument. Where the counts come from is `store`'s, how
they are shown that of `service` and `exports`.
"""

from dyadwatch.series.alarms import LONGEST, Silence, find_burst, find_silence
from dyadwatch.series.baseline import HISTORY, expectations
from dyadwatch.series.buckets import MAX_BUCKETS, Edges, Part, earlier, edges, parts, time_zone
from dyadwatch.series.causes import find_cause
from dyadwatch.series.timeline import EVENT, TOTAL, buckets, event_counts, totals

__all__ = [
    "EVENT",
    "HISTORY",
    "LONGEST",
    "MAX_BUCKETS",
    "TOTAL",
    "Edges",
    "Part",
    "Silence",
    "buckets",
    "earlier",
    "edges",
    "event_counts",
    "expectations",
    "find_burst",
    "find_cause",
    "find_silence",
    "parts",
    "time_zone",
    "totals",
]
