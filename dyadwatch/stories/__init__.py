"""Which articles tell the same story: near-identical texts, syndicated copies, the same headline.

Values in, values out: signatures of texts, keys of titles, and one decision
over two articles' facts. No rows and no languages' rules may live here;
whoever finds the candidates (by band or by title key) asks `same_story`.
"""

from dyadwatch.stories.decision import Facts, same_story
from dyadwatch.stories.signatures import PERMUTATIONS, bands, signature, similarity
from dyadwatch.stories.titles import title_key

__all__ = ["PERMUTATIONS", "Facts", "bands", "same_story", "signature", "similarity", "title_key"]
