"""How often the tagger is right, as docs/quality.md has it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dyadwatch.model.precision import Estimate
from dyadwatch.tagging import TAGGER_VERSION
from dyadwatch.tagging.lexicons.lexicon import lexicon_version
from dyadwatch.tagging.quality import shipped_quality
from service.rest.operations import Call, Operation
from service.rest.responses import ApiResponse


@dataclass(frozen=True, slots=True)
class Retrieval:
    """How much of what is said is right (`precision`), how much of what is there is said (`recall`), and
    their harmonic mean; null where nothing was said, or nothing there."""

    precision: Estimate | None
    recall: Estimate | None
    f1: Estimate | None


@dataclass(frozen=True, slots=True)
class QualityRow:
    """The figures of some texts; null where none of them has a label for a field."""

    name: str
    texts: int
    relation: Retrieval
    evidence: Retrieval
    mentions: Retrieval
    speaker: Retrieval
    event_type: Estimate | None
    direction: Estimate | None
    modality: Estimate | None


@dataclass(frozen=True, slots=True)
class QualityTable:
    """Rows that were measured in the same way."""

    title: str
    about: str
    rows: Sequence[QualityRow]


@dataclass(frozen=True, slots=True)
class TaggerVersions:
    """Of the tagger and of its lexicons."""

    tagger_version: str
    lexicon_version: str


@dataclass(frozen=True, slots=True)
class QualityAnswer:
    """How often the tagger of these versions was right on text that its weights were not fitted on: what each
    field means (`fields`), how it was measured (`method`) and what is not known (`limits`). `running`: the
    versions that tag now."""

    tagger_version: str
    lexicon_version: str
    fields: Mapping[str, str]
    method: Sequence[str]
    limits: Sequence[str]
    tables: Sequence[QualityTable]
    running: TaggerVersions


def running_versions() -> TaggerVersions:
    return TaggerVersions(TAGGER_VERSION, lexicon_version())


def get_quality(_call: Call) -> ApiResponse:
    """Precision, recall and F1 by language and pair, with intervals. The page /quality shows the same."""
    return ApiResponse({**shipped_quality(), "running": running_versions()})


OPERATIONS = (
    Operation("GET", "/v1/quality", get_quality, "See how often the tagger is right", "read", QualityAnswer),
)
