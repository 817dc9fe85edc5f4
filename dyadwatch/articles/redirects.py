"""Redirects that lead to no article: to the front page of a site or of a section, or to a page at which
several stories end, as a wall that no words of its own betray."""

from dyadwatch.articles.canonical_urls import is_home_page, names_section
from dyadwatch.articles.other_articles import is_about
from dyadwatch.model.articles import ExtractedArticle


def leads_to_list(page: ExtractedArticle, *, asked: str, answered: str, headline: str) -> bool:
    """Whether a page that was asked for at one address and answered at another is a front page, not the
    article with a `headline`."""
    if is_home_page(answered):
        return not is_home_page(asked)
    return names_section(answered, asked) and not tells(page, headline)


def tells(page: ExtractedArticle, headline: str) -> bool:
    """Whether a page is about what the feed's headline says."""
    return is_about(f"{page.title}\n\n{page.text}", headline)
