"""Word order: what follows from where the verb of a plain sentence stands, one module per order.

A lexicon names the order of its language (svo, vso, sov, v2, coverb). What all orders answer is
`order.WordOrder`; nothing else asks for the order by name. Cues are read here; how an act is coded, and
whether the two actors are related, is decided elsewhere.
"""

from dyadwatch.tagging.documents.word_order.coverb import COVERB
from dyadwatch.tagging.documents.word_order.order import WordOrder
from dyadwatch.tagging.documents.word_order.sov import SOV
from dyadwatch.tagging.documents.word_order.svo import SVO
from dyadwatch.tagging.documents.word_order.v2 import V2
from dyadwatch.tagging.documents.word_order.vso import VSO
from dyadwatch.tagging.lexicons.lexicon import Lexicon

WORD_ORDERS = {"svo": SVO, "vso": VSO, "sov": SOV, "v2": V2, "coverb": COVERB}


def word_order_of(lexicon: Lexicon) -> WordOrder:
    """The word order of a language."""
    return WORD_ORDERS[lexicon.word_order]


__all__ = ["WORD_ORDERS", "WordOrder", "word_order_of"]
