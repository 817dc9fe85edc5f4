"""Stories: articles about the same event."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field

from dyadwatch.exports import EXCHANGE
from dyadwatch.model.accounts import StoryAccounts
from dyadwatch.model.stories import StoryItem, StoryView
from dyadwatch.pipeline import story_verdicts
from dyadwatch.store import accounts, alerts, filter_values, stories
from dyadwatch.subscriptions import AlertFilter
from dyadwatch.validation import Lines, RowId
from service.rest.exports import export
from service.rest.operations import JSON, Call, Operation, Transaction
from service.rest.requests import Body, PageQuery
from service.rest.responses import ApiResponse, created_response, list_response


class MergeBody(Body):
    """The story to merge another one into, and why."""

    into: RowId
    reason: Lines


class SplitBody(Body):
    """The articles that report another event than the others of their story, and why."""

    articles: Annotated[list[RowId], Field(min_length=1, max_length=200)]
    reason: Lines


class StoryQuery(AlertFilter, PageQuery):
    """Which stories to list: those with an alert of which everything holds that is set."""


def list_stories(call: Call, query: StoryQuery) -> ApiResponse:
    """Those that have alerts, each once, in the order of the newest of its alerts that pass the filters:
    these, and `since` and `until` with them, are those of the list of alerts."""
    with call.begin() as db:
        filter_values.check(db, query.model_dump())
        page = stories.page(db, query.read_by(call.key.reader), limit=query.limit, cursor=query.cursor)
    return list_response(page)


def get_accounts(call: Call, id: int) -> ApiResponse:  # noqa: A002
    """What each side says of the story, by its alerts: who reports it, what happened, when, where, with whom
    else, in which numbers and words; on which fields the sides differ, and whether one alone reports it."""
    with call.begin() as db:
        return ApiResponse(accounts.of_story(db, id, now=datetime.now(UTC)))


def get_story(call: Call, id: int) -> ApiResponse:  # noqa: A002  (the name in the path)
    """With at most 200 of its articles, in the order first seen, each with why it joined (`joined_by`), the
    ids of its alerts, and what analysts decided of it. As a STIX bundle or as MISP events of its alerts where
    Accept asks for one."""
    with call.begin() as db:
        story = stories.get(db, id)
        if call.media != JSON:
            of_story = [alerts.get(db, alert) for alert in story.alerts]
            return ApiResponse(export(call, of_story), media=call.media)
        return ApiResponse(story)


def merge_story(call: Call, id: int, body: MergeBody) -> ApiResponse:  # noqa: A002
    """All its articles, and whatever joins it later, are those of the story `into`, which is returned. Its
    alerts are withdrawn, with the reason `merged`. It stays so, also when the archive is tagged again. 409
    `story_merged` where one of the two was merged before."""

    def action(db: Transaction) -> ApiResponse:
        into = story_verdicts.merge(db, id, body.into, reason=body.reason, key=call.key.id)
        return ApiResponse(stories.get(db, into))

    return call.once(action)


def split_story(call: Call, id: int, body: SplitBody) -> ApiResponse:  # noqa: A002
    """The articles, with all that share a text with them, get a story of their own, which is returned; where
    that would be all of the story, they alone, each as a text of its own: what was taken for a copy is none.
    It stays so, also when the archive is tagged again. 409 `nothing_left` for all articles of a story,
    `story_merged` for a story that was merged into another."""

    def action(db: Transaction) -> ApiResponse:
        into = story_verdicts.split(db, id, body.articles, reason=body.reason, key=call.key.id)
        return created_response(stories.get(db, into), f"/v1/stories/{into}")

    return call.once(action)


OPERATIONS = (
    Operation(
        "GET", "/v1/stories/{id}", get_story, "Get a story", "read", StoryView, media=(JSON, *EXCHANGE)
    ),
    Operation("GET", "/v1/stories", list_stories, "List stories", "read", StoryItem, many=True),
    Operation(
        "GET",
        "/v1/stories/{id}/accounts",
        get_accounts,
        "Compare the accounts of a story",
        "read",
        StoryAccounts,
    ),
    Operation(
        "POST",
        "/v1/stories/{id}/merge",
        merge_story,
        "Merge a story into another",
        "curate",
        StoryView,
        may_conflict=True,
        idempotent=True,
    ),
    Operation(
        "POST",
        "/v1/stories/{id}/split",
        split_story,
        "Split articles off a story",
        "curate",
        StoryView,
        status=201,
        may_conflict=True,
        idempotent=True,
    ),
)
