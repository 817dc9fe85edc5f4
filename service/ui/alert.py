"""One alert: who says what, in whose words, since when, why it was raised, and how to cite it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from flask import Response, make_response

from dyadwatch.exports import citations
from dyadwatch.model.articles import ArticleView
from dyadwatch.store import alert_events, alert_triage, alerts, stories
from service.ui import labels, verdicts, watch_names
from service.ui.alert_cards import card, passage, published, writing_attributes
from service.ui.alerts import download, public_url
from service.ui.forms import Problem
from service.ui.frame import Page, Visit
from service.ui.rendering import page

_MAX_EVENTS = 30  # of its history
_MAX_CITED = 50


def show(visit: Visit, id: int) -> Response:  # noqa: A002  (the name in the path)
    """All that is known of an alert, which is read from now on."""
    with visit.begin() as db:
        if not alert_triage.read(db, [id], visit.key.reader)[0].read:
            alert_triage.change(db, [id], visit.key.reader, {"read": True})
    return render(visit, id)


def render(visit: Visit, id: int, problem: Problem | None = None) -> Response:  # noqa: A002
    """The page, with what was wrong with a form of it."""
    with visit.begin() as db:
        document = alerts.get(db, id).parse()
        verdicts_shown = verdicts.read(db, visit, document, problem)
        story = stories.get(db, document["story"])
        history = alert_events.of_alert(db, id, limit=_MAX_EVENTS)
        watch = next((label for label in watch_names.read(db) if label.id == document["watch"]), None)
    actors = watch.actors if watch else {}
    by_id = {article.id: article for article in story.articles}
    return page(
        "alert.html",
        problem.status if problem else 200,
        **verdicts_shown,
        card=card(document, actors),
        watch=watch,
        actors=actors,
        accounts=_accounts(document, by_id, actors),
        sides=document.get("sides") or {},
        chains=copy_chains(story.articles),
        history=history,
        reasons=[_reason(mention, actors) for mention in document["evidence"]],
        rank_terms=document.get("score_terms") or {},
        document=document,
        legend=labels.legend(),
        permalink=f"{public_url(visit)}/alerts/{id}",
    )


def _accounts(
    document: Mapping[str, Any], by_id: Mapping[int, ArticleView], actors: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The wording of each side: its mentions, by publisher. Sides of known sources come first."""

    def side(mention: Mapping[str, Any]) -> str:
        article = by_id.get(mention["article"])
        return (article.source.side if article and article.source else None) or ""

    mentions = sorted(document["evidence"], key=lambda mention: (side(mention) == "", side(mention)))
    return [
        {"side": name, "passages": [_account(mention, by_id, actors) for mention in of_side]}
        for name, of_side in groupby(mentions, key=side)
    ]


def _account(
    mention: Mapping[str, Any], by_id: Mapping[int, ArticleView], actors: Mapping[str, str]
) -> dict[str, Any]:
    article = by_id.get(mention["article"])
    language = article.language if article else None
    source = article.source if article else None
    return {
        **passage(mention, language, actors),
        "source": source.name if source else None,
        "state_control": source.state_control if source else None,
        "start": mention["evidence"]["start"],
        "version": mention["article_version"],
    }


def copy_chains(of_story: Sequence[ArticleView]) -> list[dict[str, Any]]:
    """The texts of a story, each with the articles that took it over, in the order first seen."""
    roots = [
        article for article in of_story if article.copy_of is None or not _has(of_story, article.copy_of)
    ]
    return [
        {
            "article": line(root),
            "copies": [line(article) for article in of_story if article.copy_of == root.id],
        }
        for root in roots
    ]


def _has(of_story: Sequence[ArticleView], article: int) -> bool:
    return any(other.id == article for other in of_story)


def line(article: ArticleView) -> dict[str, Any]:
    """What a list says of an article."""
    at = article.published_at
    return {
        "id": article.id,
        "title": article.title or article.url,
        "writing": writing_attributes(article.title, article.language),
        "source": article.source,
        "published": published(at, article.published_precision) if at else None,
        "published_at": at,
        "first_seen_at": article.first_seen_at,
        "language": article.language,
        "version": article.version,
        "status": article.status,
        "origin": article.origin,
        "joined_by": article.joined_by,
        "copy_of": article.copy_of,
        "authors": article.authors,
    }


def _reason(mention: Mapping[str, Any], actors: Mapping[str, str]) -> dict[str, Any]:
    """Why a mention counts: what speaks for and against it, the heaviest first."""
    features = sorted(mention["features"].items(), key=lambda item: -abs(item[1]))
    return {
        **passage(mention, None, actors),
        "features": features,
        "largest": max((abs(weight) for _name, weight in features), default=1) or 1,
        "rules": mention["rules"],
        "watch_version": mention["watch_version"],
        "tagger_version": mention["tagger_version"],
        "surfaces": [
            (side, surface["surface"], labels.surface(surface["kind"]))
            for side in ("a", "b")
            for surface in mention["actors"].get(side, ())
        ],
    }


def export_json(visit: Visit, id: int) -> Response:  # noqa: A002
    """The alert as the API has it."""
    with visit.begin() as db:
        document = alerts.get(db, id)
    response = make_response(document.json)
    response.content_type = "application/json"
    response.headers["Cache-Control"] = "no-store"
    return response


def cite_bibtex(visit: Visit, id: int) -> Response:  # noqa: A002
    """Its articles as BibTeX."""
    return download(citations.bibtex(_references(visit, id)), citations.BIBTEX, f"alert-{id}.bib")


def cite_csl(visit: Visit, id: int) -> Response:  # noqa: A002
    """Its articles as CSL-JSON."""
    return download(citations.csl(_references(visit, id)), citations.CSL, f"alert-{id}.csl.json")


def _references(visit: Visit, alert: int) -> list[citations.Reference]:
    with visit.begin() as db:
        document = alerts.get(db, alert).parse()
        of_story = stories.get(db, document["story"]).articles
    carrying = {article["id"] for article in document["articles"]}
    return [reference(visit, article) for article in of_story if article.id in carrying][:_MAX_CITED]


def reference(visit: Visit, article: ArticleView) -> citations.Reference:
    """What a reference to an article says."""
    year = (article.published_at or article.first_seen_at).year
    accessed_at: datetime = article.first_seen_at
    return citations.Reference(
        key=f"dyadwatch-{article.id}-{year}",
        title=article.title or article.url,
        url=article.url,
        authors=article.authors,
        publisher=article.source.name if article.source else None,
        published_at=article.published_at,
        accessed_at=accessed_at,
        language=article.language,
        archive=f"{public_url(visit)}/articles/{article.id}",
    )


PAGES = (
    Page("/alerts/<row:id>", "alert", show, section="alerts"),
    Page("/alerts/<row:id>.json", "alert_json", export_json, section="alerts"),
    Page("/alerts/<row:id>.bib", "alert_bibtex", cite_bibtex, section="alerts"),
    Page("/alerts/<row:id>.csl.json", "alert_csl", cite_csl, section="alerts"),
)
