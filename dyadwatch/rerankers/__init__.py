"""Rerankers that ask over the network: a language model that the operator chose judges doubtful clauses.

What is asked and how an answer is read stands in `question`, whom and how often in `endpoint`. A reranker of
this package never raises and never waits for long: where no answer counts, it has no opinion. The form of a
reranker, and those that compute by themselves, are in dyadwatch.tagging.relations.rerankers.
"""

from dyadwatch.rerankers.endpoint import Endpoint, EndpointReranker

ENDPOINT_RERANKER = "openai"  # by which a setting or option chooses it: the form of its requests

__all__ = ["ENDPOINT_RERANKER", "Endpoint", "EndpointReranker"]
