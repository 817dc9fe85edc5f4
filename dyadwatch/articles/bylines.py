"""Who wrote an article."""

from collections.abc import Set as AbstractSet
from itertools import islice

from dyadwatch.articles import byline_candidates, byline_names
from dyadwatch.articles.byline_candidates import Candidate
from dyadwatch.articles.metadata import PageMetadata, element_text, site_keys
from dyadwatch.articles.paths import path
from dyadwatch.articles.state_facts import StateFacts
from dyadwatch.articles.weighing import Scores, read_weights, score
from dyadwatch.text.words import word_key

# "author-bio", "about-the-author", "authorDescription"
_ABOUT_AUTHOR = path(
    "//@class[contains(., 'uthor')][contains(., 'bio') or contains(., 'Bio') or contains(., 'bout')"
    " or contains(., 'esc')]/parent::*[self::div or self::section or self::aside or self::p]"
)
_MIN_NOTE = 40
_MIN_SITE = 5  # characters
_MAX_CANDIDATES, _MAX_CANDIDATE = 40, 1_000  # candidates looked at, and characters of each
_NO_BYLINE = frozenset(("none",))


def authors(page: PageMetadata, title: str | None, state: StateFacts | None = None) -> tuple[str, ...]:
    """Names of the authors of a page with this title, in its order; empty where it names none.

    The people that JSON-LD (right 0.87 where present) or meta elements state; where these name none but an
    agency, a desk or somebody by one word, that one; only where they name nobody, or the publisher itself,
    the people of the state of its scripts, then what the page shows as its byline: instead of the publisher,
    people near the headline or below the text.
    """
    if people := byline_candidates.stated_people(page):
        return people
    organisation = byline_candidates.stated_organisation(page)
    if organisation and (byline_names.is_desk(organisation) or not _is_site(organisation, site_keys(page))):
        return (organisation,)
    by_state = byline_candidates.people_of(state.authors, page) if state is not None else ()
    if found := by_state or _shown(page, title, people_alone=organisation is not None):
        return found
    organisation = organisation or byline_candidates.marked_organisation(page)
    return (organisation,) if organisation else ()


def _shown(page: PageMetadata, title: str | None, *, people_alone: bool) -> tuple[str, ...]:
    """What the page shows as its byline, that of editors where it has no other; only people near the headline
    where its publisher is stated."""
    candidates = byline_candidates.shown_candidates(page, title)
    if people_alone:
        candidates = [one for one in candidates if byline_candidates.is_near_person(one)]
    writers = [one for one in candidates if "editor" not in one.features]
    return likeliest(writers, weights()) or likeliest(candidates, weights())


def _is_site(name: str, sites: AbstractSet[str]) -> bool:
    """Whether a name is the site's, with or without "The" or "Online"."""
    key = word_key(name).replace(" ", "")
    return any(key == site or (site in key and _MIN_SITE <= len(site) >= len(key) / 2) for site in sites)


def likeliest(candidates: list[Candidate], by_feature: Scores) -> tuple[str, ...]:
    """The names of the candidate with the highest sum of weights, or of a statement beside it that names
    co-authors too; none where no candidate has a higher sum than a page without byline."""
    best = max(candidates, key=lambda one: score(one.features, by_feature), default=None)
    if best is None or score(best.features, by_feature) <= score(_NO_BYLINE, by_feature):
        return ()
    fuller = (one for one in candidates if one.keys > best.keys and byline_candidates.is_beside(one, best))
    return next(fuller, best).names


def weights() -> Scores:
    """The weights of features in hundredths, fitted by benchmarks/train_bylines.py."""
    return read_weights("byline_weights.json")


def author_note(page: PageMetadata, names: tuple[str, ...]) -> str | None:
    """What the page says about one of its authors (`names`) in an element made for it, None where there is
    none."""
    keys = [word_key(name) for name in names]
    for element in islice(_ABOUT_AUTHOR(page.tree) if keys else (), _MAX_CANDIDATES):
        text = element_text(element)
        text_key = word_key(text)
        if (
            _MIN_NOTE < len(text) < _MAX_CANDIDATE
            and text[-1] in ".!…"
            and any(name in text_key for name in keys)
        ):
            return text
    return None
