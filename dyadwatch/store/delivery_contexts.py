"""What a claimed delivery is sent with: the event's document, and the endpoint that it goes to."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, text

from dyadwatch.model.deliveries import ClaimedDelivery
from dyadwatch.model.hub_subscribers import PushedTopic
from dyadwatch.store import held_deliveries, queries, subscription_secrets
from dyadwatch.store.columns import template_from_column, timing_from_column
from dyadwatch.store.queries import Record
from dyadwatch.subscriptions.timing import DIGEST

_EVENTS = text("SELECT id, webhook_id, body, type FROM alert_events WHERE id = ANY(:events)")
_ENDPOINTS = text(f"""
SELECT id, url, {subscription_secrets.SIGNING} AS secrets, state, failures, template, sealed_headers, timing,
    max_per_second, topic, media_type, secret
FROM subscriptions LEFT JOIN hub_subscribers ON subscription_id = id WHERE id = ANY(:subscriptions)
""")  # noqa: S608  # constant SQL


def read(db: Connection, rows: Sequence[Record]) -> list[ClaimedDelivery]:
    """The claimed rows with what they send, read once for each event, and where to, once for each
    subscription. Neither can be removed before the claim ends."""
    if not rows:
        return []
    ids = {"events": _distinct(rows, "event_id"), "subscriptions": _distinct(rows, "subscription_id")}
    events, ends = queries.run_together(
        db, queries.Query(_EVENTS, ids, _by_id), queries.Query(_ENDPOINTS, ids, _endpoints)
    )
    digests = [row["id"] for row in rows if events[row["event_id"]].type == DIGEST]
    members = held_deliveries.members(db, digests)
    return [
        ClaimedDelivery(
            id=row["id"],
            turn=row["turn"],
            host=row["host"],
            number=row["attempt_count"] + 1,
            tries=row["tries"],
            trigger=row["trigger"],
            webhook_id=events[row["event_id"]].webhook_id,
            body=events[row["event_id"]].body,
            event_type=events[row["event_id"]].type,
            members=members.get(row["id"], ()),
            **ends[row["subscription_id"]],
        )
        for row in rows
    ]


def _distinct(rows: Sequence[Record], column: str) -> list[int]:
    return list({row[column] for row in rows})


def _by_id(rows: queries.Rows) -> Mapping[int, Any]:
    return {row.id: row for row in rows}


def _endpoints(rows: queries.Rows) -> Mapping[int, Mapping[str, Any]]:
    return {
        row.id: {
            "subscription": row.id,
            "url": row.url,
            "secrets": row.secrets,
            "subscription_state": row.state,
            "failures": row.failures,
            "template": template_from_column(row.template),
            "headers": row.sealed_headers,
            "timing": timing_from_column(row.timing),
            "max_per_second": row.max_per_second,
            "topic": row.topic and PushedTopic(row.topic, row.media_type, row.secret),
        }
        for row in rows
    }
