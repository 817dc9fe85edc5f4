"""Senders: the channels by which an event reaches a subscriber, one module per channel behind one protocol.

A channel carries a body that was made elsewhere and says what came of the
attempt. Nothing here chooses subscribers, decides on retries or reads a row.
To add a channel, write a module beside `webhook` and name it in `registry`.
"""

from dyadwatch.senders.channel import Channel, Message, Transports
from dyadwatch.senders.mail import unsubscribe_token
from dyadwatch.senders.reasons import reason
from dyadwatch.senders.registry import CHANNELS, Senders

__all__ = [
    "CHANNELS",
    "Channel",
    "Message",
    "Senders",
    "Transports",
    "reason",
    "unsubscribe_token",
]
