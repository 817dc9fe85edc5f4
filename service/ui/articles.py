"""The archive: searching its articles, and one article with its text, its versions, and what was tagged in
it."""

from typing import Annotated, Any

from flask import Response
from pydantic import Field
from werkzeug.datastructures import MultiDict

from dyadwatch.articles import count_words, diff
from dyadwatch.errors import InvalidInput
from dyadwatch.exports import citations
from dyadwatch.model.articles import ArticleHit, FullArticleView
from dyadwatch.model.mentions import Mention
from dyadwatch.model.taggings import TaggingView
from dyadwatch.store import (
    article_versions,
    articles,
    filter_values,
    snapshots,
    sources,
    stories,
    taggings,
)
from service.rest.articles import ArticleQuery
from service.rest.problems import ProblemError
from service.rest.requests import query
from service.ui import labels, watch_names
from service.ui.alert import line, reference
from service.ui.alert_cards import published, split_quote, writing_attributes
from service.ui.alerts import MAX_LABELS, address, download
from service.ui.filter_form import language_options
from service.ui.frame import Page, Visit, parameters
from service.ui.problem_texts import translate
from service.ui.rendering import page

_PAGE_SIZE = 40


class ArticlesPageQuery(ArticleQuery):
    """The parameters of the page."""

    limit: Annotated[int, Field(ge=1, le=200)] = _PAGE_SIZE


def show_list(visit: Visit) -> Response:
    """The articles that fit the search, newest first."""
    params = parameters({name for name in ArticlesPageQuery.model_fields if name != "limit"})
    try:
        return _list(visit, query(ArticlesPageQuery, params), params)
    except (ProblemError, InvalidInput) as error:
        return _list(visit, ArticlesPageQuery(), params, error=translate(error.detail), status=400)


def _list(
    visit: Visit,
    search: ArticlesPageQuery,
    params: MultiDict[str, str],
    *,
    error: str = "",
    status: int = 200,
) -> Response:
    with visit.begin() as db:
        filter_values.check(db, search.model_dump())
        shown = articles.page(db, **search.model_dump())
        watch_labels = watch_names.read(db)
        source_labels = sources.labels(db, limit=MAX_LABELS)
    kept = [item for item in params.items(multi=True) if item[0] != "cursor"]
    return page(
        "articles.html",
        status,
        lines=[{**line(article), "snippet": _snippet(article)} for article in shown.data],
        params=params,
        watches=[(watch.id, watch.title) for watch in watch_labels],
        sources=[(source.id, source.name) for source in source_labels],
        languages=language_options(),
        is_filtered=bool(kept),
        older=address("page.articles", [*kept, ("cursor", shown.next)]) if shown.next else None,
        newest=address("page.articles", kept) if search.cursor else None,
        error=error,
    )


def _snippet(article: ArticleHit) -> dict[str, Any] | None:
    """The part of the text with the words searched for: pieces, each with whether it is such a word."""
    if article.snippet is None:
        return None
    shown, pieces, position = article.snippet.text, [], 0
    for word in article.snippet.words:
        pieces += [(shown[position : word.start], False), (shown[word.start : word.end], True)]
        position = word.end
    return {
        "pieces": [*pieces, (shown[position:], False)],
        "writing": writing_attributes(shown, article.language),
    }


def show(visit: Visit, id: int) -> Response:  # noqa: A002  (the name in the path)
    """An article: its text with the evidence marked, where it came from, its versions and its taggings."""
    with visit.begin() as db:
        article = articles.get(db, id)
        versions = article_versions.of_article(db, id)
        facts = snapshots.of_version(db, id, article.version)
        verdicts = taggings.of_article(db, id)
        alerts_of_story = stories.get(db, article.story).alerts
        actors = {label.id: label.actors for label in watch_names.read(db)}
    current = [verdict for verdict in verdicts if verdict.article_version == article.version]
    return page(
        "article.html",
        200,
        article=article,
        line=line(article),
        paragraphs=_paragraphs(article, current),
        versions=versions,
        facts=facts,
        taggings=[_tagging(verdict, article, actors.get(verdict.watch, {})) for verdict in verdicts],
        alerts=alerts_of_story,
        published=published(article.published_at, article.published_precision)
        if article.published_at
        else None,
        legend=labels.legend(),
    )


def _paragraphs(article: FullArticleView, verdicts: list[TaggingView]) -> list[dict[str, Any]]:
    """The text by paragraphs, cut at evidence and actors. The first is the headline."""
    mentions = sorted(
        (mention for verdict in verdicts if verdict.relationship for mention in verdict.mentions),
        key=lambda mention: mention.evidence.start,
    )
    shown, start = [], 0
    for text in article.text.split("\n"):
        if text.strip():
            pieces = list(_pieces(article.text, start, start + len(text), mentions))
            shown.append({"pieces": pieces, "writing": writing_attributes(text, article.language)})
        start += len(text) + 1
    return shown


def _pieces(text: str, start: int, end: int, mentions: list[Mention]) -> Any:
    """(id of the evidence or None, [(text, "a", "b", "trigger" or "")]) of a stretch of text."""
    position = start
    for mention in mentions:
        begin, stop = max(mention.evidence.start, position), min(mention.evidence.end, end)
        if begin >= stop:
            continue
        if begin > position:
            yield None, [(text[position:begin], "")]
        marks = {**mention.actors, "trigger": (mention.trigger,) if mention.trigger else ()}
        surfaces = {
            kind: [{"start": one.start, "end": one.end} for one in of_kind] for kind, of_kind in marks.items()
        }
        yield mention.evidence.start, split_quote(text[begin:stop], begin, surfaces)
        position = stop
    if position < end:
        yield None, [(text[position:end], "")]


def _tagging(verdict: TaggingView, article: FullArticleView, actors: Any) -> dict[str, Any]:
    return {
        "verdict": verdict,
        "actors": actors,
        "is_current": verdict.article_version == article.version,
        "mentions": [
            {
                "mention": mention,
                "event": labels.event(mention.event_type),
                "modality": labels.of("modality", mention.modality),
                "writing": writing_attributes(mention.evidence.quote, article.language),
            }
            for mention in verdict.mentions
        ],
        "suppressed": [
            {
                "quote": item.quote,
                "why": labels.suppression(item.reason),
                "rule": item.rule,
                "writing": writing_attributes(item.quote, article.language),
            }
            for item in verdict.suppressed
        ],
    }


def show_version(visit: Visit, id: int, number: int) -> Response:  # noqa: A002
    """A version of an article, with what it changed."""
    with visit.begin() as db:
        article = articles.get(db, id)
        new = article_versions.get(db, id, number)
        old = article_versions.get(db, id, number - 1) if number > 1 else None
    parts = diff(old.text if old else new.text, new.text)
    return page(
        "article_version.html",
        200,
        article=article,
        version=new,
        before=old,
        parts=parts,
        words=count_words(parts),
        writing=writing_attributes(new.text, article.language),
    )


def cite_bibtex(visit: Visit, id: int) -> Response:  # noqa: A002
    """The article as BibTeX."""
    with visit.begin() as db:
        article = articles.get(db, id)
    return download(citations.bibtex([reference(visit, article)]), citations.BIBTEX, f"article-{id}.bib")


def cite_csl(visit: Visit, id: int) -> Response:  # noqa: A002
    """The article as CSL-JSON."""
    with visit.begin() as db:
        article = articles.get(db, id)
    return download(citations.csl([reference(visit, article)]), citations.CSL, f"article-{id}.csl.json")


PAGES = (
    Page("/articles", "articles", show_list, section="articles"),
    Page("/articles/<row:id>", "article", show, section="articles"),
    Page("/articles/<row:id>/versions/<row:number>", "article_version", show_version, section="articles"),
    Page("/articles/<row:id>.bib", "article_bibtex", cite_bibtex, section="articles"),
    Page("/articles/<row:id>.csl.json", "article_csl", cite_csl, section="articles"),
)
