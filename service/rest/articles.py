"""Articles: what was read, with the text by id."""

from typing import Annotated

from pydantic import Field

from dyadwatch.model.articles import ArticleView, FullArticleView
from dyadwatch.model.taggings import TaggingView
from dyadwatch.store import articles, taggings
from dyadwatch.validation import Language, Moment, RowId, SearchWords, Slug
from service.rest.operations import Call, Operation
from service.rest.requests import PageQuery
from service.rest.responses import Answer, listed


class ArticleQuery(PageQuery):
    """Which articles are asked for."""

    source: Annotated[RowId | None, Field(description="of this source")] = None
    language: Language | None = None
    since: Annotated[Moment | None, Field(description="first seen at this time or later")] = None
    until: Annotated[Moment | None, Field(description="first seen before this time")] = None
    watch: Annotated[Slug | None, Field(description="that tell of this watch's relationship")] = None
    q: Annotated[SearchWords | None, Field(description="words of the title; quotes, or and - work")] = None


def list_articles(call: Call, query: ArticleQuery) -> Answer:
    """Those first seen last at the top, without their texts."""
    with call.begin() as db:
        page = articles.page(
            db,
            source=query.source,
            language=query.language,
            since=query.since,
            until=query.until,
            watch=query.watch,
            q=query.q,
            limit=query.limit,
            cursor=query.cursor,
        )
    return listed(page)


def get_article(call: Call, id: int) -> Answer:  # noqa: A002  (the name in the path)
    """With its text, into which the offsets of mentions point, in Unicode code points."""
    with call.begin() as db:
        return Answer(articles.get(db, id))


def list_taggings(call: Call, id: int) -> Answer:  # noqa: A002
    """What each watch found in its current version, and what it refused and why."""
    with call.begin() as db:
        return Answer({"data": taggings.of_article(db, id), "next": None})


OPERATIONS = (
    Operation("GET", "/v1/articles", list_articles, "List articles", "read", ArticleView, many=True),
    Operation(
        "GET", "/v1/articles/{id}", get_article, "Get an article with its text", "read", FullArticleView
    ),
    Operation(
        "GET",
        "/v1/articles/{id}/taggings",
        list_taggings,
        "Show what each watch found in an article",
        "read",
        TaggingView,
        many=True,
    ),
)
