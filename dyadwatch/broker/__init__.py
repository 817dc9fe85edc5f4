"""The broker: what the URLs of brokers mean, and everything that dyadwatch itself says to Redis or Valkey.

Nothing kept there is needed again: it may be emptied or missing at any moment. `Broker.execute` answers for a
server that is absent. Celery's own traffic belongs to `workers`.
"""

from dyadwatch.broker.client import Broker, Client
from dyadwatch.broker.pacing import Admission, Pacing
from dyadwatch.broker.throttle import Allowance, Quota, Throttle
from dyadwatch.broker.urls import BrokerUrl, Kind, read_url

__all__ = [
    "Admission",
    "Allowance",
    "Broker",
    "BrokerUrl",
    "Client",
    "Kind",
    "Pacing",
    "Quota",
    "Throttle",
    "read_url",
]
