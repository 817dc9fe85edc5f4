"""`dyadwatch status`: what waits, what fails, what came of the last day."""

import click

from dyadwatch.cli.output import json_option, print_json, wants_json
from dyadwatch.cli.session import open_product
from dyadwatch.cli.tables import print_table
from dyadwatch.local.terminal import quantity
from dyadwatch.model.alarms import AlarmView
from dyadwatch.model.status import Status
from dyadwatch.store import status as rows


@click.command()
@json_option
def status() -> None:
    """Say what the installation does: queues, feeds that fail, articles and alerts of the last day."""
    with open_product() as product, product.store.begin() as db:
        read = rows.read(db)
    if wants_json():
        print_json(read)
        return
    for name, words in _lines(read).items():
        click.echo(f"{name:<14} {words}")
    if read.failing:
        click.echo("\nfeeds that fail")
        print_table(
            ("feed", "source", "in a row", "error", "url"),
            [(each.feed, each.source, each.error_count, each.error.code, each.url) for each in read.failing],
        )


def _lines(read: Status) -> dict[str, str]:
    waiting = [
        f"{queue.step} {queue.due} since {queue.due_since.astimezone():%H:%M:%S}"
        for queue in read.queues
        if queue.due_since is not None
    ]
    return {
        "version": f"{read.version}, schema {read.revision}",
        "database": f"PostgreSQL {read.database}, {read.size / 2**20:.0f} MiB",
        "due now": ", ".join(waiting) or "nothing waits",
        "watches": _states(read.watches),
        "feeds": _states(read.feeds),
        "subscriptions": _states(read.subscriptions) + (f", {read.silent} silent" if read.silent else ""),
        "workers": ", ".join(f"{one.step} {one.processes}" for one in read.workers if one.processes)
        or "none in the last minute",
        "last 24 hours": f"{quantity(read.articles, 'article')}, {quantity(read.alerts, 'alert')}",
        "newest": ", ".join(
            f"{name} {at.astimezone():%Y-%m-%d %H:%M}"
            for name, at in (("article", read.newest_article), ("alert", read.newest_alert))
            if at is not None
        )
        or "nothing yet",
        "alarms": ", ".join(map(describe_alarm, read.alarms)) or "none",
    }


def describe_alarm(alarm: AlarmView) -> str:
    """An alarm in a line."""
    finding = alarm.finding
    if finding.kind == "burst":
        day = f"{finding.began_at:%Y-%m-%d}"
        return f"{alarm.watch} has {finding.observed} alerts on {day}, {finding.expected:g} are usual"
    whose = "its feeds are in trouble" if finding.cause == "feeds" else "its feeds are well"
    return f"{alarm.watch} is silent since {finding.began_at:%Y-%m-%d}, {whose}"


def _states(counts: object) -> str:
    words = dict(counts) if isinstance(counts, dict) else {}
    return ", ".join(f"{count} {state}" for state, count in sorted(words.items())) or "none"
