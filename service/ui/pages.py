"""All pages for people, and the blueprint that serves them."""

import re

from flask import Blueprint

from dyadwatch.bootstrap import Product
from dyadwatch.validation import ROW_ID
from service.rest.operations import Lane
from service.ui import (
    alert,
    alert_changes,
    alerts,
    archive_runs,
    articles,
    guards,
    keys,
    oidc,
    overview,
    quality,
    saved_views,
    sign_in,
    source_changes,
    source_forms,
    sources,
    status,
    stories,
    story_changes,
    subscription,
    subscription_forms,
    subscriptions,
    traces,
    triage,
    watch_checks,
    watch_editor,
    watch_versions,
    watches,
)
from service.ui.frame import MAX_FORM, Page, error_page, http_error_page, runner

__all__ = ["PAGES", "blueprint", "http_error_page", "is_page", "lane", "max_form"]

PAGES: tuple[Page, ...] = (
    *sign_in.PAGES,
    *oidc.PAGES,
    *overview.PAGES,
    *alerts.PAGES,
    *alert.PAGES,
    *alert_changes.PAGES,
    *triage.PAGES,
    *saved_views.PAGES,
    *stories.PAGES,
    *story_changes.PAGES,
    *articles.PAGES,
    *sources.PAGES,
    *source_changes.PAGES,
    *source_forms.PAGES,
    *watches.PAGES,
    *watch_editor.PAGES,
    *watch_checks.PAGES,
    *watch_versions.PAGES,
    *guards.PAGES,
    *archive_runs.PAGES,
    *traces.PAGES,
    *subscriptions.PAGES,
    *subscription.PAGES,
    *subscription_forms.PAGES,
    *status.PAGES,
    *keys.PAGES,
    *quality.PAGES,
)
_CONVERTERS = {"row": ROW_ID, "slug": "[^/]{1,200}"}


def _pattern(path: str) -> re.Pattern[str]:
    literals = re.split(r"<(\w+):\w+>", path)
    return re.compile(
        "".join(_CONVERTERS[part] if number % 2 else re.escape(part) for number, part in enumerate(literals))
    )


_PATHS = tuple(_pattern(shown.path) for shown in PAGES)
_LANES = tuple((shown.method, _pattern(shown.path), shown.lane) for shown in PAGES if shown.lane != "default")
_FORMS = tuple((_pattern(shown.path), shown.max_form) for shown in PAGES if shown.method == "POST")


def blueprint(product: Product) -> Blueprint:
    """The pages, with what becomes of their errors."""
    ui = Blueprint("page", __name__)
    for shown in PAGES:
        ui.add_url_rule(shown.path, shown.name, runner(product, shown), methods=[shown.method])
    ui.register_error_handler(Exception, error_page)
    return ui


def is_page(path: str) -> bool:
    """Whether people look at this path, not programs."""
    return any(pattern.fullmatch(path) for pattern in _PATHS)


def lane(method: str, path: str) -> Lane:
    """The lane of a request for a page."""
    return next((own for of, pattern, own in _LANES if of == method and pattern.fullmatch(path)), "default")


def max_form(path: str) -> int:
    """How many bytes a form sent to a page may have."""
    return next((most for paths, most in _FORMS if paths.fullmatch(path)), MAX_FORM)
