"""The broker: everything that dyadwatch itself says to Redis or Valkey, and whether RabbitMQ lets us in.

Nothing kept there is needed again: it may be emptied or missing at any moment. `Broker.execute` answers for a
server that is absent. Celery's own traffic belongs to `workers`.
"""

from dyadwatch.broker.cache import Cache
from dyadwatch.broker.client import Broker, Client, describe
from dyadwatch.broker.pacing import Admission, Pacing
from dyadwatch.broker.throttle import Allowance, Quota, Throttle
from dyadwatch.broker.wakeups import Wakeups

__all__ = [
    "Admission",
    "Allowance",
    "Broker",
    "Cache",
    "Client",
    "Pacing",
    "Quota",
    "Throttle",
    "Wakeups",
    "describe",
]
