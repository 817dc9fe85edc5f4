"""The steps: poll, fetch, tag, deliver, one file each; claim -> I/O -> think -> save.

A step opens no transaction across the network and calls no other step; what it leaves due is found by the next
one. Rules live in the pure rooms below, SQL in `store`, HTTP in `web`; here they are only put in order. The same
steps run inline (`run_until_idle`) and under the workers.
"""

from dyadwatch.pipeline.context import Limits, StepContext
from dyadwatch.pipeline.crawl_gate import CrawlGate, CrawlPolicy
from dyadwatch.pipeline.pipeline import Pipeline
from dyadwatch.pipeline.tagger_cache import TaggerCache

__all__ = ["CrawlGate", "CrawlPolicy", "Limits", "Pipeline", "StepContext", "TaggerCache"]
