"""An alert, and what was sent of it, without one of its articles."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dyadwatch.model.alerts import StoredAlert


def without_article(stored: StoredAlert, article: int) -> StoredAlert:
    """The alert without the reference to an article, and without what it quotes of it."""
    alert = stored.alert
    return replace(
        stored,
        alert=replace(
            alert,
            articles=tuple(ref for ref in alert.articles if ref.id != article),
            evidence=tuple(mention for mention in alert.evidence if mention.article != article),
            best_evidence={side: one for side, one in alert.best_evidence.items() if one.article != article},
        ),
    )


def document_without_article(document: Mapping[str, Any], article: int) -> dict[str, Any]:
    """The same of an alert's JSON document, which an older release may have written."""
    return {
        **document,
        "articles": [ref for ref in document.get("articles", ()) if ref["id"] != article],
        "evidence": [mention for mention in document.get("evidence", ()) if mention["article"] != article],
        "best_evidence": {
            side: one for side, one in document.get("best_evidence", {}).items() if one["article"] != article
        },
        "changes": [change for change in document.get("changes", ()) if change["article"] != article],
    }
