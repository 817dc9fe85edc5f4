"""The steps: poll, push, fetch, tag, deliver, one module each; claim -> I/O -> decide -> save.

A step opens no transaction across the network and calls no other step: what it makes due is
claimed by the next one. The steps that wait on the network read alike: `_attempt` (the I/O),
`_decide` (pure) and `_save`, which `network_step.run` puts together. Rules live in the domain
packages below, SQL in `store`, HTTP in `web`. The same steps run inline (`run_until_idle`) and under Celery.
"""

from dyadwatch.pipeline.context import Limits, StepContext
from dyadwatch.pipeline.crawl_gate import CrawlGate
from dyadwatch.pipeline.endpoint_pacing import EndpointPacing
from dyadwatch.pipeline.pipeline import Pipeline
from dyadwatch.pipeline.tagger_cache import TaggerCache

__all__ = ["CrawlGate", "EndpointPacing", "Limits", "Pipeline", "StepContext", "TaggerCache"]
