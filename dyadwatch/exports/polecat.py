"""CSV in the columns of POLECAT (Halterman et al. 2023, "PLOVER and POLECAT"; the files of Harvard Dataverse,
doi:10.7910/DVN/AJGVIT): a line for each piece of evidence that states an event.

POLECAT lists events that took place. So a mention is left out where it names no event, where the text denies
it or says that it may happen, and where it happened well before the article: the date of an event is that of
publication. Of a mutual event the first actor of the watch is the actor. What dyadwatch does not code
(sectors, places, ...) is empty.
"""

import csv
import io
from collections.abc import Iterator

from dyadwatch.exports.page import Document, Page, surface
from dyadwatch.exports.table import cell
from dyadwatch.exports.times import read

MEDIA_TYPE = "text/csv;profile=polecat"
COLUMNS = (
    "Event ID", "Event Date", "Event Type", "Event Mode", "Intensity", "Quad Code", "Contexts",
    "Actor Name", "Actor Country", "Actor COW", "Primary Actor Sector", "Actor Sectors", "Actor Title",
    "Actor Name Raw", "Wikipedia Actor ID",
    "Recipient Name", "Recipient Country", "Recipient COW", "Primary Recipient Sector", "Recipient Sectors",
    "Recipient Title", "Recipient Name Raw", "Wikipedia Recipient ID",
    "Placename", "City", "District", "Province", "Country", "Latitude", "Longitude", "GeoNames ID",
    "Raw Placename", "Feature Type", "Source", "Publication Date", "Story People", "Story Organizations",
    "Story Locations", "Language", "Version",
)  # fmt: skip
_STATED = frozenset({"asserted", "reported"})


def write(shown: Page) -> bytes:
    """The table, with a line of names."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="")
    writer.writeheader()
    writer.writerows(
        {name: cell(value) for name, value in row.items()}
        for alert in shown.alerts
        if alert["state"] == "active"
        for row in _rows(alert, shown)
    )
    return text.getvalue().encode()


def _id(alert: Document, mention: Document) -> str:
    """A sentence may tell of several events."""
    place = f"{mention['article']}-{mention['article_version']}-{mention['evidence']['start']}"
    direction = mention["direction"].replace("->", "")
    return f"{alert['id']}-{place}-{mention['event_type'].lower()}-{direction}"


def _rows(alert: Document, shown: Page) -> Iterator[dict[str, object]]:
    articles = {article["id"]: article for article in alert["articles"]}
    for mention in alert["evidence"]:
        if mention["event_type"] is None or mention["modality"] not in _STATED:
            continue
        article = articles.get(mention["article"], {})
        published = article.get("published_at")
        day = read(published or alert["created_at"]).date().isoformat()
        actor, recipient = ("b", "a") if mention["direction"] == "b->a" else ("a", "b")
        yield {
            "Event ID": _id(alert, mention),
            "Event Date": day,
            "Event Type": mention["event_type"],
            "Event Mode": mention["mode"],
            "Intensity": mention["score"],
            "Quad Code": (mention["quad_class"] or "").replace("_", " ").upper(),
            "Actor Name": shown.actor(alert["watch"], actor).name,
            "Actor Name Raw": surface(mention, actor),
            "Recipient Name": shown.actor(alert["watch"], recipient).name,
            "Recipient Name Raw": surface(mention, recipient),
            "Source": article.get("source"),
            "Publication Date": None if published is None else day,
            "Language": alert["language"],
            "Version": f"dyadwatch {mention['tagger_version']}",
        }
