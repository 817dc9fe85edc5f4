"""dyadwatch: what the press says about a pair of actors, with the evidence for it.

The whole domain lives here; `service` (HTTP) and `workers` (queues) are entry points into it. Layers, top
down: entry points, wiring, steps, adapters, domain, core; docs/architecture.md names their packages, and the
import contracts in pyproject.toml hold them. Importing a module only defines things.
"""

from importlib.metadata import version

__version__ = version("dyadwatch")
