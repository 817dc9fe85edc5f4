"""A simulated week of polling: requests and publish-to-poll delay of `feeds.cadence` against a fixed 15
minutes.

Synthetic publishers: wire services, papers with a day and a night, bursts, a few a day, weeklies, dead ones,
with the faults of real ones (no dates, dates without a time, entries that appear late). Each feed is added at
the beginning, with nothing known but its last entries. Deterministic. Needs nothing; takes half a minute.

The last lines are bounds, by the same rule of polling and in the same week: what a poller would reach with as
many requests that knows each publisher as it was made here (the rates of its hours, when its batches may
come, that bursts go on) though not when it will publish; and one that has counted all entries of one week
before, by the hours of the day.

    .venv/bin/python benchmarks/cadence.py [--seed N] [--weeks N] [--feeds N]
"""

import argparse
import random
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import mean, median

from checks import check

from dyadwatch.feeds import cadence
from dyadwatch.model.entries import ParsedEntry
from dyadwatch.model.feeds import FeedMemory, ParsedFeed
from dyadwatch.model.web import Response

START = datetime(2024, 6, 3, tzinfo=UTC)  # a Monday
HISTORY = timedelta(days=60)
FIXED = timedelta(minutes=15)
IN_FEED = 25  # entries in a document
POLL_MIN, POLL_MAX = 300.0, 14_400.0  # the defaults of the settings


# Entries an hour to be expected at a moment, where the last poll was at another and saw what was `published`
# until then.
Rate = Callable[[datetime, datetime, list[datetime]], float]


@dataclass(frozen=True)
class Publisher:
    kind: str
    published: list[datetime]  # sorted
    dates: list[datetime | None]  # as its entries say
    rate: Rate


def day_and_night(at, *, night, weekend, zone):
    """The share of its rate by day that a publisher keeps at a moment."""
    local = at + timedelta(hours=zone)
    return (1.0 if 7 <= local.hour < 22 else night) * (weekend if local.weekday() >= 5 else 1.0)


def hourly(rng, per_day, start, end, *, night=0.1, weekend=1.0, zone=0):
    """A Poisson process by day and night."""
    at, moments = start, []
    top = per_day / 16 / 3600
    while True:
        at += timedelta(seconds=rng.expovariate(top))
        if at >= end:
            return (
                moments,
                lambda at, *_: per_day / 16 * day_and_night(at, night=night, weekend=weekend, zone=zone),
            )
        if rng.random() < day_and_night(at, night=night, weekend=weekend, zone=zone):
            moments.append(at)


def bursts(rng, per_week, start, end):
    """Several entries within minutes, then days of nothing."""
    at, moments = start, []
    while (at := at + timedelta(days=rng.expovariate(per_week / 7))) < end:
        minute = at
        for _ in range(rng.randint(3, 15)):
            moments.append(minute)
            minute += timedelta(minutes=rng.uniform(0, 10))

    def rate(at, polled, published):
        recent = bisect_left(published, at - timedelta(minutes=15))
        return 8.0 if bisect_right(published, polled) > recent else 9 * per_week / 168

    return sorted(moment for moment in moments if moment < end), rate


def weekly(rng, start, end):
    day, hour = rng.randrange(7), rng.randrange(6, 20)
    at = first = start.replace(hour=hour, minute=0, second=0, microsecond=0) + timedelta(days=day)
    moments = []
    while at < end:
        moments.append(at + timedelta(minutes=rng.uniform(0, 90)))
        at += timedelta(days=7)

    def rate(at, *_):
        return (
            1 / 1.5
            if at.weekday() == first.weekday() and 0 <= 60 * (at.hour - hour) + at.minute < 90
            else 0.0
        )

    return moments, rate


def batches(rng, start, end):
    """A paper whose software publishes all of it at once, some times a day."""
    hours = sorted(rng.sample(range(5, 23), 3))
    moments, day = [], start
    while day < end:
        for hour in hours:
            at = day + timedelta(hours=hour, minutes=rng.uniform(0, 20))
            moments += [at] * rng.randint(2, 12)
        day += timedelta(days=1)

    def rate(at, polled, published):
        window = at.replace(minute=0, second=0, microsecond=0)
        came = bisect_right(published, polled) > bisect_left(published, window)
        # Some minutes beyond the last that it may come in, for the poll that ends the wait.
        return 21.0 if at.hour in hours and at.minute < 26 and not came else 0.0

    return [moment for moment in moments if moment < end], rate


def publishers(rng, count, end):
    """Kinds as in a list of news sources; `count` of them, times since HISTORY before START."""
    start = START - HISTORY
    makers = [
        ("wire", 10, lambda: hourly(rng, rng.uniform(150, 400), start, end, night=0.4)),
        ("daily", 25, lambda: hourly(rng, rng.uniform(30, 100), start, end, weekend=0.6, zone=rng.randint(-5, 8))),
        ("paper", 20, lambda: hourly(rng, rng.uniform(5, 25), start, end, night=0.02, weekend=0.3, zone=rng.randint(-5, 8))),
        ("batches", 8, lambda: batches(rng, start, end)),
        ("blog", 12, lambda: hourly(rng, rng.uniform(0.5, 3), start, end)),
        ("bursts", 8, lambda: bursts(rng, rng.uniform(1, 5), start, end)),
        ("weekly", 9, lambda: weekly(rng, start, end)),
        ("dead", 8, lambda: (hourly(rng, 5, start, START - timedelta(days=rng.uniform(15, 50)))[0], lambda *_: 0.0)),
    ]  # fmt: skip
    total = sum(weight for _, weight, _ in makers)
    for kind, weight, make in makers:
        for number in range(max(1, round(count * weight / total))):
            published, rate = make()
            yield Publisher(kind, published, list(stated_dates(rng, published, number)), rate)


def stated_dates(rng, published, number):
    """The dates that entries carry: true ones, or as some real publishers give them."""
    fault = {3: "none", 5: "day", 7: "late"}.get(number % 10)
    for moment in published:
        if fault == "none":
            yield None
        elif fault == "day":
            yield moment.replace(hour=0, minute=0, second=0, microsecond=0)
        elif fault == "late":
            yield moment - timedelta(minutes=rng.uniform(5, 60))
        else:
            yield moment


def document(publisher, upto):
    listed = range(max(0, upto - IN_FEED), upto)
    entries = tuple(
        ParsedEntry(str(index), None, "", published_at=publisher.dates[index]) for index in reversed(listed)
    )
    return ParsedFeed("rss", "", entries)


def adaptive(publisher, rng, end, bounds):
    """The moments at which `cadence` polls the publisher."""
    memory, now, published_before = (
        FeedMemory("https://feed.example/"),
        START + timedelta(seconds=rng.uniform(0, 900)),
        0,
    )
    polls = []
    while now < end:
        polls.append(now)
        upto = bisect_right(publisher.published, now)
        new = min(upto - published_before, IN_FEED)
        changed = bool(new) or not published_before
        response = Response(memory.url, 200 if changed else 304, {}, b"%d" % upto, now, 0.1)
        parsed = document(publisher, upto) if changed else None
        outcome = cadence.Outcome(now, response, parsed=parsed, new_entries=new)
        decision = cadence.decide(memory, outcome, bounds)
        memory, now, published_before = decision.memory, decision.next_poll_at, upto
    return polls


def delays(publisher, polls, start, end):
    """Minutes from each publication to the next poll."""
    first, last = bisect_left(publisher.published, start), bisect_left(publisher.published, end)
    for moment in publisher.published[first:last]:
        index = bisect_left(polls, moment)
        if index < len(polls):
            yield (polls[index] - moment).total_seconds() / 60


def simulate(*, seed=1, weeks=1, count=100, poll_min=POLL_MIN, poll_max=POLL_MAX):
    """Per kind of publisher: requests and delays of both ways in the last of `weeks`; and all publishers."""
    rng = random.Random(-1 - seed)  # not that of the publishers: they are the same whatever the polls are
    end = START + timedelta(days=7 * weeks)
    start = end - timedelta(days=7)
    later = end + timedelta(days=1)
    tallies = defaultdict(lambda: {"fixed": [0, [], []], "adaptive": [0, [], []]})
    made = list(publishers(random.Random(seed), count, later))
    for publisher in made:
        phase = START + FIXED * rng.random()
        ways = {
            "fixed": [phase + FIXED * step for step in range((later - START) // FIXED)],
            "adaptive": adaptive(publisher, rng, later, cadence.Bounds(poll_min, poll_max, rng.random)),
        }
        for way, polls in ways.items():
            tally = tallies[publisher.kind][way]
            tally[0] += bisect_left(polls, end) - bisect_left(polls, start)
            waited = list(delays(publisher, polls, max(start, polls[0]), end))
            tally[1] += waited
            if waited:
                tally[2].append(median(waited))
            check(
                polls and polls[-1] > end - timedelta(days=2), f"polling of a {publisher.kind} feed stopped"
            )
    return tallies, made


def paced(publisher, rate, scale, end):
    """The moments of polls that follow each other the faster the greater the root of the rate: then entries
    wait least on average (see adr/0016)."""
    polls, now, passed = [START], START, 0.0
    minute = timedelta(minutes=1)
    while now < end:
        now += minute
        passed += scale * rate(now, polls[-1], publisher.published) ** 0.5 / 60
        since = (now - polls[-1]).total_seconds()
        if since >= POLL_MAX or (passed >= 1 and since >= POLL_MIN):
            polls.append(now)
            passed = max(passed - 1, 0.0)
    return polls


def counted(publisher, start):
    """The rate of each hour of the day as one week before `start` shows it."""
    first, last = (bisect_left(publisher.published, at) for at in (start - timedelta(days=7), start))
    hours = Counter(moment.hour for moment in publisher.published[first:last])
    mean_rate = (last - first) / 168 or 0.3 / 168
    around = [(hours[(hour - 1) % 24] + 4 * hours[hour] + hours[(hour + 1) % 24]) / 6 for hour in range(24)]
    rates = [mean_rate * (count + 0.5) / (7 * mean_rate + 0.5) for count in around]
    return lambda at, *_: rates[at.hour]


def bound(known, start, end, requests):
    """Requests, mean delay and the feeds' median of a poller that has a rate for each publisher (`known`),
    with about as many requests as given."""
    later, scale = end + timedelta(days=1), 1.8
    for _ in range(2):
        count, waited, medians = 0, [], []
        for publisher, rate in known:
            polls = paced(publisher, rate, scale, later)
            count += bisect_left(polls, end) - bisect_left(polls, start)
            if of_feed := list(delays(publisher, polls, start, end)):
                waited += of_feed
                medians.append(median(of_feed))
        scale *= requests / count
    return count, mean(waited), median(medians)


def line(name, fixed, ours):
    (was, before, feeds_before), (now, after, feeds_after) = fixed, ours
    middle = [median(values) if values else 0.0 for values in (before, after, feeds_before, feeds_after)]
    average = [mean(values) if values else 0.0 for values in (before, after)]
    print(
        f"{name:<9} {was:>7} {now:>7} {now / was - 1:>6.0%}   {middle[0]:>6.1f} {middle[1]:>6.1f}   "
        f"{average[0]:>6.1f} {average[1]:>6.1f}   {middle[2]:>6.1f} {middle[3]:>6.1f}   {len(after):>6}"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--weeks", type=int, default=1, help="the last one is counted (default: the first)")
    parser.add_argument("--feeds", type=int, default=100)
    options = parser.parse_args()
    tallies, made = simulate(seed=options.seed, weeks=options.weeks, count=options.feeds)
    print("          requests in a week        median, min     mean, min       feeds' median   entries")
    print("kind        fixed    ours  saved    fixed   ours    fixed   ours    fixed   ours")
    total = {"fixed": [0, [], []], "adaptive": [0, [], []]}
    for kind, ways in tallies.items():
        line(kind, ways["fixed"], ways["adaptive"])
        for way, (requests, waited, medians) in ways.items():
            total[way][0] += requests
            total[way][1] += waited
            total[way][2] += medians
    counts = {way: len(waited) for way, (_, waited, _) in total.items()}
    check(counts["adaptive"] >= 0.99 * counts["fixed"] > 0, f"entries that were polled: {counts}")
    line("all", total["fixed"], total["adaptive"])
    end = START + timedelta(days=7 * options.weeks)
    start = end - timedelta(days=7)
    bounds = {
        "who knows how each publisher is made": [(one, one.rate) for one in made],
        "who has counted one week before": [(one, counted(one, start)) for one in made],
    }
    for name, known in bounds.items():
        requests, average, of_feeds = bound(known, start, end, total["adaptive"][0])
        print(f"{name}: {requests} requests, mean {average:.1f} min, feeds' median {of_feeds:.1f}")


if __name__ == "__main__":
    main()
