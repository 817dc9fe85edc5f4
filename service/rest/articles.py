"""Articles: lists without the text, one article with it, and its taggings."""

from typing import Annotated

from pydantic import Field

from dyadwatch.model.articles import ArticleView, FullArticleView
from dyadwatch.model.taggings import TaggingView
from dyadwatch.store import articles, taggings
from dyadwatch.subscriptions import ArticleLanguage
from dyadwatch.validation import Moment, RowId, SearchWords, Slug
from service.rest.operations import Call, Operation
from service.rest.requests import PageQuery
from service.rest.responses import ApiResponse, list_response


class ArticleQuery(PageQuery):
    """Which articles to list: everything that is set must hold."""

    source: Annotated[RowId | None, Field(description="of this source")] = None
    language: ArticleLanguage | None = None
    since: Annotated[Moment | None, Field(description="first seen at this time or later")] = None
    until: Annotated[Moment | None, Field(description="first seen before this time")] = None
    watch: Annotated[Slug | None, Field(description="in which the relationship of this watch was found")] = (
        None
    )
    q: Annotated[
        SearchWords | None, Field(description='words of the title; "a phrase", or and -not work')
    ] = None


def list_articles(call: Call, query: ArticleQuery) -> ApiResponse:
    """Newest first, by when they were first seen, without their texts."""
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
    return list_response(page)


def get_article(call: Call, id: int) -> ApiResponse:  # noqa: A002  (the name in the path)
    """The offsets of mentions count Unicode code points of its text."""
    with call.begin() as db:
        return ApiResponse(articles.get(db, id))


def list_taggings(call: Call, id: int) -> ApiResponse:  # noqa: A002
    """For each watch, the mentions in the current version of the
    text, and the candidates that were rejected, with the reason."""
    with call.begin() as db:
        return ApiResponse({"data": taggings.of_article(db, id), "next": None})


OPERATIONS = (
    Operation("GET", "/v1/articles", list_articles, "List articles", "read", ArticleView, many=True),
    Operation(
        "GET", "/v1/articles/{id}", get_article, "Get an article with its text", "read", FullArticleView
    ),
    Operation(
        "GET",
        "/v1/articles/{id}/taggings",
        list_taggings,
        "Show how an article was tagged",
        "read",
        TaggingView,
        many=True,
    ),
)
