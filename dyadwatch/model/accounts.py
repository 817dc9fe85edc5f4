"""Accounts: what each side says of one story."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dyadwatch.model.alerts import AlertMention
from dyadwatch.model.mentions import Attribution, Occasion

AccountField = Literal[
    "event_types", "modes", "directions", "modalities", "speakers", "days", "places", "others", "numbers"
]
# Whether two sides have nothing in common of a field, or some say what others leave out.
DifferenceKind = Literal["contradiction", "omission"]


@dataclass(frozen=True, slots=True)
class AccountSource:
    """A publisher of an account, with how many of its articles report the story."""

    id: int
    name: str
    country: str | None
    ownership: str | None
    state_control: str | None
    articles: int


@dataclass(frozen=True, slots=True)
class AccountArticle:
    """An article of a story, as far as accounts are made of it: `events` are those that it is about,
    `further` those that it names beside them."""

    id: int
    language: str | None
    source: AccountSource | None
    side: str | None
    published_at: datetime | None
    first_seen_at: datetime
    mentions: tuple[AlertMention, ...]
    events: tuple[Occasion, ...]
    further: tuple[Occasion, ...] = ()


@dataclass(frozen=True, slots=True)
class StatedValue:
    """A value, and how many articles state it."""

    value: str
    articles: int


@dataclass(frozen=True, slots=True)
class AccountQuote:
    """A quote in the words of a side: the code points from `start` to `end` of a version of an article's
    text."""

    article: int
    article_version: int
    quote: str
    start: int
    end: int
    event_type: str | None
    direction: str
    modality: str
    attribution: Attribution | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Account:
    """What the articles of one side say, null for sources without one: what happened (event types with
    modes, who acts on whom, how it is presented), who says so, when (`days`: a day, or the first and the last
    of several), where (a country, or a place in it), with whom else, in which numbers; and its surest quotes.
    The most stated values come first. Days that no text states are left out."""

    side: str | None
    sources: tuple[AccountSource, ...]
    article_count: int
    languages: tuple[str, ...]
    first_reported_at: datetime
    last_reported_at: datetime
    event_types: tuple[StatedValue, ...]
    modes: tuple[StatedValue, ...]
    directions: tuple[StatedValue, ...]
    modalities: tuple[StatedValue, ...]
    speakers: tuple[StatedValue, ...]
    days: tuple[StatedValue, ...]
    places: tuple[StatedValue, ...]
    others: tuple[StatedValue, ...]
    numbers: tuple[StatedValue, ...]
    quotes: tuple[AccountQuote, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A field on which the accounts of sides differ: of each side what not all of them say."""

    field: AccountField
    kind: DifferenceKind
    values: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class AlertAccounts:
    """The accounts of what an alert is about, the first to report first; where sides differ; and
    `only_side`, the one that reports it where no other does, which it has for `hours` since its first
    report. `silent_sides` are read, and do not report it."""

    watch: str
    alert: int
    accounts: tuple[Account, ...]
    differences: tuple[Difference, ...]
    only_side: str | None
    silent_sides: tuple[str, ...]
    hours: float | None


@dataclass(frozen=True, slots=True)
class StoryAccounts:
    """The accounts of a story, by its alerts. They are made of the first 100 articles of each."""

    story: int
    data: tuple[AlertAccounts, ...]
