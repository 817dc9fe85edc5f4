"""Accounts side by side: what each side says of one story, and where they differ."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import combinations
from typing import get_args

from dyadwatch.model.accounts import (
    Account,
    AccountArticle,
    AccountField,
    AccountQuote,
    AccountSource,
    AlertAccounts,
    Difference,
    StatedValue,
)
from dyadwatch.model.alerts import AlertMention
from dyadwatch.model.mentions import Occasion

_QUOTES = 3  # of each side
_VALUES = 20  # of each field
# Each paper asks people of its own, and who is cut short or no person looks like one more.
_NOT_COMPARED = frozenset({"speakers"})
# Of an event without a mode it is not known, and another person may be named where the pair is not.
_NEVER_LEFT_OUT = frozenset({"modes", "others"})
_OF_EVENT: Mapping[AccountField, Callable[[Occasion], Iterable[str | None]]] = {
    "event_types": lambda event: [event.event_type],
    "modes": lambda event: [event.mode],
    "directions": lambda event: [event.direction],
    "modalities": lambda event: [event.modality],
    "days": lambda event: [_day(event)],
    "places": lambda event: [event.place],
    "others": lambda event: event.others,
    "numbers": lambda event: event.numbers,
}
_OF_MENTION: Mapping[AccountField, Callable[[AlertMention], str | None]] = {
    "event_types": lambda mention: mention.event_type,
    "modes": lambda mention: mention.mode,
    "directions": lambda mention: mention.direction,
    "modalities": lambda mention: mention.modality,
    "speakers": lambda mention: mention.attribution.speaker if mention.attribution else None,
}


def compare_accounts(
    watch: str, alert: int, articles: Sequence[AccountArticle], *, read_sides: Sequence[str], now: datetime
) -> AlertAccounts:
    """The accounts of an alert from its articles. `read_sides` are those whose sources are read."""
    accounts = _accounts(articles)
    sides = [account.side for account in accounts if account.side is not None]
    is_alone = len(accounts) == len(sides) == 1
    return AlertAccounts(
        watch=watch,
        alert=alert,
        accounts=accounts,
        differences=_differences(accounts, articles),
        only_side=sides[0] if is_alone else None,
        silent_sides=tuple(side for side in read_sides if side not in sides),
        hours=_hours(accounts[0].first_reported_at, now) if is_alone else None,
    )


def _hours(since: datetime, now: datetime) -> float:
    return round(max(0.0, (now - since).total_seconds()) / 3600, 1)


def _accounts(articles: Sequence[AccountArticle]) -> tuple[Account, ...]:
    by_side: defaultdict[str | None, list[AccountArticle]] = defaultdict(list)
    for article in articles:
        by_side[article.side or None].append(article)
    accounts = (_account(side, of_side) for side, of_side in by_side.items())
    return tuple(sorted(accounts, key=lambda account: (account.first_reported_at, account.side or "")))


def _account(side: str | None, articles: Sequence[AccountArticle]) -> Account:
    times = [_reported_at(article) for article in articles]
    stated = {field: _count_values(field, articles) for field in get_args(AccountField)}
    return Account(
        side=side,
        sources=_sources(articles),
        article_count=len(articles),
        languages=tuple(sorted({article.language for article in articles if article.language})),
        first_reported_at=min(times),
        last_reported_at=max(times),
        quotes=_quotes(articles),
        **stated,
    )


def _reported_at(article: AccountArticle) -> datetime:
    """When it was published, which was not after it was read."""
    return min(article.published_at or article.first_seen_at, article.first_seen_at)


def _count_values(field: AccountField, articles: Sequence[AccountArticle]) -> tuple[StatedValue, ...]:
    """The values of a field, each counted once for each article that states it."""
    counts = Counter(value for article in articles for value in _values(field, article))
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(StatedValue(value, number) for value, number in ranked[:_VALUES])


def _values(field: AccountField, article: AccountArticle) -> set[str]:
    """Those of the events that the article is about, or else of what it mentions."""
    if field in _OF_EVENT and article.events:
        of_event = _OF_EVENT[field]
        return {value for event in article.events for value in of_event(event) if value}
    if field in _OF_MENTION:
        of_mention = _OF_MENTION[field]
        return {value for mention in article.mentions if (value := of_mention(mention))}
    return set()


def _day(event: Occasion) -> str | None:
    """As ISO 8601 has it; none where it is only taken to be the day of publication."""
    if event.first is None or event.last is None or event.basis == "published":
        return None
    first, last = event.first.isoformat(), event.last.isoformat()
    return first if first == last else f"{first}/{last}"


def _sources(articles: Sequence[AccountArticle]) -> tuple[AccountSource, ...]:
    sources = {article.source.id: article.source for article in articles if article.source}
    counts = Counter(article.source.id for article in articles if article.source)
    return tuple(replace(sources[number], articles=count) for number, count in counts.most_common(_VALUES))


def _quotes(articles: Sequence[AccountArticle]) -> tuple[AccountQuote, ...]:
    """The surest, each text once: copies repeat them."""
    mentions = sorted(
        (mention for article in articles for mention in article.mentions),
        key=lambda mention: (-mention.confidence, mention.article, mention.evidence.start),
    )
    distinct: dict[str, AlertMention] = {}
    for mention in mentions:
        distinct.setdefault(mention.evidence.quote, mention)
    return tuple(_quote(mention) for mention in [*distinct.values()][:_QUOTES])


def _quote(mention: AlertMention) -> AccountQuote:
    return AccountQuote(
        article=mention.article,
        article_version=mention.article_version,
        quote=mention.evidence.quote,
        start=mention.evidence.start,
        end=mention.evidence.end,
        event_type=mention.event_type,
        direction=mention.direction,
        modality=mention.modality,
        attribution=mention.attribution,
        confidence=mention.confidence,
    )


def _differences(accounts: Sequence[Account], articles: Sequence[AccountArticle]) -> tuple[Difference, ...]:
    sided = [account for account in accounts if account.side is not None]
    fields = (field for field in get_args(AccountField) if field not in _NOT_COMPARED)
    differences = (_difference(field, sided, _named(field, articles)) for field in fields)
    return tuple(filter(None, differences))


def _named(field: AccountField, articles: Sequence[AccountArticle]) -> Mapping[str, set[str]]:
    """The values of a field that the articles of each side name anywhere, also beside what they are about."""
    of_event = _OF_EVENT[field]
    named: defaultdict[str, set[str]] = defaultdict(set)
    for article in articles:
        events = (*article.events, *article.further)
        values = {value for event in events for value in of_event(event) if value}
        if field == "places":  # who names a place in a country names that
            values |= {value.partition("/")[0] for value in values}
        named[article.side or ""] |= values
        if field == "modes":  # an event has that of its surest mention
            named[article.side or ""] |= {mention.mode for mention in article.mentions if mention.mode}
    return named


def _difference(
    field: AccountField, accounts: Sequence[Account], named: Mapping[str, set[str]]
) -> Difference | None:
    stated = {account.side or "": {one.value for one in getattr(account, field)} for account in accounts}
    known = {side: values | named[side] for side, values in stated.items()}
    shared = set.intersection(*known.values()) if known else set()
    own = {side: tuple(sorted(values - shared)) for side, values in stated.items()}
    are_apart = _are_apart(stated, known)
    if not any(own.values()) or (field in _NEVER_LEFT_OUT and not are_apart):
        return None
    return Difference(field, "contradiction" if are_apart else "omission", own)


def _are_apart(stated: Mapping[str, set[str]], known: Mapping[str, set[str]]) -> bool:
    """Whether two sides state something, and neither anything that the other knows."""
    saying = [side for side, values in stated.items() if values]
    return any(
        stated[one].isdisjoint(known[other]) and stated[other].isdisjoint(known[one])
        for one, other in combinations(saying, 2)
    )
