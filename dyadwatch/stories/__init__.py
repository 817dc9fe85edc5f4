"""Which articles tell the same story: near-identical texts, syndicated copies, the same headline.

Pure: signatures of texts, keys of titles, and `same_story`, which compares two articles. The store finds
the candidates, by band or by title key. No rule of a language belongs here.
"""

from dyadwatch.stories.matching import ArticleFacts, same_story
from dyadwatch.stories.signatures import PERMUTATIONS, bands, signature, similarity
from dyadwatch.stories.titles import title_key

__all__ = ["PERMUTATIONS", "ArticleFacts", "bands", "same_story", "signature", "similarity", "title_key"]
