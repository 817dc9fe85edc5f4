"""What the workers' runs come to: written by each worker process every few seconds, read for metrics."""

from collections.abc import Mapping

from sqlalchemy import Connection, text

from dyadwatch.model.steps import Step
from dyadwatch.model.workers import RunCount, WorkerStep

ALIVE = 60.0  # seconds for which a process that ran a step counts as one that runs it
_ADD = text("""
INSERT INTO worker_steps AS before (step, runs, failures, worked, seconds, ran_at)
SELECT step, runs, failures, worked, seconds, clock_timestamp()
FROM unnest(CAST(:steps AS text[]), CAST(:runs AS bigint[]), CAST(:failures AS bigint[]),
    CAST(:worked AS bigint[]), CAST(:seconds AS float8[])) AS one (step, runs, failures, worked, seconds)
ORDER BY step
ON CONFLICT (step) DO UPDATE SET runs = before.runs + excluded.runs,
    failures = before.failures + excluded.failures, worked = before.worked + excluded.worked,
    seconds = before.seconds + excluded.seconds, ran_at = excluded.ran_at
""")
_SEE = text("""
INSERT INTO worker_processes (process, step, ran_at)
SELECT :process, step, clock_timestamp() FROM unnest(CAST(:steps AS text[])) AS one (step)
ON CONFLICT (process, step) DO UPDATE SET ran_at = excluded.ran_at
""")
# Two that forget at once would wait for each other.
_FORGET = text("""
DELETE FROM worker_processes WHERE (process, step) IN (
    SELECT process, step FROM worker_processes WHERE ran_at < now() - interval '1 day'
    LIMIT 1000 FOR UPDATE SKIP LOCKED)
""")
_READ = text("""
SELECT step, runs, failures, worked, seconds, ran_at, (
    SELECT count(*) FROM worker_processes AS process
    WHERE process.step = one.step AND process.ran_at > now() - make_interval(secs => :alive)
) AS processes
FROM worker_steps AS one ORDER BY step
""")


def add(db: Connection, process: str, counts: Mapping[Step, RunCount]) -> None:
    """Adds what a worker process, named as no other, has done since it said so last."""
    steps = sorted(counts)
    params = {
        "steps": [step.value for step in steps],
        "runs": [counts[step].runs for step in steps],
        "failures": [counts[step].failures for step in steps],
        "worked": [counts[step].worked for step in steps],
        "seconds": [counts[step].seconds for step in steps],
    }
    db.execute(_ADD, params)
    db.execute(_SEE, {"process": process, "steps": params["steps"]})
    db.execute(_FORGET)


def read(db: Connection) -> tuple[WorkerStep, ...]:
    """Each step that a worker has ever run."""
    return tuple(
        WorkerStep(
            Step(row.step),
            RunCount(row.runs, row.failures, row.worked, row.seconds),
            row.ran_at,
            row.processes,
        )
        for row in db.execute(_READ, {"alive": ALIVE})
    )
