"""What workers do adds up over all of them, and processes that are gone are forgotten."""

from sqlalchemy import text

from dyadwatch.model.steps import Step
from dyadwatch.model.workers import RunCount
from dyadwatch.store import workers


def test_counts_of_all_processes_add_up_and_the_living_are_counted(store):
    with store.begin() as db:
        assert workers.read(db) == ()
        workers.add(db, "a:1", {Step.POLL: RunCount(2, 1, 10, 0.5), Step.FETCH: RunCount(1)})
        workers.add(db, "b:1", {Step.POLL: RunCount(1, 0, 5, 0.25)})
        fetch, poll = workers.read(db)
        assert (fetch.step, fetch.processes, poll.step, poll.processes) == (Step.FETCH, 1, Step.POLL, 2)
        assert poll.count == RunCount(3, 1, 15, 0.75)
        db.execute(
            text("UPDATE worker_processes SET ran_at = now() - interval '2 minutes' WHERE process = 'a:1'")
        )
    with store.begin() as db:
        assert [one.processes for one in workers.read(db)] == [0, 1]
        db.execute(
            text("UPDATE worker_processes SET ran_at = now() - interval '2 days' WHERE process = 'a:1'")
        )
        workers.add(db, "b:1", {Step.POLL: RunCount(1)})
        assert db.execute(text("SELECT process FROM worker_processes")).scalars().all() == ["b:1"]
