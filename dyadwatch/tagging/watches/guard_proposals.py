"""Proposals of guards: which ones a rejected alert proposes, by its evidence and by what else was judged.

A proposal is a guess that a person sees the effect of before it counts. So it should be what recurs, and
nothing that a right alert says too.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dyadwatch.model.alerts import AlertMention, RejectReason
from dyadwatch.model.guards import Guard, Judgement, Proposal
from dyadwatch.tagging.watches.guards import with_guard
from dyadwatch.tagging.watches.longer_names import ActorNames, commonest_longer_name, longer_name
from dyadwatch.tagging.watches.phrases import Quote, folded, stands_in
from dyadwatch.tagging.watches.watch import SIDES, Side

_PHRASED: frozenset[RejectReason] = frozenset({"not_about_pair", "wrong_event", "extraction", "old_news"})
_MIN_REJECTIONS = 3  # of one source, from which a rule on it is proposed
_STEP = 0.01  # of scores
_MAX_ALIKE = 100  # rejections, the last, in which phrases recur


def propose(
    document: Mapping[str, Any],
    reason: RejectReason,
    mention: AlertMention | None,
    *,
    text: str = "",
    host: str = "",
    judged: Sequence[Judgement] = (),
) -> Iterator[Proposal]:
    """The guards that would have kept an alert of a watch away that was rejected for a `reason`, each with
    the verdicts that speak for it: by the `mention` that is wrong, the `text` that it is from and its `host`,
    and by all alerts of the watch that were `judged`. What the watch refuses already is not proposed."""
    for proposal in _propose(document, reason, mention, text, host, judged):
        if with_guard(document, proposal.guard) != document:
            yield proposal


def _propose(
    document: Mapping[str, Any],
    reason: RejectReason,
    mention: AlertMention | None,
    text: str,
    host: str,
    judged: Sequence[Judgement],
) -> Iterator[Proposal]:
    if mention is not None and reason == "namesake":
        for side in SIDES:
            yield from _namesakes(document["actors"][side], side, mention, text)
    if mention is not None and reason in _PHRASED:
        yield from _phrase(Quote(mention), reason, judged)
    if host:
        yield from _source(host, judged)


def _namesakes(actor: Mapping[str, Any], side: Side, mention: AlertMention, text: str) -> Iterator[Proposal]:
    """The longest name that one of the actor is a part of where it is wrong, or else most often in the
    text."""
    names, quote = ActorNames(actor), mention.evidence.quote
    for surface in mention.actors.get(side, ()):
        start = surface.start - mention.evidence.start
        end = surface.end - mention.evidence.start
        if surface.kind != "name" or start < 0 or end > len(quote):
            continue
        others = Quote(mention).taken - set(range(start, end))
        name = longer_name(quote, start, end, names, others)
        name = name or commonest_longer_name(text, surface.surface, names)
        if name is not None:
            yield Proposal(Guard("namesake", side=side, text=name))
            return


def _phrase(quote: Quote, reason: RejectReason, judged: Sequence[Judgement]) -> Iterator[Proposal]:
    """The words that recur in alerts that were rejected for this reason, and in none that was confirmed;
    where none do, those around what tells the event."""
    right = [folded(text) for one in judged if one.is_right for text in one.quotes]
    around = quote.around_trigger()
    single = [Proposal(Guard("phrase", text=around.text))] if around else []
    for proposal in (*_recurring(quote, reason, judged), *single):
        phrase = folded(proposal.guard.text or "")
        if not any(stands_in(phrase, text) for text in right):
            yield proposal
            return


def _recurring(quote: Quote, reason: RejectReason, judged: Sequence[Judgement]) -> list[Proposal]:
    """The phrases that stand in several rejected alerts: in most first, then the nearest to what tells the
    event, then the longest."""
    alike = [one for one in judged if one.reason == reason][-_MAX_ALIKE:]
    wrong = [(one.verdict, folded("\n".join(one.quotes))) for one in alike]
    ranked: list[tuple[tuple[int, int, int], Proposal]] = []
    for run in quote.runs():
        phrase = folded(run.text)
        verdicts = tuple(verdict for verdict, text in wrong if stands_in(phrase, text))
        if len(verdicts) > 1:
            rank = (len(verdicts), -quote.distance(run), len(run.text))
            ranked.append((rank, Proposal(Guard("phrase", text=run.text), verdicts)))
    return [proposal for _, proposal in sorted(ranked, key=lambda one: one[0], reverse=True)]


def _source(host: str, judged: Sequence[Judgement]) -> Iterator[Proposal]:
    """Nothing of a source of which all was rejected; else what scores more than all that was."""
    scored = [(one, one.score) for one in judged if one.score is not None]
    rejected = {one.verdict: score for one, score in scored if not one.is_right}
    confirmed = [score for one, score in scored if one.is_right]
    if len(rejected) < _MIN_REJECTIONS:
        return
    least = round(max(rejected.values()) + _STEP, 2) if confirmed else None
    if least is None or least <= min(confirmed):
        yield Proposal(Guard("source", host=host, min_score=least), tuple(rejected))
