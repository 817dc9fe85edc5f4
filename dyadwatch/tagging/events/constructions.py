"""Constructions: how a sentence is built, where that tells who acts whatever the act is.

The words for it are those of a lexicon's `acting` (lexicons.acting_words)."""

import re

from dyadwatch.tagging.documents.case_marking import affixed_case, only_titles_between
from dyadwatch.tagging.documents.clause import EDGE, Clause
from dyadwatch.tagging.documents.document import ActorSpan
from dyadwatch.tagging.events.fitting import Event
from dyadwatch.tagging.watches.name_cases import NOMINATIVE, is_oblique

_WORD = re.compile(r"[\w'-]+")
_DASHES = frozenset({"-", "\u2013", "\u2014"})
_OF = "\u7684"  # Chinese: what stands before it describes what follows
_GENITIVE = re.compile(r"'n?[iu]n ")  # Turkish
_TO_SUBJECT = 3  # words at most from a relative pronoun to the subject after it
_TITLES = 2  # words
_AFTER_SUBJECT = 40  # folded characters in which a relative clause refers back to its object
_LEAST_VERB = 4  # letters of a verb with a pronoun at its end


def doer(clause: Clause, event: Event | None) -> ActorSpan | None:
    """Who does it to the other, whatever the event is called: who speaks to him, gives him what he receives,
    or is the agent of a passive."""
    if clause.first.start == clause.last.start:
        return None
    if span := _speaker_to(clause) or _inviter(clause) or _agent(clause, event):
        return span
    if event is None and _names_two(clause) and (span := _subject_of_relative(clause, None)):
        return span
    return _giver(clause, event)


def subject(clause: Clause, event: Event) -> ActorSpan | None:
    """Who is the subject: of a relative clause about the other, or of a sentence that opens with its
    object."""
    if not _names_two(clause):
        return None
    for find in (_subject_of_relative, _subject_behind_participle, _subject_behind_object):
        if span := find(clause, event):
            return span
    return None


def _names_two(clause: Clause) -> bool:
    """Whether each of the two stands by himself, and by name."""
    return not (clause.coordinated or clause.has_pronoun or clause.first.start == clause.last.start)


def is_invited(clause: Clause, event: Event) -> bool:
    """Whether the words for an event say that somebody was invited."""
    cue = clause.folded_text[event.cue.start : event.cue.end]
    return any(word in cue for word in clause.lexicon.acting.invite)


def _speaker_to(clause: Clause) -> ActorSpan | None:
    """Who says it to the other in a headline: the other's name stands behind a dash in the dative."""
    cases = clause.document.name_cases
    is_addressed = "d" in cases.get(clause.last.start, "") and is_oblique(cases[clause.last.start])
    opens_speech = clause.folded_text.startswith(":", clause.last.end)
    return clause.first if is_addressed and opens_speech and clause.gap.strip() in _DASHES else None


def _inviter(clause: Clause) -> ActorSpan | None:
    """Who invites the other, as the agent of a passive."""
    last, is_v2 = clause.last, clause.lexicon.word_order == "v2"
    if clause.coordinated or clause.case_of(last) not in ({"by", "from"} if is_v2 else {"by"}):
        return None
    text, invite = clause.folded_text, clause.lexicon.acting.invite
    low = max((edge.end() for edge in EDGE.finditer(clause.gap)), default=0) + clause.first.end
    end = EDGE.search(text, last.end, clause.sentence.end)
    part = text[low : end.start() if end else clause.sentence.end]
    return last if any(word in part for word in invite) else None


def _giver(clause: Clause, event: Event | None) -> ActorSpan | None:
    """From whom the other receives something."""
    if _is_given_first(clause):
        return clause.last
    if clause.coordinated or _is_mutual_or_visit(clause, event):
        return None
    if clause.lexicon.language == "zh":
        return _giver_in_chinese(clause)
    givers = [
        span
        for span in (clause.first, clause.last)
        if _is_marked_as_giver(clause, span) or _owns_gift(clause, span, event)
    ]
    return givers[0] if len(givers) == 1 and _is_received(clause, givers[0]) else None


def _is_mutual_or_visit(clause: Clause, event: Event | None) -> bool:
    """Whether an act is of both, or somebody is received and nothing else."""
    if event is None:
        return False
    received = (event.cue, *clause.cues_between("event"))
    return event.cue.payload.direction == "mutual" or all(cue.payload.mode == "visit" for cue in received)


def _is_given_first(clause: Clause) -> bool:
    """Whether the first actor receives it in the dative (Urdu "A ko K se ... mila")."""
    receiver = clause.lexicon.acting.receiver
    cases = [affixed_case(clause.document, span) for span in (clause.first, clause.last)]
    return bool(receiver) and cases[0] == receiver and cases[1] != "by" and _is_received(clause, clause.last)


def _giver_in_chinese(clause: Clause) -> ActorSpan | None:
    """The actor directly behind a verb of receiving; the characters stand apart in a folded text."""
    lexicon, gap = clause.lexicon, clause.gap.rstrip()
    markers = [word for word, case in lexicon.markers.items() if case == "from" and gap.endswith(word)]
    gap = gap.removesuffix(max(markers, key=len, default="")).rstrip()
    if gap.endswith(lexicon.acting.receive):
        return clause.last
    after = re.split(EDGE, clause.folded_text[clause.last.end : clause.sentence.end], maxsplit=1)[0]
    is_taken = clause.case_of(clause.last) == "from" and any(word in after for word in lexicon.acting.receive)
    return clause.last if is_taken else None


def _is_marked_as_giver(clause: Clause, span: ActorSpan) -> bool:
    lexicon, case = clause.lexicon, clause.lexicon.acting.giver
    if clause.case_of(span) != case:
        return False
    is_marker = case == "object" and case in lexicon.markers.values()
    return not (is_marker and affixed_case(clause.document, span))


def _owns_gift(clause: Clause, span: ActorSpan, event: Event | None) -> bool:
    """Whether what is given is an actor's ("obtained K's support")."""
    if event is None:
        return False
    group = event.cue.payload
    is_gift = group.type in {"SUPPORT", "AID"} or group.mode == "phone"
    return is_gift and event.place == "after" and clause.folded_text.startswith("'s ", span.end)


def _is_received(clause: Clause, giver: ActorSpan) -> bool:
    """Whether a verb of receiving stands where the sentence has its verb, in one part with the giver."""
    text, words = clause.folded_text, clause.lexicon.acting
    for low, high in _parts_with_verb(clause, giver):
        for verb in re.finditer(_any_of(words.receive), text[low:high]) if words.receive else ():
            start, end = low + verb.start(), low + verb.end()
            between = (end, giver.start) if end <= giver.start else (giver.end, start)
            before = text[clause.sentence.start : start].split()[-1:]
            if not EDGE.search(text, *between) and words.no_gift.isdisjoint(before):
                return True
    return False


def _parts_with_verb(clause: Clause, giver: ActorSpan) -> list[tuple[int, int]]:
    """Where a verb of receiving may stand, by the order of words."""
    sentence, first, last = clause.sentence, clause.first, clause.last
    before, between, after = (sentence.start, first.start), (first.end, last.start), (last.end, sentence.end)
    order = clause.lexicon.word_order
    if order == "vso":
        return [before, between]
    if order == "sov":
        return [after, between]
    return [between, after] if order == "v2" or giver is first else [between]


def _any_of(words: tuple[str, ...]) -> str:
    return rf"(?<![\w'-])(?:{'|'.join(map(re.escape, words))})(?![\w'-])"


def _agent(clause: Clause, event: Event | None) -> ActorSpan | None:
    """The agent of a passive where names are inflected: by the form of his, or, where it has but one, by
    standing directly behind the verb."""
    if clause.coordinated or not clause.lexicon.acting.passive_endings or _is_hosted(clause, event):
        return None
    agents = [span for span in (clause.first, clause.last) if _is_agent(clause, span)]
    if agents:
        return agents[0] if len(agents) == 1 and _has_passive(clause, agents[0], event) else None
    return clause.last if event is not None and _is_behind_passive(clause, event) else None


def _is_hosted(clause: Clause, event: Event | None) -> bool:
    """Whether a guest, who acts, is received."""
    return event is not None and event.cue.payload.id == "hosted_by" and not is_invited(clause, event)


def _is_behind_passive(clause: Clause, event: Event) -> bool:
    """Whether the last actor, whose name has one form, stands directly behind an event in the passive."""
    start, end = event.cue.start, event.cue.end
    is_agent = _is_alike_in_all_cases(clause, clause.last) and _is_passive(clause, start, end)
    return is_agent and _follows(clause, end)


def _follows(clause: Clause, end: int) -> bool:
    """Whether the last actor stands directly behind a word that ends at an offset."""
    return end <= clause.last.start and only_titles_between(clause.document, end, clause.last.start)


def _has_passive(clause: Clause, agent: ActorSpan, event: Event | None) -> bool:
    """Whether the event, or the word before its agent, is a passive."""
    low = clause.folded_text.rfind(" ", clause.sentence.start, max(clause.sentence.start, agent.start - 1))
    if event is not None and _is_passive(clause, event.cue.start, event.cue.end):
        return True
    return _is_passive(clause, low + 1, agent.start)


def _is_passive(clause: Clause, start: int, end: int) -> bool:
    words = clause.lexicon.acting
    verbs = set(clause.folded_text[start:end].split()) - words.own_endings
    return any(len(verb) > _LEAST_VERB and verb.endswith(words.passive_endings) for verb in verbs)


def _cases_of(clause: Clause, span: ActorSpan) -> str:
    return clause.document.name_cases.get(span.start, "")


def _is_agent(clause: Clause, span: ActorSpan) -> bool:
    """Whether a name stands in the instrumental, with no preposition before it."""
    cases, lexicon = _cases_of(clause, span), clause.lexicon
    before = _WORD.findall(clause.folded_text, clause.sentence.start, span.start)[-1:]
    is_free = not before or (
        before[0] not in lexicon.markers and before[0] not in lexicon.subjects.circumstances
    )
    return is_free and "i" in cases and NOMINATIVE not in cases


def _is_alike_in_all_cases(clause: Clause, span: ActorSpan) -> bool:
    name = clause.folded_text[span.start : span.end]
    return clause.case_of(span) is None and name.endswith(clause.lexicon.acting.unchanging)


def _subject_of_relative(clause: Clause, event: Event | None) -> ActorSpan | None:
    """Who acts in a relative clause about the other ("K, whom A had criticised")."""
    if clause.lexicon.language == "zh":
        return _subject_of_relative_in_chinese(clause, event)
    if clause.lexicon.acting.object_participles:
        return clause.first if _ends_in_participle(clause) else None
    return clause.last if _is_object_of_relative(clause) and _is_in_relative(clause, event) else None


def _subject_of_relative_in_chinese(clause: Clause, event: Event | None) -> ActorSpan | None:
    """The first actor in "criticised by A's K", the last in "who supports A's K"."""
    gap, first = clause.gap.split(), clause.first
    if not gap or gap[-1] != _OF:
        return None
    if len(gap) > 1:
        return first if clause.case_of(first) == "by" else None
    is_object = event is not None and 0 <= first.start - event.cue.end <= 1
    return clause.last if is_object and clause.case_of(first) in {None, "of"} else None


def _ends_in_participle(clause: Clause) -> bool:
    """Whether a participle with its subject stands before the last actor (Turkish "A'nin elestirdigi K")."""
    words = [word for word in clause.gap_words if not clause.lexicon.knows(word, "title")]
    endings = clause.lexicon.acting.object_participles
    return bool(_GENITIVE.match(clause.gap)) and words[-1].endswith(endings)


def _is_object_of_relative(clause: Clause) -> bool:
    """Whether a relative pronoun behind the first actor makes him the object, with the last for subject."""
    gap = clause.gap.strip()
    has_comma, gap = gap.startswith(","), gap.lstrip(",\u060c").strip()
    if EDGE.search(gap) or not (has_comma or _is_relative_alone(clause, gap)):
        return False
    if clause.case_of(clause.last) not in {None, "by"} and gap not in clause.lexicon.acting.whom:
        return False
    if is_oblique(_cases_of(clause, clause.last)) or len(gap.split()) > 2 + _TO_SUBJECT:
        return False
    if gap in clause.lexicon.acting.whom_before_name:
        return True
    opens = any(
        _opens_with(gap, one) or _opens_with(_without_preposition(clause, gap), one)
        for one in clause.lexicon.acting.whom
    )
    return opens and _refers_back(clause, _WORD.findall(gap))


def _is_relative_alone(clause: Clause, gap: str) -> bool:
    """Whether what opens the words between the two is no article or "that" as well, so that no comma has to
    set a relative clause off."""
    lexicon, word = clause.lexicon, (_WORD.findall(gap) or [""])[0]
    return bool(lexicon.acting.to_him) or (lexicon.word_order != "v2" and not lexicon.knows(word, "that"))


def _opens_with(gap: str, whom: str) -> bool:
    return gap == whom or gap.startswith(whom if whom.endswith("'") else whom + " ")


def _without_preposition(clause: Clause, gap: str) -> str:
    """The words between the two without a first one that says to whom something is done."""
    word, _, rest = gap.partition(" ")
    return rest if clause.lexicon.markers.get(word) == "to" else gap


def _refers_back(clause: Clause, parts: list[str]) -> bool:
    """Whether a relative clause says "him" of what it belongs to, in languages whose pronoun has no cases."""
    words, text = clause.lexicon.acting, clause.folded_text
    if not words.to_him:
        return True
    if clause.lexicon.word_order == "vso":
        verb = parts[1] if len(parts) > 1 else ""
        has_him = (
            len(verb) >= _LEAST_VERB and verb.endswith(words.him_endings) and verb not in words.own_endings
        )
        return has_him or not set(words.to_him).isdisjoint(parts)
    after = text[clause.last.end : clause.last.end + _AFTER_SUBJECT]
    return re.search(_any_of(words.to_him), after) is not None


def _is_in_relative(clause: Clause, event: Event | None) -> bool:
    """Whether an event stands in the relative clause behind the first actor, if any does at all."""
    end = EDGE.search(clause.folded_text, clause.last.end, clause.sentence.end)
    high = end.start() if end else clause.sentence.end
    cues = (*((event.cue,) if event else ()), *clause.cues_of("event", "tie", "message", "speech"))
    return event is None or any(clause.first.end <= cue.start < high for cue in cues)


def _subject_behind_participle(clause: Clause, event: Event) -> ActorSpan | None:
    """The last actor, where what is done to him by the first opens the sentence ("Received by K, A ...")."""
    gap = clause.gap.lstrip()
    comma = clause.first.end + len(clause.gap) - len(gap) + 1
    is_opening = gap.startswith(",") and only_titles_between(clause.document, comma, clause.last.start)
    return (
        clause.last
        if is_opening and event.place == "after" and clause.case_of(clause.first) == "by"
        else None
    )


def _subject_behind_object(clause: Clause, _event: Event) -> ActorSpan | None:
    """The last actor, where the first opens the sentence as its object."""
    if EDGE.search(clause.gap) or clause.case_of(clause.last) is not None:
        return None
    return clause.last if _opens_as_object(clause) or _is_subject_behind_verb(clause) else None


def _opens_as_object(clause: Clause) -> bool:
    """Whether the first actor opens the sentence, and his letters or the word before him make him no
    subject."""
    lexicon, words = clause.lexicon, clause.gap_words
    opening = _WORD.findall(clause.folded_text, clause.sentence.start, clause.first.start)
    if lexicon.prefixes.keys() >= set(opening):
        return _is_marked_as_object(clause)
    word, *titles = opening
    is_taken_up = bool(words) and words[0] in lexicon.acting.object_echoes
    return (
        (is_taken_up or word in lexicon.acting.fronted_objects)
        and len(titles) <= _TITLES
        and all(lexicon.knows(title, "title") or title in lexicon.determiners for title in titles)
    )


def _is_marked_as_object(clause: Clause) -> bool:
    """Whether letters of the first actor's name make it an object, with a word between the two."""
    case = affixed_case(clause.document, clause.first)
    is_subject = NOMINATIVE in _cases_of(clause, clause.first)
    return case in {"to", "object"} and not is_subject and any(map(str.isalpha, clause.gap_words))


def _is_subject_behind_verb(clause: Clause) -> bool:
    """Whether the form of the last actor's name, directly behind the verb, can only be a subject's, and that
    of the first an object's."""
    cases, words = _cases_of(clause, clause.last), clause.lexicon.acting
    return (
        bool(words.unchanging)
        and cases == NOMINATIVE
        and not _is_alike_in_all_cases(clause, clause.last)
        and (_is_alike_in_all_cases(clause, clause.first) or is_oblique(_cases_of(clause, clause.first)))
        and 0 < len(clause.gap_words) <= _TITLES
        and all(word.isalpha() and not clause.lexicon.joins(word) for word in clause.gap_words)
    )
