"""Publishers: which names and addresses are one, and what is known of each, from `publishers.yaml`.

Pure lookups by slug, name, address or source. What an operator says of a source counts before what is known
here. No feed is listed here: those are `feeds/starter_sources.yaml`.
"""

from dyadwatch.publishers.registry import all_publishers, at, by_name, by_slug, of_source

__all__ = ["all_publishers", "at", "by_name", "by_slug", "of_source"]
