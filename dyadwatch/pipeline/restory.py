"""restory: decides again in which stories stored articles belong, in the order in which they came, as placing
would now. What an analyst merged or split stays. A dry run decides the same and moves nothing. A run of one
watch, which follows one that found new events, only joins."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace

import structlog

from dyadwatch.alerts import Cause
from dyadwatch.model.alerts import AlertEventType
from dyadwatch.model.archive_runs import ArchiveCounts, ClaimedArchiveRun, NewMove
from dyadwatch.model.steps import Step
from dyadwatch.pipeline import alert_verdicts
from dyadwatch.pipeline.alerts import update_alert
from dyadwatch.pipeline.context import StepContext
from dyadwatch.pipeline.origins import restate
from dyadwatch.pipeline.placing import find_story
from dyadwatch.store import Connection, alerts, archive_runs, article_events, stories, story_moves
from dyadwatch.store.queries import run_together
from dyadwatch.store.story_moves import PlacedArticle

_log = structlog.get_logger(__name__)

_CHUNK = 200
_MAX_ATTEMPTS = 3  # at an article that ends its worker; then it is passed over


class _Places:
    """Where a run has put articles: by story id, or minus the id of the article that begins the story."""

    def __init__(self, story_by_article: Mapping[int, int]) -> None:
        self.story_by_article: dict[int, int] = {}
        self._first: dict[int, int] = {}  # of the articles that were put into a story
        for article, story in story_by_article.items():
            self.put(article, story)

    def put(self, article: int, story: int) -> None:
        self.story_by_article[article] = story
        self._first[story] = min(article, self._first.get(story, article))

    def of(self, article: int, story: int) -> int:
        """The story of an article, `story` where the run did not move it."""
        return self.story_by_article.get(article, story)

    def has_earlier(self, article: int, story: int) -> bool:
        """Whether one that came before an article was put into a story."""
        return self._first.get(story, article) < article


def work(context: StepContext, claimed: ClaimedArchiveRun) -> int:
    """Decides on a chunk of articles; on one alone where an attempt before ended with its worker. Returns how
    many were read."""
    limit = _CHUNK if claimed.attempts == 1 else 1
    with context.store.begin() as db:
        batch = story_moves.read(db, watch=claimed.watch, after=claimed.after_article, limit=limit)
        passed_over = claimed.attempts > _MAX_ATTEMPTS
        places = _Places(story_moves.places(db, claimed.id))
        moves = [] if passed_over else _decide(db, batch, places, only_joins=claimed.watch is not None)
    if passed_over:
        _log.error("article passed over", archive_run=claimed.id, articles=[each.id for each in batch])
    failures = len(batch) if passed_over else 0
    done = len(batch) < limit
    counts = context.store.run(lambda db: _save(db, claimed, batch, moves, failures=failures, done=done))
    if counts is None:
        return 0
    if claimed.notify and not claimed.dry_run:
        context.hint(Step.DELIVER)
    _log.info("placed again", archive_run=claimed.id, articles=len(batch), counts=asdict(counts), done=done)
    return len(batch)


def _decide(
    db: Connection, batch: Sequence[PlacedArticle], places: _Places, *, only_joins: bool
) -> list[NewMove]:
    """The moves of the articles of a chunk, of which each counts for those that come after it."""
    moves = []
    for article in batch:
        if article.is_held or article.id in places.story_by_article:
            continue
        move = _decide_one(db, article, places)
        if move is not None and not (only_joins and move.founder == article.id):
            places.put(article.id, _target(move))
            moves.append(move)
    return moves


def _decide_one(db: Connection, article: PlacedArticle, places: _Places) -> NewMove | None:
    """Where an article goes, None where it stays."""
    seen = article.facts.first_seen_at
    candidates, reports = run_together(
        db,
        stories.candidates_query(article.facts, at=seen, below=article.id),
        article_events.candidates_query(article.report, at=seen, below=article.id),
    )
    place = find_story(
        article.facts,
        article.report,
        [(places.of(other, story), other, facts) for story, other, facts in candidates],
        [(places.of(other, story), other, report) for story, other, report in reports],
    )
    if place is not None:
        story, joined_by = place
        if story == article.story:
            return None
        into, founder = (story, None) if story > 0 else (None, -story)
        return NewMove(article.id, article.story, into, founder, joined_by)
    if _begins_its_story(db, article, places):
        return None
    return NewMove(article.id, article.story, None, article.id, None)


def _begins_its_story(db: Connection, article: PlacedArticle, places: _Places) -> bool:
    """Whether no article that came before is in its story."""
    if places.has_earlier(article.id, article.story):
        return False
    return all(other in places.story_by_article for other in story_moves.earlier(db, article))


def _target(move: NewMove) -> int:
    """The story of a move, by id or by minus the article that begins it."""
    return move.into if move.into is not None else -(move.founder or 0)


def _save(
    db: Connection,
    claimed: ClaimedArchiveRun,
    batch: Sequence[PlacedArticle],
    moves: Sequence[NewMove],
    *,
    failures: int,
    done: bool,
) -> ArchiveCounts | None:
    """Stores what was decided and the progress in one transaction. None, and nothing is stored, where the
    turn has passed."""
    if not archive_runs.lock(db, claimed):
        return None
    origins, of_origins = _restate(db, claimed, batch)
    events: Counter[AlertEventType] = Counter()
    if claimed.dry_run:
        story_moves.record(db, claimed.id, moves)
    else:
        moves, events = _move(db, claimed, story_moves.lock(db, moves))
    raised = _raise(db, claimed) if done and claimed.raises_alerts else 0
    done = done and raised < _CHUNK
    counts = replace(
        claimed.counts,
        alerts_created=claimed.counts.alerts_created + events["alert.created"] + raised,
        alerts_updated=claimed.counts.alerts_updated + events["alert.updated"],
        alerts_withdrawn=claimed.counts.alerts_withdrawn + events["alert.withdrawn"],
        read=claimed.counts.read + len(batch),
        changed=claimed.counts.changed + len(moves),
        joins=claimed.counts.joins + sum(move.founder != move.article for move in moves),
        separations=claimed.counts.separations + sum(move.founder == move.article for move in moves),
        failures=claimed.counts.failures + failures,
        origins=claimed.counts.origins + origins,
        alerts_changed=claimed.counts.alerts_changed + of_origins,
    )
    if done:
        counts = _sum_up(db, claimed, counts)
    after = batch[-1].id if batch else claimed.after_article
    archive_runs.save_placements(db, claimed, after, counts, done=done)
    return counts


def _sum_up(db: Connection, claimed: ClaimedArchiveRun, counts: ArchiveCounts) -> ArchiveCounts:
    """What a run that is done comes to for the alerts."""
    if not claimed.raises_alerts:  # else its moves are also of stories that had no alert yet
        created, updated, withdrawn = story_moves.count_alerts(db, claimed.id)
        counts = replace(counts, alerts_created=created, alerts_updated=updated, alerts_withdrawn=withdrawn)
    return replace(counts, alerts_changed=counts.alerts_changed + counts.alerts_updated)


def _restate(db: Connection, claimed: ClaimedArchiveRun, batch: Sequence[PlacedArticle]) -> tuple[int, int]:
    """How many articles of the texts of a chunk claim another origin, and how many alerts change by it."""
    if claimed.watch is not None or not batch:
        return 0, 0
    cause = Cause("regrouped", is_quiet=not claimed.notify)
    roots = [article.id for article in batch]
    origins, events = restate(db, roots, cause, dry_run=claimed.dry_run)
    return origins, events.total()


def _move(
    db: Connection, claimed: ClaimedArchiveRun, moves: Sequence[NewMove]
) -> tuple[list[NewMove], Counter[AlertEventType]]:
    """Moves articles, and updates the alerts of the stories concerned. Returns the moves with the stories
    that were made for them, and how many alerts did what."""
    made = [replace(move, into=into) for move, into in _targets(db, moves)]
    story_moves.record(db, claimed.id, made)
    for move in made:
        story_moves.move(db, move)
    heirs = {move.story: _target(move) for move in reversed(made)}
    touched = {*heirs, *map(_target, made)}
    cause = Cause("regrouped", is_quiet=not claimed.notify)
    keys = story_moves.alert_keys(db, touched)
    events: Counter[AlertEventType] = Counter()
    waiting = alerts.unraised(db, keys) if claimed.raises_alerts else set()
    for story, watch in keys:
        if watch != claimed.watch or (story, watch) not in waiting:
            event = update_alert(db, watch, story, cause=cause)
            events.update([event] if event else [])
    left = set(story_moves.empty(db, touched))
    for story in sorted(left & heirs.keys()):
        alert_verdicts.carry(db, story, heirs[story], is_quiet=not claimed.notify)
    return made, events


def _raise(db: Connection, claimed: ClaimedArchiveRun) -> int:
    """Raises the next alerts that a backfill left until the stories were joined. Returns how many."""
    watch = claimed.watch or ""
    events = [update_alert(db, watch, story) for story in alerts.stories_without(db, watch, limit=_CHUNK)]
    return sum(event is not None for event in events)


def _targets(db: Connection, moves: Sequence[NewMove]) -> Iterator[tuple[NewMove, int]]:
    """Each move with the story that it leads to, made where an article begins it. An article whose story
    another was to begin that stays where it is stays too."""
    begun = {move.article: stories.create(db, move.article) for move in moves if move.founder == move.article}
    for move in moves:
        if move.into is not None:
            yield move, move.into
        elif move.founder in begun:
            yield move, begun[move.founder]
