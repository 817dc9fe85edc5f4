"""The figures of the tagger."""

from dataclasses import asdict

from flask import Response, g

from dyadwatch.bootstrap import Product
from dyadwatch.model.precision import PrecisionView
from dyadwatch.store import precision
from dyadwatch.tagging.quality import shipped_quality
from service.rest.quality import running_versions
from service.ui.frame import Page
from service.ui.rendering import page

_MAX_JUDGED = 20  # watches with figures by verdict


def show(product: Product) -> Response:
    """How often the tagger is right, for everybody: it tells nothing of this installation but its version.
    What its analysts' verdicts say is for who has signed in."""
    measured, running = shipped_quality(), running_versions()
    is_outdated = any(measured[name] != version for name, version in asdict(running).items())
    judged: list[PrecisionView] = []
    if g.session is not None:
        with product.store.begin() as db:
            judged = precision.of_watches(db, limit=_MAX_JUDGED)
    return page(
        "quality.html", 200, quality=measured, running=running, is_outdated=is_outdated, judged=judged
    )


PAGES = (Page("/quality", "quality", show, scope=None, section="quality"),)
