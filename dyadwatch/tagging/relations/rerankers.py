"""Rerankers: models of the user's own that judge mentions again, chosen by name; none unless chosen.

A reranker is a callable: (sentence, claims) -> a score in [0, 1] for each claim, or None where it has no
opinion. Packages offer one as an entry point of the group `dyadwatch.rerankers`: a factory that takes what
follows the colon in "name:argument" and returns the callable. This package offers `nli` (extra `nli`): a
cross-encoder for natural language inference, in ONNX, from a local directory. The one that asks over the
network (dyadwatch.rerankers) is made by dyadwatch.bootstrap, because nothing here may.
"""

import importlib
import math
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from dyadwatch.errors import InvalidInput, NotFound

GROUP = "dyadwatch.rerankers"
_MAX_TOKENS = 512  # what the usual encoders take
_MIN_SCORE = 1e-9  # keeps log-odds finite


class Claim(NamedTuple):
    """What a mention says of a sentence: who (`actor`, surface and code point offsets into the sentence) does
    what (`event_type`, None for a plain tie) to whom (`recipient`), and how sure it is without a reranker
    that they are related (`confidence`)."""

    actor: tuple[str, int, int]
    recipient: tuple[str, int, int]
    event_type: str | None
    confidence: float = 0.5


Reranker = Callable[[str, Sequence[Claim]], Sequence[float | None]]

# A claim as the sentence whose entailment a model judges, by event type.
HYPOTHESES: Mapping[str | None, str] = {
    None: "{actor} and {recipient} have a relationship.",
    "AGREE": "{actor} promised or agreed to do something for {recipient}.",
    "CONSULT": "{actor} met or talked with {recipient}.",
    "SUPPORT": "{actor} expressed support for {recipient}.",
    "CONCEDE": "{actor} made a concession to {recipient}.",
    "COOPERATE": "{actor} cooperated with {recipient}.",
    "AID": "{actor} gave aid to {recipient}.",
    "RETREAT": "{actor} withdrew from {recipient} or released someone of {recipient}.",
    "REQUEST": "{actor} demanded something from {recipient}.",
    "ACCUSE": "{actor} accused or criticised {recipient}.",
    "REJECT": "{actor} refused something to {recipient}.",
    "THREATEN": "{actor} threatened {recipient}.",
    "PROTEST": "{actor} protested against {recipient}.",
    "SANCTION": "{actor} reduced its relations with {recipient}.",
    "MOBILIZE": "{actor} mobilised forces against {recipient}.",
    "COERCE": "{actor} repressed or punished {recipient}.",
    "ASSAULT": "{actor} attacked {recipient}.",
}


def available_rerankers() -> list[str]:
    """The names of the rerankers that are installed."""
    return sorted({point.name for point in entry_points(group=GROUP)})


def open_reranker(choice: str) -> Reranker:
    """The reranker of a choice "name" or "name:argument" ("nli:/models/nli").

    Raises NotFound (reranker_unknown) and whatever its factory raises: for `nli` InvalidInput with the code
    reranker_missing where the extra is not installed, and reranker_invalid where the directory holds no
    usable model."""
    name, _, argument = choice.partition(":")
    points = [point for point in entry_points(group=GROUP) if point.name == name]
    if not points:
        names = ", ".join(available_rerankers()) or "none"
        raise NotFound(f"no reranker {name!r} is installed; there are: {names}", code="reranker_unknown")
    factory: Callable[[str], Reranker] = points[0].load()
    return factory(argument)


def score_claims(reranker: Reranker, sentence: str, claims: Sequence[Claim]) -> list[float | None]:
    """A score for each claim, None where the reranker has no opinion. Raises InvalidInput (reranker_invalid)
    where it returns another number of scores, or one outside [0, 1]."""
    if not claims:
        return []
    scores = [None if score is None else float(score) for score in reranker(sentence, claims)]
    if len(scores) != len(claims) or not all(score is None or 0 <= score <= 1 for score in scores):
        raise InvalidInput(
            f"the reranker gave {scores} for {len(claims)} claims; one score in [0, 1] each is due",
            code="reranker_invalid",
        )
    return scores


def log_odds(score: float) -> float:
    """A score as a weight to add to those of the features of a mention; that of 0.5 is 0."""
    clipped = min(max(score, _MIN_SCORE), 1 - _MIN_SCORE)
    return math.log(clipped / (1 - clipped))


def nli(directory: str) -> Reranker:
    """A reranker of the cross-encoder in `directory`: model.onnx (logits over classes for a pair of
    sentences), tokenizer.json, and config.json, whose `id2label` names a class "entailment".

    A score is the probability of entailment against all other classes. Nothing is downloaded. Raises
    InvalidInput (reranker_missing, reranker_invalid)."""
    runtime, tokenizers, numpy = (_import_extra(name) for name in ("onnxruntime", "tokenizers", "numpy"))
    path = Path(directory)
    entailment = _entailment_index(path / "config.json")
    try:
        session = runtime.InferenceSession(str(path / "model.onnx"), providers=["CPUExecutionProvider"])
        tokenizer = tokenizers.Tokenizer.from_file(str(path / "tokenizer.json"))
    except Exception as error:  # both libraries raise exceptions of their own, and plain ones
        raise InvalidInput(
            f"{directory!r} holds no model that can be read: {error}", code="reranker_invalid"
        ) from error
    tokenizer.enable_truncation(_MAX_TOKENS, strategy="only_first")
    tokenizer.enable_padding()
    input_names = [node.name for node in session.get_inputs()]

    def score(sentence: str, claims: Sequence[Claim]) -> list[float]:
        encodings = tokenizer.encode_batch([(sentence, _hypothesis(claim)) for claim in claims])
        arrays = {
            "input_ids": [encoding.ids for encoding in encodings],
            "attention_mask": [encoding.attention_mask for encoding in encodings],
            "token_type_ids": [encoding.type_ids for encoding in encodings],
        }
        feed = {name: numpy.array(arrays[name], dtype=numpy.int64) for name in input_names}
        (logits,) = session.run(None, feed)
        return [_probability(row, entailment) for row in logits.tolist()]

    return score


def _import_extra(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise InvalidInput(
            f"the reranker needs {name}: install dyadwatch with the extra nli", code="reranker_missing"
        ) from error


def _entailment_index(config: Path) -> int:
    """The index of the class "entailment"."""
    try:
        labels = orjson.loads(config.read_bytes())["id2label"]
        return next(int(index) for index, label in labels.items() if str(label).lower() == "entailment")
    except (OSError, ValueError, LookupError, AttributeError, TypeError, StopIteration) as error:
        raise InvalidInput(f'{str(config)!r} names no class "entailment"', code="reranker_invalid") from error


def _hypothesis(claim: Claim) -> str:
    template = HYPOTHESES.get(claim.event_type, HYPOTHESES[None])
    return template.format(actor=claim.actor[0], recipient=claim.recipient[0])


def _probability(logits: Sequence[float], index: int) -> float:
    """The softmax of logits at an index."""
    highest = max(logits)
    exponentials = [math.exp(value - highest) for value in logits]
    return exponentials[index] / sum(exponentials)
