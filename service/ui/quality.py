"""The figures of the tagger."""

from dataclasses import asdict

from flask import Response

from dyadwatch.bootstrap import Product
from dyadwatch.tagging.quality import shipped_quality
from service.rest.quality import running_versions
from service.ui.frame import Page
from service.ui.rendering import page


def show(_product: Product) -> Response:
    """How often the tagger is right, for everybody: it tells nothing of this installation but its version."""
    measured, running = shipped_quality(), running_versions()
    is_outdated = any(measured[name] != version for name, version in asdict(running).items())
    return page("quality.html", 200, quality=measured, running=running, is_outdated=is_outdated)


PAGES = (Page("/quality", "quality", show, scope=None, section="quality"),)
