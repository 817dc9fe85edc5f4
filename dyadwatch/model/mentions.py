"""Mentions: what a text says about the two actors of a watch, with the evidence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from dyadwatch.model.values import valueclass

Level = Literal["person", "mediated", "state"]
LEVELS: tuple[Level, ...] = ("person", "mediated", "state")  # the most personal first
Direction = Literal["a->b", "b->a", "mutual"]
Modality = Literal["asserted", "reported", "hypothetical", "negated", "historical"]
SurfaceKind = Literal["name", "role", "pronoun"]
QuadClass = Literal["verbal_cooperation", "material_cooperation", "verbal_conflict", "material_conflict"]
EventTypeCode = Literal[
    "AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT", "REQUEST",
    "ACCUSE", "REJECT", "THREATEN", "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT",
]  # fmt: skip
DayBasis = Literal["date", "weekday", "relative", "period", "published"]
ZoneKind = Literal["headline", "lead", "body", "related"]
Reason = Literal[
    "namesake", "expired_role", "other_person", "metonym", "list", "portrait", "aide_only", "related_links",
    "third_party", "separate_clauses", "co_mention", "state_only", "unknown_language",
    "phrase", "source",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class EventCode:
    """An event type as event data has it: PLOVER's code, quad class and conflict-cooperation score (-10 to
    10), and the CAMEO root code that it comes from."""

    event_type: str
    quad_class: QuadClass
    score: float
    cameo_root: str


@valueclass(frozen=True, slots=True)
class Surface:
    """An actor as the text writes it, with its offsets in code points, and how it was resolved."""

    surface: str
    start: int
    end: int
    kind: SurfaceKind


@valueclass(frozen=True, slots=True)
class Trigger:
    """The words of a sentence that tell what happened, with their offsets in code points."""

    text: str
    start: int
    end: int


@valueclass(frozen=True, slots=True)
class Evidence:
    """A sentence that carries the relation: a W3C Web Annotation TextQuoteSelector (quote, prefix, suffix)
    and TextPositionSelector (start, end) in one; `text[start:end] == quote`, in Unicode code points."""

    quote: str
    start: int
    end: int
    prefix: str
    suffix: str


@valueclass(frozen=True, slots=True)
class Attribution:
    """Who makes the claim where the author of the text does not: the speaker as written, the words that say
    so (`cue`), and the news agency that reported it, null where the text names none."""

    speaker: str
    cue: str
    agency: str | None = None


@valueclass(frozen=True, slots=True)
class Mention:
    """One mention of the relationship of a watch in a text.

    `event_type` is one of PLOVER's 16 codes, null where the text states a tie but no event; `mode` its
    PLOVER mode; `score` its PLOVER conflict-cooperation score (-10 to 10); `confidence` in [0, 1] is
    computed from `features` (name -> weight); `actors` maps "a" and "b" to their surfaces in or near the
    evidence; `rules` are the ids of the rules that applied. `trigger` are the words that tell the event or
    tie, null where none do, and in mentions of older releases.
    """

    watch: str
    watch_version: int
    tagger_version: str
    level: Level
    event_type: str | None
    mode: str | None
    quad_class: QuadClass | None
    score: float | None
    direction: Direction
    modality: Modality
    attribution: Attribution | None
    actors: Mapping[str, tuple[Surface, ...]]
    evidence: Evidence
    confidence: float
    features: Mapping[str, float]
    rules: tuple[str, ...]
    lexicon_version: str = ""
    trigger: Trigger | None = None


@valueclass(frozen=True, slots=True)
class Zone:
    """A part of a text, in code points: its headline, its first
    paragraph, the rest, or links to other articles."""

    kind: ZoneKind
    start: int
    end: int


@valueclass(frozen=True, slots=True)
class Suppressed:
    """A candidate that was rejected, and why: `quote` is `text[start:end]`, `rule` the rule that rejected
    it."""

    reason: Reason
    quote: str
    start: int
    end: int
    rule: str


@valueclass(frozen=True, slots=True)
class Stance:
    """How one actor acts towards the other: the mean PLOVER score of the `count` asserted or reported events,
    divided by 10, in [-1, 1]; 0 where there is none."""

    score: float
    count: int


@valueclass(frozen=True, slots=True)
class Occasion:
    """One event that a text tells of the two actors, by which reports of it are known in any language: what
    (`event_type`, `mode`, `direction`, `modality`), on which days (`first` to `last`, by what the `basis`
    says; null where nothing tells), at which `place` (a code: "ir" or "ir/tehran"), with which `others` and
    which `numbers`. `retrospective`: the text looks back at it. `weight` says how much of the text is about
    it, in [0, 1]; those of all its occasions add up to 1."""

    event_type: str | None
    mode: str | None
    direction: Direction
    modality: Modality
    first: date | None
    last: date | None
    basis: DayBasis | None
    retrospective: bool
    place: str | None
    others: tuple[str, ...]
    numbers: tuple[str, ...]
    weight: float


@valueclass(frozen=True, slots=True)
class Tagged:
    """What a text says about one watch. `relationship` is the verdict on the two persons (and, where the
    watch asks for that level, on their states), `score` its strength in [0, 1] (also below the threshold);
    `mentions` are in order of the text; `actors` maps "a" and "b" to every surface of that actor in the text,
    evidence or not.

    Of the text as a whole: `event_types` are its main events, the most important first (mentions may have
    more), `direction`, `modality` and `attribution` those of the main relation; `relevance` says how much the
    text is about the pair, `salience` how much it is about each actor (both in [0, 1]); `stance` maps "a->b"
    and "b->a"; `zones` and `suppressed`, the rejected candidates, are in order of the text. `mention_count`
    counts all mentions, of which `mentions` are the most confident; `events` are what its mentions tell of,
    the heaviest first; a text that is too long is tagged up to
    `tagged_to` (code points), None where all of it was read."""

    watch: str
    relationship: bool
    score: float
    mentions: tuple[Mention, ...]
    actors: Mapping[str, tuple[Surface, ...]]
    event_types: tuple[str, ...] = ()
    direction: Direction | None = None
    modality: Modality | None = None
    attribution: Attribution | None = None
    relevance: float = 0.0
    salience: Mapping[str, float] = field(default_factory=dict)
    stance: Mapping[str, Stance] = field(default_factory=dict)
    zones: tuple[Zone, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    mention_count: int = 0
    tagged_to: int | None = None
    events: tuple[Occasion, ...] = ()

    @property
    def level(self) -> Level | None:
        """The most personal level of the mentions."""
        levels = {mention.level for mention in self.mentions}
        return next((level for level in LEVELS if level in levels), None)

    @property
    def all_event_types(self) -> tuple[str, ...]:
        """The main event types, or those of all mentions where none stands out."""
        mentioned = (mention.event_type for mention in self.mentions if mention.event_type)
        return self.event_types or tuple(dict.fromkeys(mentioned))


@valueclass(frozen=True, slots=True)
class TaggedText:
    """What a text says about each watch whose actors it names; `language` is BCP 47, None where unknown."""

    language: str | None
    watches: Mapping[str, Tagged]
