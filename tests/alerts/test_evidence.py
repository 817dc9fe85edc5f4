"""Which mentions an alert shows."""

from carriers import carrier, mention

from dyadwatch.alerts.evidence import MAX_EVIDENCE, distinct, select


def test_mentions_come_in_the_order_of_the_articles():
    first, second = mention(1, "They met."), mention(2, "They spoke.")
    assert distinct([carrier(1, first), carrier(2, second)]) == [first, second]


def test_a_quote_that_copies_repeat_is_shown_once_for_each_event_type():
    first, repeated = mention(1), mention(2)
    other_type = mention(2, event_type="AID")
    assert distinct([carrier(1, first), carrier(2, repeated, other_type)]) == [first, other_type]


def test_mentions_of_state_level_are_no_evidence_beside_others():
    carried = carrier(1, mention(level="state"), mention(level="mediated"))
    assert distinct([carried]) == [mention(level="mediated")]
    assert distinct([carrier(1, mention(level="state"))]) == [mention(level="state")]


def test_of_too_many_mentions_the_most_confident_are_shown_in_order():
    mentions = [mention(quote=f"{number}.", confidence=number / 100) for number in range(MAX_EVIDENCE + 5)]
    assert select(mentions) == tuple(mentions[5:])
