"""Which articles tell the same story, as a table."""

from datetime import UTC, datetime, timedelta

import pytest

from dyadwatch.stories import ArticleFacts, same_story, signature, title_key

DAY = datetime(2024, 6, 15, tzinfo=UTC)
COPY = " ".join(f"w{number}" for number in range(300))
EDITED = (
    " ".join(f"w{number}" for number in range(30, 300)) + " " + " ".join(f"e{number}" for number in range(30))
)
SHORT = " ".join(f"w{number}" for number in range(80))
STOCK = (
    " ".join(f"w{number}" for number in range(12, 80)) + " " + " ".join(f"m{number}" for number in range(4))
)
MOST_OF_COPY = (
    " ".join(f"w{number}" for number in range(75, 300)) + " " + " ".join(f"m{number}" for number in range(30))
)
HALF = " ".join(f"w{number}" for number in range(180)) + " " + " ".join(f"h{number}" for number in range(120))
OTHER = " ".join(f"x{number}" for number in range(300))
TITLE = "Minister arrives in the capital for talks"


def facts(text=COPY, title="", url="https://a.example/1", origin=None, day=0):
    return ArticleFacts(url, origin, title_key(title), signature(text), len(text), DAY + timedelta(days=day))


@pytest.mark.parametrize(
    ("new", "old", "same"),
    [
        (facts(), facts(url="https://b.example/1"), True),
        (facts(), facts(EDITED, url="https://b.example/1"), True),
        (facts(), facts(HALF, url="https://b.example/1"), False),
        (facts(title=TITLE), facts(HALF, TITLE.upper(), "https://b.example/1"), True),
        (facts(title=TITLE), facts(HALF, TITLE + " today", "https://b.example/1"), False),
        (facts(title=TITLE), facts(MOST_OF_COPY, "Rates are left as they were", "https://b.example/1"), True),
        (facts(SHORT, TITLE), facts(STOCK, "Rates are left as they were", "https://b.example/1"), False),
        (facts(SHORT, TITLE), facts(STOCK, TITLE + " today", "https://b.example/1"), True),
        (facts(title=TITLE), facts(OTHER, TITLE, "https://b.example/1"), False),
        (facts(title=TITLE), facts(OTHER, TITLE, "https://b.example/1", "https://a.example/1"), True),
        (facts(title=TITLE, origin="https://w.example/9"), facts(OTHER, TITLE, "https://b.example/1", "https://w.example/9"), True),
        (facts(), facts(OTHER, "", "https://b.example/1", "https://a.example/1"), False),
        (facts(), facts(HALF, "", "https://b.example/1", "https://a.example/1"), True),
        (facts(title="News in brief"), facts(HALF, "News in brief", "https://b.example/1"), False),
        (facts("", TITLE), facts("", TITLE, "https://b.example/1"), False),
        (facts(day=7), facts(url="https://b.example/1"), True),
        (facts(day=8), facts(url="https://b.example/1"), False),
        (facts(), facts(url="https://b.example/1", day=8), False),
    ],
)  # fmt: skip
def test_same_story(new, old, same):
    """Near-identical texts, or equal headlines with similar
    texts or a shared origin, within a week, either way round."""
    assert same_story(new, old) is same
    assert same_story(old, new) is same


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("  Minister arrives — in “Damascus” ", "minister arrives in damascus"),
        ("وصول الوزير إلى دمشق", "وصول الوزير إلى دمشق"),
        ("News in brief", ""),
        ("", ""),
    ],
)
def test_title_key(title, key):
    """Words only, casefolded; empty for short titles, which recur."""
    assert title_key(title) == key
