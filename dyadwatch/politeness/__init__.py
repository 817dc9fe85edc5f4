"""Politeness: what a publisher allows of crawlers, and how many requests its hosts are sent.

Pure: robots.txt, URLs and the operator's policy in, decisions out. Requests are sent by `web`, counted by
`broker` and admitted by `pipeline.crawl_gate`.
"""

from dyadwatch.politeness.policy import CrawlPolicy, HostLimits
from dyadwatch.politeness.source_speeds import CrawlRequest, SourceSpeeds

__all__ = ["CrawlPolicy", "CrawlRequest", "HostLimits", "SourceSpeeds"]
