"""What a text calls the actors whom it has introduced (descriptions.yaml), and by what one is to the other
(counterparts.yaml)."""

import re
from pathlib import Path

import pytest
import yaml

import dyadwatch.tagging.tagger
from dyadwatch.tagging import Tagger, parse_watch

HERE = Path(__file__).parent
CASES = yaml.safe_load((HERE / "descriptions.yaml").read_text())
COUNTERPARTS = yaml.safe_load((HERE / "counterparts.yaml").read_text())
MARK = re.compile(r"\[([ab]) ([^\]]+)\]")


def unmarked(text):
    """(text without marks, {(start, end, side) of each})."""
    plain, spans, position = "", set(), 0
    for match in MARK.finditer(text):
        plain += text[position : match.start()]
        spans.add((len(plain), len(plain) + len(match[2]), match[1]))
        plain += match[2]
        position = match.end()
    return plain + text[position:], spans


def actor(language, name, pronouns, *kind):
    document = {"name": name, "pronouns": pronouns, "names": {language: [name]}}
    if kind:
        return document | {"kind": kind[0]}
    return document | {"aliases": {language: [name.split()[-1]]}}


def watch_of(case):
    actors = {side: actor(case["l"], *case[side]) for side in ("a", "b")}
    return parse_watch({"id": "pair", "title": "Pair", "actors": actors})


def described(monkeypatch, case, text):
    """Where a text calls its actors by an office or kind, as (start, end, side)."""
    found = set()
    resolve = dyadwatch.tagging.tagger.resolve

    def note(document, watch, matches):
        actors = resolve(document, watch, matches)
        offices = [span for span in actors.spans if span.kind == "role"]
        for span in (*offices, *actors.descriptions):
            found.add((*document.folding.source(span.start, span.end), span.side))
        return actors

    monkeypatch.setattr(dyadwatch.tagging.tagger, "resolve", note)
    Tagger([watch_of(case)]).tag(text, language=case["l"], watches={"pair"})
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['l']} {case['t'][:30]}")
def test_a_text_calls_actors_by_what_it_introduced_them_with(monkeypatch, case):
    """As long as nobody else may be meant."""
    text, spans = unmarked(case["t"].strip())
    found = described(monkeypatch, case, text)
    assert {(text[start:end], side) for start, end, side in found} == {
        (text[start:end], side) for start, end, side in spans
    }
    assert found == spans


@pytest.mark.parametrize("case", COUNTERPARTS, ids=lambda case: f"{case['l']} {case.get('t', 'not')[:30]}")
def test_one_is_meant_by_what_he_is_to_the_other(case):
    """Whatever the gender of either, unless somebody else is named."""
    text = (case.get("t") or case["not"]).strip()
    tagged = Tagger([watch_of(case)]).tag(text, language=case["l"], watches={"pair"})
    ends = {mention.evidence.end for mention in tagged.watches["pair"].mentions}
    assert (len(text) in ends) == ("t" in case)
