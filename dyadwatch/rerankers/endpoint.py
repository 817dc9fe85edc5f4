"""A reranker that asks an endpoint of the form of OpenAI's chat completions."""

import json
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import Protocol

import orjson
import structlog

from dyadwatch import http_headers
from dyadwatch.errors import DyadwatchError, WebError
from dyadwatch.model.web import Response
from dyadwatch.rerankers.question import Question
from dyadwatch.rerankers.time_share import TimeShare
from dyadwatch.tagging.relations.rerankers import Claim

_log = structlog.get_logger(__name__)

_DOUBT = (0.05, 0.95)  # the confidence of clauses that are asked about: others an answer could hardly change
_MAX_SENTENCE = 2_000  # characters
_MAX_ANSWER = 64 * 2**10  # bytes
_MAX_TOKENS = 400  # of an answer
# Rows are worked for 45 s at most: a process waits 15 s in one go, and a third of its time.
_BURST, _SHARE, _LEAST = 15.0, 1 / 3, 0.1
_PAUSE, _MAX_PAUSE = 60.0, 3600.0  # seconds for which an endpoint that failed is not asked
_REPORT_EVERY = 600.0  # seconds
_NO_OPINION = b"-"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the model is: the URL up to its version (/v1), the model's name, the API key if it needs one, and
    how many seconds an answer may take."""

    url: str
    model: str
    key: str | None
    timeout: float


class HttpClient(Protocol):
    """What is used of `dyadwatch.web.Client`: every request passes the egress guard."""

    def post(
        self, url: str, body: bytes, *, headers: Mapping[str, str], limit: int, deadline: float
    ) -> Response:
        """The response, its body cut at `limit` bytes, within `deadline` seconds. Raises WebError."""


class Cache(Protocol):
    """Answers that were given before."""

    def get(self, name: str) -> bytes | None: ...

    def put(self, name: str, value: bytes) -> None: ...


class EndpointReranker:
    """Asks the model about each doubtful clause, if `spend` allows one more call. Has no opinion (None) where
    it does not ask, gets no answer, or gets one that does not count. Safe for threads.

    `outcomes` counts what came of each question; the log has it every ten minutes, and each kind of failure
    once."""

    def __init__(
        self,
        endpoint: Endpoint,
        http: HttpClient,
        cache: Cache,
        spend: Callable[[], bool],
        *,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._endpoint, self._http, self._cache, self._spend = endpoint, http, cache, spend
        self._url = endpoint.url.rstrip("/") + "/chat/completions"
        self._clock = clock
        self._time = TimeShare(_BURST, _SHARE, clock)
        self._lock = threading.Lock()
        self._paused_until = -1.0
        self._reported_at = clock()
        self.outcomes: Counter[str] = Counter()

    def __call__(self, sentence: str, claims: Sequence[Claim]) -> list[float | None]:
        questions = [_question(sentence, claim) for claim in claims]
        scores: dict[Question, float | None] = {}
        for question, claim in zip(questions, claims, strict=True):
            if question not in scores:
                scores[question] = self._score(question, claim.confidence)
        return [scores[question] for question in questions]

    def _score(self, question: Question, confidence: float) -> float | None:
        if not _DOUBT[0] <= confidence <= _DOUBT[1] or len(question.sentence) > _MAX_SENTENCE:
            return None
        seconds = self._time.take(self._endpoint.timeout)
        started = self._clock()
        try:
            if seconds >= _LEAST:
                return self._remembered_or_asked(question, seconds)
            self._count("no_time")
        finally:
            self._time.put_back(seconds - (self._clock() - started))
        return None

    def _remembered_or_asked(self, question: Question, seconds: float) -> float | None:
        key = question.key(f"{self._endpoint.url} {self._endpoint.model}")
        stored = self._cache.get(key)
        if stored is not None:
            self._count("cached")
            return None if stored == _NO_OPINION else float(stored)
        answer = self._ask(question, seconds)
        if answer is None:
            return None
        score = question.score(answer)
        self._cache.put(key, _NO_OPINION if score is None else b"%.4f" % score)
        self._count("not_quoted" if score is None else "answered")
        return score

    def _ask(self, question: Question, seconds: float) -> str | None:
        """The model's answer within so many seconds, None where there is none: then it is not asked for a
        while."""
        if self._clock() < self._paused_until:
            self._count("paused")
        elif not self._spend():
            self._count("over_budget")
        else:
            try:
                return _answer(self._post(question, seconds))
            except DyadwatchError as error:
                self._pause(error)
        return None

    def _post(self, question: Question, seconds: float) -> Response:
        endpoint = self._endpoint
        headers = {"content-type": "application/json", "accept": "application/json"}
        if endpoint.key is not None:
            headers["authorization"] = f"Bearer {endpoint.key}"
        document = {
            "model": endpoint.model,
            "messages": question.messages(),
            "temperature": 0,
            "max_tokens": _MAX_TOKENS,
        }
        body = json.dumps(document).encode()
        return self._http.post(self._url, body, headers=headers, limit=_MAX_ANSWER, deadline=seconds)

    def _pause(self, error: DyadwatchError) -> None:
        wait = error.wait if isinstance(error, _RefusedError) else None
        self._paused_until = self._clock() + (_PAUSE if wait is None else wait)
        if self._count(error.code) == 1:
            _log.warning("reranker failed", code=error.code, detail=error.detail)

    def _count(self, outcome: str) -> int:
        with self._lock:
            self.outcomes[outcome] += 1
            count, now = self.outcomes[outcome], self._clock()
            is_due = now - self._reported_at >= _REPORT_EVERY
            if is_due:
                self._reported_at = now
        if is_due:
            _log.info("reranker outcomes", **self.outcomes)
        return count


class _RefusedError(WebError):
    """The endpoint answered with an error, and may have said how long to `wait`."""

    def __init__(self, response: Response) -> None:
        super().__init__(f"the endpoint answered {response.status}", code=f"status_{response.status}")
        value = response.headers.get("retry-after")
        self.wait = http_headers.retry_after(value, datetime.now(UTC), maximum=_MAX_PAUSE)


def _question(sentence: str, claim: Claim) -> Question:
    first, second = sorted((claim.actor, claim.recipient), key=lambda surface: surface[1])
    return Question(sentence, first, second)


def _answer(response: Response) -> str:
    """What the model wrote. Raises WebError where the response is no chat completion."""
    if response.status != 200:
        raise _RefusedError(response)
    try:
        content = orjson.loads(response.body)["choices"][0]["message"]["content"]
    except (orjson.JSONDecodeError, LookupError, TypeError):
        content = None
    if not isinstance(content, str):
        raise WebError("the endpoint's answer is no chat completion", code="answer_unreadable")
    return content
