"""Readers that our WebSub hub pushes feeds of alerts to: subscriptions that they make themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

HubMode = Literal["subscribe", "unsubscribe"]


@dataclass(frozen=True, slots=True)
class HubRequest:
    """What a reader asks of the hub: that what is new at `topic` is pushed to `callback` for `lease` seconds,
    signed with its `secret` if it has one, or no more."""

    mode: HubMode
    topic: str
    callback: str
    lease: int
    secret: str | None


@dataclass(frozen=True, slots=True)
class Topic:
    """A feed of alerts that can be pushed: the API key that it is read with, which alerts are in it, the
    `media_type` it is in, and when the key expires, None where it does not."""

    key: int
    filter: Mapping[str, Any]
    media_type: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class PushedTopic:
    """Of which feed an event is pushed, in which form, and the secret that signs it, as stored."""

    url: str
    media_type: str
    secret: str | None
