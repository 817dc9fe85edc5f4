"""Articles that are stored and that nobody has tagged."""

from collections.abc import Callable, Sequence
from itertools import count

from sqlalchemy import text

_STORY = text("INSERT INTO stories (title) VALUES ('A title')")
_ARTICLE = text("""
WITH article AS (
    INSERT INTO articles (url, story_id, version, title, title_key, language, published_at)
    SELECT :url, max(id), 1, 'A title', :url, 'en', '2019-02-25' FROM stories RETURNING id
)
INSERT INTO article_versions (article_id, number, title, text, text_hash)
SELECT id, 1, 'A title', :text, '' FROM article
""")


def writer(product) -> Callable[..., None]:
    """What stores texts (each some paragraphs), each with a story of its own or all in one."""
    numbers = count(1)

    def add(*texts: Sequence[str], one_story: bool = False) -> None:
        with product.store.begin() as db:
            for paragraphs in texts:
                number = next(numbers)
                if number == 1 or not one_story:
                    db.execute(_STORY)
                body = "\n\n".join(paragraphs)
                db.execute(_ARTICLE, {"url": f"https://news.example/{number}", "text": body})

    return add
