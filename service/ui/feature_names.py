"""Words for the features of a mention: what speaks for and against that its sentence relates the two.

A feature's name in the tagger is what it is, where it stands, and whether an event fits the two, such as
"negation before, no act"; the parts are translated, and put together by templates.
"""

import re
from collections.abc import Mapping

from dyadwatch.tagging.events.plover import EVENT_TYPES
from service.ui import labels
from service.ui.languages import gettext as _
from service.ui.languages import mark

_WORDS: Mapping[str, str] = {
    "bias": mark("two actors within reach of each other, alone"),
    "same_sentence": mark("both in one sentence"),
    "headline": mark("the headline names both"),
    "related before": mark("the text has related the two before"),
    "related just before": mark("the sentence before relates the two"),
    "named again": mark("more than two of their names in the sentence"),
    "cue_between": mark("what happened is told between the two"),
    "cue_beside": mark("what happened is told beside the two"),
    "tie_cue": mark("a lasting tie"),
    "no_cue": mark("no word for what happened"),
    "direct": mark("only a few words between the two"),
    "compound": mark("the two joined by a hyphen"),
    "possessive": mark("one as the other's own"),
    "between_markers": mark("a word for “between” before the two"),
    "coreference": mark("one is meant without a name"),
    "joint": mark("one word for both"),
    "sequel": mark("an act of the sentence before, named again"),
    "act taken up": mark("an act that the sentence before tells of one, named again with the other"),
    "possessive pronoun": mark("one is meant by a possessive, such as “its”"),
    "topic": mark("one is left out whom the text has just been about"),
    "exchange": mark("an answer to the sentence before"),
    "occasion": mark("one is meant by the occasion"),
    "implied": mark("one is left out"),
    "partner": mark("one is named as the other's partner"),
    "coordinated": mark("the two joined by “and”"),
    "neither": mark("“neither … nor …”"),
    "enumeration": mark("a list of three or more"),
    "clause_break": mark("a clause ends between the two"),
    "comma between": mark("a comma between the two"),
    "comma before last": mark("a comma right before the second"),
    "far": mark("the two stand far apart"),
    "display": mark("it is about a picture or a list of the two"),
    "fellow object": mark("somebody else is met along with him"),
    "image text": mark("the text of an image, not a sentence"),
    "talked about": mark("one is only the topic of a talk"),
    "addressed": mark("one speaks to the other in a quotation"),
    "said of both": mark("somebody else is quoted on both of them"),
    "match": mark("a match of two teams"),
    "describes outsider": mark("one only describes somebody else, to whom it is done"),
    "fate": mark("one only speaks of what befell the other"),
    "aide": mark("an aide stands between the two"),
    "message": mark("a message that somebody carries"),
    "other_subject": mark("somebody else does it"),
    "other_object": mark("it is done to somebody else"),
    "act noun": mark("an act that was told, named again by a noun"),
    "further quotation": mark("a quotation of one who spoke of the other goes on"),
    "pronoun quoted": mark("the quotation has a pronoun for the other"),
    "nobody quoted": mark("the quotation has no pronoun for the other"),
    "semicolon between": mark("a semicolon between the two"),
    "counted": mark("the two are only counted, as by “both … and”"),
    "named after colon": mark("the two alone stand after a colon"),
    "own clauses": mark("each of the two has a clause of his own"),
    "own clauses answered": mark("each has a clause of his own, and the second answers the first"),
    "joined apart": mark("an “and” between the two, with more words before it"),
    "others": mark("all others together"),
    "metonym": mark("a place or an office stands for one of them"),
    "reranker": mark("the reranker's score"),
    "goes on": mark("the text relates the two in another sentence"),
    "names one": mark("the sentence names one of the two"),
    "names both": mark("the sentence names both"),
    "act": mark("a word for an act"),
    "no act": mark("no word for an act"),
    "quotation": mark("words in quotation marks"),
    "no clause": mark("nothing in the sentence refers to the other"),
    "no headline": mark("the text has no headline"),
    "another person": mark("the sentence names somebody else too"),
    "nobody else": mark("the sentence names nobody else"),
    "named just before": mark("the sentence before names the same one"),
    "other just before": mark("the sentence before names the other"),
    "persons": mark("both are persons"),
    "bodies": mark("both are states or bodies"),
    "person and body": mark("one is a person, the other a state or body"),
    "both as objects": mark("both are objects of verbs or prepositions"),
    "first as object": mark("the first is the object of a verb or preposition"),
    "last as object": mark("the second is the object of a verb or preposition"),
    "no object": mark("neither is the object of a verb or preposition"),
}
# What a word says that stands somewhere in the sentence, beside the types of events.
_CUES: Mapping[str, str] = {
    "act": mark("a word for an act"),
    "act beside,": mark("a word for an act right beside one of them"),
    "event": mark("an event that fits the two"),
    "tie": mark("a word for a tie"),
    "according": mark("a word such as “according to”"),
    "aide": mark("an aide"),
    "both": mark("a word for “both”"),
    "break": mark("a word that begins another clause"),
    "clause": mark("a word that opens a clause"),
    "display": mark("a word for a picture or a list"),
    "hearsay": mark("a word for hearsay"),
    "historical": mark("a word for long ago"),
    "hypothetical": mark("a word for what may be"),
    "joint": mark("a word for the two together"),
    "message": mark("a word for a message"),
    "negation": mark("a negation"),
    "opener": mark("a word that opens a sentence"),
    "other person": mark("another person"),
    "partner": mark("a word for a partner"),
    "planned": mark("a word for what is planned"),
    "relative": mark("a relative pronoun"),
    "speech": mark("a word of saying"),
    "that": mark("a word for “that”"),
}
_PLACES: Mapping[str, str] = {
    "before": mark("%(what)s, before the two"),
    "between": mark("%(what)s, between the two"),
    "after": mark("%(what)s, after the two"),
}
_CONDITIONS: Mapping[str, str] = {
    "act": mark("%(what)s; an event fits the two"),
    "no act": mark("%(what)s; no event fits the two"),
    "persons": mark("%(what)s; both are persons"),
    "bodies": mark("%(what)s; both are states or bodies"),
    "person and body": mark("%(what)s; a person and a state or body"),
    "both as objects": mark("%(what)s; both are objects"),
    "first as object": mark("%(what)s; the first is an object"),
    "last as object": mark("%(what)s; the second is an object"),
    "no object": mark("%(what)s; neither is an object"),
}
_FORMS: Mapping[str, Mapping[str, str]] = {
    "first": {
        "name": mark("the first by name"),
        "role": mark("the first by office"),
        "pronoun": mark("the first by a pronoun"),
        "omission": mark("the first left out"),
    },
    "last": {
        "name": mark("the second by name"),
        "role": mark("the second by office"),
        "pronoun": mark("the second by a pronoun"),
        "omission": mark("the second left out"),
    },
}
# The case of an actor, or the preposition that stands for it.
_CASES: Mapping[str, Mapping[str, str]] = {
    "first": {
        "None": mark("the first in no marked case"),
        "and": mark("the first after “and”"),
        "between": mark("the first after “between”"),
        "by": mark("the first after “by”"),
        "from": mark("the first after “from”"),
        "object": mark("the first as the object"),
        "of": mark("the first after “of”"),
        "to": mark("the first after “to”"),
        "with": mark("the first after “with”"),
    },
    "last": {
        "None": mark("the second in no marked case"),
        "and": mark("the second after “and”"),
        "between": mark("the second after “between”"),
        "by": mark("the second after “by”"),
        "from": mark("the second after “from”"),
        "object": mark("the second as the object"),
        "of": mark("the second after “of”"),
        "to": mark("the second after “to”"),
        "with": mark("the second after “with”"),
    },
}
# How many there are: the text, and what each class of numbers counts.
_COUNTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "gap": (mark("words between the two: %(number)s"), ("0", "1–3", "4–8", "9–16", "17+")),
    "length": (
        mark("characters of the sentence: %(number)s"),
        ("≤ 60", "61–120", "121–200", "201–320", "321+"),
    ),
    "sentences": (mark("sentences of the text: %(number)s"), ("1", "2–3", "4+")),
    "headline names": (mark("how many of the two the headline names: %(number)s"), ("0", "1", "2")),
    "since related": (
        mark("sentences since the last that relates the two: %(number)s"),
        ("—", "1", "2", "3", "4+"),
    ),
    "until related": (
        mark("sentences until the next that relates the two: %(number)s"),
        ("—", "1", "2", "3", "4+"),
    ),
    "doubt": (
        mark("log-odds against its words alone: %(number)s"),
        ("0", "0–1", "1–2", "2–3", "3–4", "4+"),
    ),
    "words after": (mark("words after the two: %(number)s"), ("0", "1", "2", "3+")),
    "commas after": (mark("commas after the two: %(number)s"), ("0", "1", "2+")),
    "capitals": (mark("words with a capital: %(number)s"), ("0", "1", "2", "3", "4", "5+")),
    "event costs": (
        mark("steps by which the event fits badly: %(number)s"),
        ("0", "1", "2", "3", "4", "5", "6+"),
    ),
}
_NAMES = mark("both are named")  # how the two were found, where no other word says it
_PLACED = re.compile(rf"(.+) ({'|'.join(_PLACES)})")
_COUNTED = re.compile(rf"({'|'.join(_COUNTS)}) (\d)")
_FORMED = re.compile(r"(first|last) by (\w+)")
_CASED = re.compile(r"(first|last) in case (\w+)")


def feature_name(name: str) -> str:
    """A feature in words; its name where it is none of this version of the tagger."""
    core, _comma, condition = name.rpartition(", ")
    if condition in _CONDITIONS and (words := _core(core)):
        return _(_CONDITIONS[condition]) % {"what": words}
    return _core(name) or name


def _core(name: str) -> str:
    if name in _WORDS:
        return _(_WORDS[name])
    if name.startswith("found by "):
        how = name.removeprefix("found by ")
        return _(_NAMES) if how == "names" else _(_WORDS[how]) if how in _WORDS else ""
    if match := _COUNTED.fullmatch(name):
        text, classes = _COUNTS[match[1]]
        number = int(match[2])
        return _(text) % {"number": classes[number]} if number < len(classes) else ""
    return _of_actor(name) or _placed(name)


def _of_actor(name: str) -> str:
    for pattern, words in ((_FORMED, _FORMS), (_CASED, _CASES)):
        if match := pattern.fullmatch(name):
            word = words[match[1]].get(match[2])
            return _(word) if word else ""
    return ""


def _placed(name: str) -> str:
    match = _PLACED.fullmatch(name)
    if match is None:
        return ""
    if match[1] in _CUES:
        what = _(_CUES[match[1]])
    elif match[1] in EVENT_TYPES:
        what = labels.event(match[1]).text
    else:
        return ""
    return _(_PLACES[match[2]]) % {"what": what}
