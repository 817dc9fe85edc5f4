"""Digests: one webhook for the events of an hour or a day."""

from collections.abc import Sequence

import orjson

from dyadwatch.model.deliveries import DigestMember
from dyadwatch.subscriptions.timing import net_effect


def digest_document(document: bytes, members: Sequence[DigestMember]) -> bytes:
    """The webhook of a digest: its own `document` with the events that it tells of, one of each alert: what
    its events come to, and the last of its documents. Those that are not kept any more are left out."""
    event = orjson.loads(document)
    entries = []
    for member in members:
        effect = net_effect(member.event_types)
        if effect is not None and member.document:
            entries.append({**orjson.loads(member.document), "type": effect})
    event["data"] |= {"count": len(entries), "events": entries}
    return orjson.dumps(event)
