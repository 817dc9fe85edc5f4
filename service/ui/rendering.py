"""HTML responses: a template, what all templates know, and the policy that keeps everything foreign out of
the page."""

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, Response, current_app, g, render_template, request, url_for

from dyadwatch.model.keys import Scope
from service.ui import (
    alert_history,
    cookies,
    facts,
    feature_names,
    feed_texts,
    labels,
    languages,
    problem_texts,
    quality_texts,
    reasons,
    watch_names,
)

SCRIPTED_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# The parts of the navigation: the names of their pages.
_SECTIONS = {
    "overview": languages.mark("Overview"),
    "alerts": languages.mark("Alerts"),
    "stories": languages.mark("Stories"),
    "articles": languages.mark("Articles"),
    "sources": languages.mark("Sources"),
    "watches": languages.mark("Watches"),
    "subscriptions": languages.mark("Subscriptions"),
    "status": languages.mark("Status"),
}
# What templates put values into words by.
_FILTERS: Mapping[str, Callable[..., str]] = {
    "watch_title": watch_names.title,
    "moment": languages.moment,
    "day": languages.day,
    "short_day": languages.short_day,
    "duration": languages.duration,
    "number": languages.number,
    "percent": languages.percent,
    "said": labels.said,
    "side": facts.side,
    "ownership": facts.ownership,
    "state_control": facts.state_control,
    "not_article": facts.not_article,
    "filter_title": facts.filter_title,
    "language_name": facts.language_name,
    "country_name": facts.country_name,
    "feature_name": feature_names.feature_name,
    "change_kind": alert_history.kind,
    "change_value": alert_history.value,
    "withdrawal": alert_history.withdrawal,
    "feed_text": feed_texts.translate,
    "problem_text": problem_texts.translate,
    "published": quality_texts.translate,
}
_HEADERS = {
    "Content-Security-Policy": SCRIPTED_POLICY,
    "Cache-Control": "no-store",
    # With no-referrer a browser sends "Origin: null" even with forms to ourselves.
    "Referrer-Policy": "same-origin",
    "Vary": "Cookie, Accept-Language",
}


def page(template: str, status: int, **values: Any) -> Response:
    """The template as a page that is not kept."""
    html = render_template(template, status=status, **values)
    return current_app.response_class(html, status, _HEADERS, mimetype="text/html")


def prepare(app: Flask) -> None:
    """Gives the templates of an application their language, forms and filters."""
    environment = app.jinja_env
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.add_extension("jinja2.ext.i18n")
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # of the extension
        languages.gettext, languages.ngettext, newstyle=True
    )
    environment.globals |= {
        "sections": _sections,
        "form_token": _form_token,
        "flash": _flash,
        "allows": _allows,
        "source_problem": reasons.source_problem,
        "why_failed": reasons.why_stopped,
        "is_translated": _is_translated,
        "in_language": _in_language,
        "language": languages.current,
        "language_names": languages.NAMES,
        "direction": languages.direction,
    }
    environment.filters |= _FILTERS


def _sections() -> list[tuple[str, str]]:
    return [(name, languages.gettext(text)) for name, text in _SECTIONS.items()]


def _form_token() -> str:
    """What every form of a signed-in visitor carries in a hidden field."""
    session = g.get("session")
    return "" if session is None else session.form_token


def _flash() -> dict[str, str]:
    """What was done by the form that led to this page: a text `before` the `link`, its `text`, and what is
    `after` it; or nothing."""
    session = g.get("session")
    text, link = ("", "") if session is None else cookies.read_flash(session.form_token)
    g.has_flashed = bool(text)
    if not text:
        return {}
    before, _, rest = text.partition("[") if link else (text, "", "")
    linked, _, after = rest.partition("]")
    return {"before": before, "link": link, "text": linked, "after": after}


def _is_translated(text: str) -> bool:
    """Whether a text is in the language of the page: by its script, of one that is not Latin."""
    return languages.direction() == "ltr" or any(unicodedata.bidirectional(char) == "AL" for char in text)


def _allows(scope: Scope) -> bool:
    """Whether the visitor may do what needs a scope."""
    session = g.get("session")
    return session is not None and session.key.allows(scope)


def _in_language(language: str) -> str:
    """The address of this page in another language."""
    following = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return url_for("page.choose_language", language=language, next=following)
