"""What a language has for saying who acts other than by standing first."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from dyadwatch.text.folding import fold_surface


class ActingWords(NamedTuple):
    """Words and endings that turn round who acts.

    `receive` are verbs of receiving, whose giver stands in the case `giver`, or whose subject in the case
    `receiver` and the giver in any; a word of `no_gift` before one makes it another act ("took revenge on").
    `whom` are relative pronouns for an object, `whom_before_name` only directly before a name. `to_him` say
    within a relative clause that what it belongs to is its object, as do the `him_endings` of a verb.
    `object_participles` end a verb that stands before its object and after the genitive of its subject.
    `invite` are forms for one who is invited. `passive_endings` end a passive whose agent stands in the
    instrumental. `own_endings` are words that only look like a verb with one of these endings.
    `fronted_objects` stand before a name that opens a sentence and does not act, `object_echoes` behind one,
    whose object they take up (Spanish "A K lo ..."). A name that ends in one of
    `unchanging` is alike in every case."""

    receive: tuple[str, ...]
    giver: str
    receiver: str
    no_gift: frozenset[str]
    whom: frozenset[str]
    whom_before_name: frozenset[str]
    to_him: tuple[str, ...]
    him_endings: tuple[str, ...]
    own_endings: frozenset[str]
    object_participles: tuple[str, ...]
    invite: tuple[str, ...]
    passive_endings: tuple[str, ...]
    fronted_objects: frozenset[str]
    object_echoes: frozenset[str]
    unchanging: tuple[str, ...]


def read_acting_words(document: Mapping[str, Any]) -> ActingWords:
    """The words of a language's data; those of several parts are written with an underscore between."""
    table = document.get("acting", {})

    def words(field: str) -> tuple[str, ...]:
        return tuple(fold_surface(word.replace("_", " ")) for word in table.get(field, "").split())

    return ActingWords(
        words("receive"),
        table.get("giver", "from"),
        table.get("receiver", ""),
        frozenset(words("no_gift")),
        frozenset(words("whom")),
        frozenset(words("whom_before_name")),
        words("to_him"),
        words("him_endings"),
        frozenset(words("own_endings")),
        words("object_participles"),
        words("invite"),
        words("passive_endings"),
        frozenset(words("fronted_objects")),
        frozenset(words("object_echoes")),
        words("unchanging"),
    )
