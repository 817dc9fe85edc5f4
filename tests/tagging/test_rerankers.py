"""Rerankers: chosen by name, believed only with a score for each claim; ours with a tiny model made here."""

import importlib
import json
import math
from importlib.metadata import EntryPoint

import onnx
import pytest
import tokenizers
from onnx import TensorProto, helper

from dyadwatch.errors import InvalidInput, NotFound
from dyadwatch.tagging.events.plover import EVENT_TYPES
from dyadwatch.tagging.relations.rerankers import Claim, log_odds, nli, open_reranker, score_claims

# By its name, because the package shows the function of the same name.
rerankers = importlib.import_module("dyadwatch.tagging.relations.rerankers")

CLAIM = Claim(("Aldra", 0, 5), ("Qirra", 14, 19), "SUPPORT")
SENTENCE = "Aldra praised Qirra"
VOCABULARY = ["[PAD]", "[UNK]", "praised", "support", "attacked"]


def tokenizer():
    """Words of a closed vocabulary, two texts in a row with their type ids."""
    words = tokenizers.Tokenizer(
        tokenizers.models.WordLevel(
            {word: number for number, word in enumerate(VOCABULARY)}, unk_token="[UNK]"
        )
    )
    words.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    words.post_processor = tokenizers.processors.TemplateProcessing(
        single="$A", pair="$A $B:1", special_tokens=[]
    )
    return words


def network():
    """Logits that are sums over the tokens: of "praised" and "support" for entailment, of "attacked" against
    it. Takes two of the three usual inputs."""
    rows = [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 2.0], [0.0, 0.0, 2.0], [6.0, 0.0, 0.0]]
    table = helper.make_tensor("table", TensorProto.FLOAT, [5, 3], [value for row in rows for value in row])
    axes = helper.make_tensor("axes", TensorProto.INT64, [1], [1])
    last = helper.make_tensor("last", TensorProto.INT64, [1], [2])
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["rows"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last"], ["column"]),
        helper.make_node("Mul", ["rows", "column"], ["seen"]),
        helper.make_node("ReduceSum", ["seen", "axes"], ["logits"], keepdims=0),
    ]
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"])
        for name in ("input_ids", "attention_mask")
    ]
    outputs = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 3])]
    graph = helper.make_graph(nodes, "tiny", inputs, outputs, [table, axes, last])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


@pytest.fixture
def directory(tmp_path):
    """A local directory with a model that knows three words."""
    onnx.save(network(), tmp_path / "model.onnx")
    tokenizer().save(str(tmp_path / "tokenizer.json"))
    labels = {"0": "CONTRADICTION", "1": "neutral", "2": "Entailment"}
    (tmp_path / "config.json").write_text(json.dumps({"id2label": labels}))
    return tmp_path


def test_a_model_from_a_directory_scores_claims(directory):
    """The score is the probability of entailment, for each claim in order."""
    judge = nli(str(directory))
    attack = CLAIM._replace(event_type="ASSAULT")
    support, assault, tie = score_claims(judge, SENTENCE, [CLAIM, attack, CLAIM._replace(event_type=None)])
    assert support == pytest.approx(math.exp(4) / (math.exp(4) + 2), abs=1e-4)
    assert assault == pytest.approx(math.exp(2) / (math.exp(2) + 1 + math.exp(6)), abs=1e-4)
    assert assault < tie < support
    assert score_claims(judge, SENTENCE, [CLAIM]) == [support]  # padding of a batch changes nothing


def test_a_long_sentence_is_cut_not_the_claim(directory):
    """What is beyond the model's window is left out of the sentence."""
    (score,) = score_claims(nli(str(directory)), "word " * 2000, [CLAIM])
    assert score == pytest.approx(math.exp(2) / (math.exp(2) + 2), abs=1e-4)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "config.json"])
@pytest.mark.parametrize("content", [None, "{}", "nonsense"])
def test_a_directory_without_a_model_is_refused(directory, name, content):
    """A missing or broken file is a clear error."""
    (directory / name).unlink()
    if content is not None:
        (directory / name).write_text(content)
    with pytest.raises(InvalidInput) as caught:
        nli(str(directory))
    assert caught.value.code == "reranker_invalid"


def test_without_the_extra_it_says_what_to_install(monkeypatch, directory):
    """The libraries are asked for only when the reranker is chosen."""

    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(rerankers.importlib, "import_module", missing)
    with pytest.raises(InvalidInput, match="extra nli") as caught:
        nli(str(directory))
    assert caught.value.code == "reranker_missing"


def test_every_event_type_has_a_hypothesis():
    """And a plain tie; each names both actors."""
    assert set(rerankers.HYPOTHESES) == {None, *EVENT_TYPES}
    assert all("{actor}" in text and "{recipient}" in text for text in rerankers.HYPOTHESES.values())


def test_a_reranker_is_opened_by_name(monkeypatch, directory):
    """An entry point's factory gets what follows the colon; an unknown name is reported with those that there
    are."""
    point = EntryPoint("nli", "dyadwatch.tagging.relations.rerankers:nli", rerankers.GROUP)
    monkeypatch.setattr(rerankers, "entry_points", lambda group: [point] if group == rerankers.GROUP else [])
    assert rerankers.available_rerankers() == ["nli"]
    assert len(score_claims(open_reranker(f"nli:{directory}"), SENTENCE, [CLAIM])) == 1
    with pytest.raises(NotFound, match="there are: nli") as caught:
        open_reranker("oracle")
    assert caught.value.code == "reranker_unknown"


def test_the_error_says_when_no_reranker_is_installed(monkeypatch):
    """Where no package offers one."""
    monkeypatch.setattr(rerankers, "entry_points", lambda group: [])
    with pytest.raises(NotFound, match="there are: none"):
        open_reranker("nli")


@pytest.mark.parametrize("scores", [[], [0.5, 0.5], [1.5], [-0.1], [math.nan]])
def test_scores_of_a_wrong_number_or_range_are_refused(scores):
    """One score in [0, 1] for each claim."""
    with pytest.raises(InvalidInput) as caught:
        score_claims(lambda sentence, claims: scores, SENTENCE, [CLAIM])
    assert caught.value.code == "reranker_invalid"


def test_no_opinion_is_no_score():
    """It stands in its place among the others."""
    assert score_claims(lambda sentence, claims: [0.5, None], SENTENCE, [CLAIM, CLAIM]) == [0.5, None]


def test_without_claims_the_reranker_is_not_called():
    """An empty list needs no model."""
    assert score_claims(lambda sentence, claims: [1 / 0], SENTENCE, []) == []


def test_a_score_weighs_its_log_odds():
    """Even odds weigh nothing; certainty stays finite."""
    assert log_odds(0.5) == 0
    assert log_odds(0.9) == pytest.approx(-log_odds(0.1))
    assert math.isfinite(log_odds(0))
    assert math.isfinite(log_odds(1))
