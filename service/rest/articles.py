"""Articles: lists without the text, one article with it, its taggings, and its versions."""

from typing import Annotated

from pydantic import Field

from dyadwatch.articles import count_words, diff
from dyadwatch.model.articles import ArticleHit, FullArticleView, FullVersionView, VersionDiff, VersionView
from dyadwatch.model.pagination import ListPage
from dyadwatch.model.taggings import TaggingView
from dyadwatch.store import article_versions, articles, filter_values, tagging_rows, taggings
from dyadwatch.subscriptions import ArticleLanguage
from dyadwatch.validation import Moment, RowId, SearchWords, Slug, Until
from service.rest.operations import Call, Operation
from service.rest.requests import PageQuery, Query
from service.rest.responses import ApiResponse, list_response


class ArticleQuery(PageQuery):
    """Which articles to list: everything that is set must hold."""

    source: Annotated[RowId | None, Field(description="of this source")] = None
    story: Annotated[RowId | None, Field(description="of this story")] = None
    language: ArticleLanguage | None = None
    since: Annotated[Moment | None, Field(description="first seen at this time or later")] = None
    until: Annotated[Until | None, Field(description="first seen before this time")] = None
    watch: Annotated[Slug | None, Field(description="in which the relationship of this watch was found")] = (
        None
    )
    q: Annotated[
        SearchWords | None,
        Field(description='words of the text or its headline; "a phrase", or and -not work'),
    ] = None


def list_articles(call: Call, query: ArticleQuery) -> ApiResponse:
    """Newest first, by when they were first seen, without their texts; each with a snippet where words are
    searched for."""
    with call.begin() as db:
        filter_values.check(db, query.model_dump())
        page = articles.page(
            db,
            source=query.source,
            story=query.story,
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


def list_earlier_taggings(call: Call, id: int) -> ApiResponse:  # noqa: A002
    """What was tagged under other versions of the text, the watch or
    the tagger, the last replaced first, at most a hundred."""
    with call.begin() as db:
        articles.get(db, id)
        return list_response(ListPage(tuple(tagging_rows.of_article(db, id)), None))


class DiffQuery(Query):
    """What a version is compared with."""

    from_version: Annotated[
        RowId | None, Field(alias="from", description="the other version; by default the one before")
    ] = None


def list_versions(call: Call, id: int) -> ApiResponse:  # noqa: A002
    """Newest first, without their texts. A change of what surrounds a text, such as the time of an update,
    makes no version."""
    with call.begin() as db:
        return ApiResponse({"data": article_versions.of_article(db, id), "next": None})


def get_version(call: Call, id: int, number: int) -> ApiResponse:  # noqa: A002
    with call.begin() as db:
        return ApiResponse(article_versions.get(db, id, number))


def diff_version(call: Call, id: int, number: int, query: DiffQuery) -> ApiResponse:  # noqa: A002
    """Word by word. The first version is compared with nothing by default."""
    before = query.from_version or (number - 1 or None)
    with call.begin() as db:
        new = article_versions.get(db, id, number)
        old = article_versions.get(db, id, before) if before else None
    parts = diff(old.text if old else "", new.text)
    return ApiResponse(VersionDiff(before, number, **count_words(parts), parts=parts))


OPERATIONS = (
    Operation("GET", "/v1/articles", list_articles, "List articles", "read", ArticleHit, many=True),
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
    Operation(
        "GET",
        "/v1/articles/{id}/taggings/earlier",
        list_earlier_taggings,
        "Show how an article was tagged before",
        "read",
        TaggingView,
        many=True,
    ),
    Operation(
        "GET",
        "/v1/articles/{id}/versions",
        list_versions,
        "List the versions of an article",
        "read",
        VersionView,
        many=True,
    ),
    Operation(
        "GET",
        "/v1/articles/{id}/versions/{number}",
        get_version,
        "Get a version of an article with its text",
        "read",
        FullVersionView,
    ),
    Operation(
        "GET",
        "/v1/articles/{id}/versions/{number}/diff",
        diff_version,
        "Show what a version changed",
        "read",
        VersionDiff,
        lane="cpu",
    ),
)
