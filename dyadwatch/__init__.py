"""dyadwatch: what the press says about a pair of actors, with the evidence for it.

Every thought of the product lives here; `service` (HTTP) and `workers` (queues) are doors into it.
Floors, top down: cli > bootstrap > pipeline | settings > store | web > feeds | articles | tagging |
stories | webhooks > model | urls | backoff > errors. Importing a module only defines things.
"""

from importlib.metadata import version

__version__ = version("dyadwatch")
