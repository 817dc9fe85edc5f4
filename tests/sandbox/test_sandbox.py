"""Documents are read in a process that may be lost: within 2 s and 200 MB, or not at all."""

import builtins
import json
import multiprocessing
import operator
import os
import re
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree
from waiting import GENEROUS, eventually

from dyadwatch import articles, feeds
from dyadwatch.errors import DyadwatchError, FeedError, TooCostly
from dyadwatch.sandbox import Sandbox, sandbox

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def default():
    """With the product's bounds: a busy machine needs its time to fill 150 MB."""
    instance = Sandbox()
    yield instance
    instance.close()


@pytest.fixture
def bounded():
    """With little time, for what is to exceed it."""
    instance = Sandbox(cpu_seconds=0.3)
    yield instance
    instance.close()


def has_exited(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_a_call_answers_as_the_function_does(bounded):
    """Values, options and errors are those of the function, and nothing starts before the first call."""
    assert bounded._child is None
    assert bounded.call(operator.add, 1, 2) == 3
    assert bounded.call(sorted, [1, 3, 2], reverse=True) == [3, 2, 1]
    with pytest.raises(ValueError, match="invalid literal") as raised:
        bounded.call(int, "x")
    assert "Traceback" in raised.value.__notes__[0]


def test_calls_share_one_process_that_is_not_this_one(bounded):
    """It is started once, and is a child of this process."""
    pids = {bounded.call(os.getpid) for _ in range(5)}
    assert len(pids) == 1
    assert os.getpid() not in pids
    assert bounded.call(os.getppid) == os.getpid()


@pytest.mark.parametrize(
    ("function", "arguments"),
    [(sum, (range(10**12),)), (re.fullmatch, ("(a+)+$", "a" * 40 + "b"))],
)
def test_endless_computing_ends_at_the_bound(bounded, function, arguments):
    """In C, where nothing can interrupt it, as in a regular expression; the next call finds a new process."""
    remaining, _ = bounded.call(signal.getitimer, signal.ITIMER_PROF)
    assert 0 < remaining < 0.5  # the system counts in ticks
    with pytest.raises(TooCostly, match=r"more than 0\.3 s of processor time") as raised:
        bounded.call(function, *arguments)
    assert raised.value.code == "document_too_costly"
    assert bounded.call(abs, -1) == 1


def test_time_is_counted_for_each_call(bounded):
    """Many cheap calls are no costly one, though together they take more than the bound."""
    pid = bounded.call(os.getpid)
    while bounded.call(time.process_time) < 0.6:
        bounded.call(sum, range(300_000))
    assert bounded.call(os.getpid) == pid


def test_a_process_that_hangs_is_given_up():
    """Waiting costs no processor time, so the clock bounds it too."""
    bounded = Sandbox()
    bounded.call(abs, 1)
    bounded._wall_seconds = 1
    with pytest.raises(TooCostly, match="longer than 1 s"):
        bounded.call(time.sleep, 60)
    bounded._wall_seconds = sandbox.WALL_SECONDS  # a busy machine takes longer than a second to start another
    assert bounded.call(abs, -1) == 1
    bounded.close()


def _holding(megabytes):
    return f"len(bytearray({megabytes} * 2**20))"


def test_memory_is_bounded(default):
    """More than 200 MB is refused, and what is less is not."""
    assert default.call(eval, _holding(150)) == 150 * 2**20
    with pytest.raises(TooCostly, match="more than 200 MB of memory"):
        default.call(eval, _holding(250))
    assert default.call(abs, -1) == 1


def test_an_error_out_of_memory_is_called_so():
    """Where a library makes something else of a refused allocation, the use of memory tells."""
    bounded = Sandbox(memory=60 * 2**20)
    with pytest.raises(TooCostly, match="more than 60 MB of memory"):
        bounded.call(etree.fromstring, b"<r>" + b"<a/>" * 700_000 + b"</r>")
    bounded.close()


def test_a_process_that_has_grown_is_replaced(default):
    """What a large document left behind does not count against the next."""
    first = default.call(os.getpid)
    default.call(eval, _holding(150))
    assert default.call(os.getpid) != first
    eventually(lambda: has_exited(first))


def test_deep_nesting_is_an_answer(bounded):
    """A recursion that Python ends, and one that ends Python."""
    with pytest.raises(TooCostly, match="nested too deeply"):
        bounded.call(json.loads, "[" * 200_000)
    with pytest.raises(TooCostly, match="ended its process by SIGSEGV"):
        bounded.call(signal.raise_signal, signal.SIGSEGV)
    assert bounded.call(abs, -1) == 1


def test_a_process_that_gives_up_by_itself_is_no_costly_document(bounded):
    """An exit is a fault of ours, and is not put down to the document."""
    with pytest.raises(RuntimeError, match="status 3"):
        bounded.call(os._exit, 3)
    assert bounded.call(abs, -1) == 1


def test_a_process_killed_in_between_is_replaced_unnoticed(bounded):
    """Nobody's document was being read."""
    pid = bounded.call(os.getpid)
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: has_exited(pid))
    assert bounded.call(os.getpid) != pid


def test_a_process_killed_while_reading_counts_against_the_document(bounded):
    """As by a system that is out of memory."""
    with pytest.raises(TooCostly, match="by SIGKILL"):
        bounded.call(signal.raise_signal, signal.SIGKILL)


def test_an_interrupted_caller_leaves_no_reply_to_the_next(bounded):
    """A call that was broken off by a signal, as a worker's shutdown sends, is not answered to somebody
    else."""

    class Interrupted(BaseException): ...

    def interrupt(number, frame):
        raise Interrupted

    previous = signal.signal(signal.SIGALRM, interrupt)
    with pytest.raises(Interrupted):
        bounded.call(os.kill, os.getpid(), signal.SIGALRM)  # the child interrupts us, then replies
    signal.signal(signal.SIGALRM, previous)
    assert bounded.call(abs, -7) == 7


def test_an_error_that_cannot_be_sent_is_told_in_words(bounded):
    """Its text and traceback arrive as those of a RuntimeError."""
    with pytest.raises(RuntimeError, match="XMLSyntaxError"):
        bounded.call(etree.fromstring, b"<a")


def test_errors_of_ours_keep_their_codes(bounded):
    """What a reader refuses is refused as if it had been called here."""
    with pytest.raises(FeedError) as raised:
        bounded.call(feeds.parse, b"hello", url="https://a.test/", content_type="text/plain", now=NOW)
    with pytest.raises(FeedError) as direct:
        feeds.parse(b"hello", url="https://a.test/", content_type="text/plain", now=NOW)
    assert (raised.value.code, raised.value.detail) == (direct.value.code, direct.value.detail)


def test_many_threads_get_their_own_answers(bounded):
    """Calls at once come one after the other, hostile ones among them."""

    def call(number):
        if number % 50 == 25:
            with pytest.raises(TooCostly):
                bounded.call(builtins.sum, range(10**12))
            return number
        return bounded.call(operator.add, number, 0)

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(call, range(200))) == list(range(200))


def test_a_call_ends_by_the_time_given_also_while_others_are_served(default):
    """Its own work is given up then; and it does not wait longer for that of another thread."""
    with pytest.raises(TooCostly):
        default.call_until(time.monotonic() + 0.2, time.sleep, 60)
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(default.call_until, time.monotonic() + GENEROUS, time.sleep, GENEROUS)
        eventually(lambda: default._lock.locked() and default._child)
        with pytest.raises(DyadwatchError) as raised:
            default.call_until(time.monotonic() + 0.1, operator.add, 1, 2)
        assert raised.value.code == "deadline_exceeded"
        default._child.process.kill()
        assert isinstance(other.exception(), TooCostly)


def test_the_process_outlives_the_thread_that_started_it(bounded):
    """Workers' threads come and go."""
    pids = []
    thread = threading.Thread(target=lambda: pids.append(bounded.call(os.getpid)))
    thread.start()
    thread.join()
    assert bounded.call(os.getpid) == pids[0]


def test_close_ends_the_process_and_may_be_repeated(bounded):
    """A later call starts another."""
    pid = bounded.call(os.getpid)
    bounded.close()
    bounded.close()
    assert has_exited(pid)
    assert bounded.call(os.getpid) != pid


def test_the_process_knows_no_secrets(bounded, monkeypatch):
    """The product's settings are not in its environment."""
    monkeypatch.setenv("DYADWATCH_DATABASE_URL", "postgresql://user:secret@host/name")
    assert bounded.call(os.getenv, "DYADWATCH_DATABASE_URL") is None
    assert bounded.call(os.getenv, "PATH") == os.environ["PATH"]


def _report_child(pipe):
    bounded = Sandbox()
    pipe.send(bounded.call(os.getpid))
    bounded.close()


def test_a_process_that_may_have_no_children_can_use_it():
    """A prefork worker's processes are daemonic, to which multiprocessing allows none."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=_report_child, args=(theirs,), daemon=True)
    process.start()
    assert ours.poll(GENEROUS)
    assert ours.recv() not in (process.pid, os.getpid())
    process.join()
    ours.close()
    theirs.close()


_PARENT = """
import os, runpy, sys, threading, time
bounded = runpy.run_path(sys.argv[2])["Sandbox"]()
print(bounded.call(os.getpid), flush=True)
threading.Thread(target=bounded.call, args=(sum, range(10**12))).start() if sys.argv[1] == "busy" else None
time.sleep(60)
"""


@pytest.mark.parametrize("state", ["idle", "busy"])
def test_no_orphan_is_left(state):
    """When the parent is killed the process ends, at once or when its document has had its time."""
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT, state, sandbox.__file__],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    child = int(parent.stdout.readline())
    time.sleep(0.2)
    assert not has_exited(child)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    eventually(lambda: has_exited(child))


ITEM = "<item><title>{0}</title><link>https://a.test/{0}</link><guid>{0}</guid></item>"


def _rss(inside, start=""):
    return f'<?xml version="1.0"?>{start}<rss version="2.0"><channel><title>T</title>{inside}</channel></rss>'.encode()


HOSTILE_FEEDS = {
    "quadratic entities": _rss("&a;" * 50_000, f'<!DOCTYPE r [<!ENTITY a "{"x" * 50_000}">]>'),
    "billion laughs": _rss(
        "&e9;",
        "<!DOCTYPE r [<!ENTITY e0 'ha'>"
        + "".join(f"<!ENTITY e{n + 1} '{f'&e{n};' * 10}'>" for n in range(9))
        + "]>",
    ),
    "deep nesting": _rss("<item>" + "<b>" * 200_000),
    "deep markup": _rss(f"<item><title>x</title><description>{'&lt;b&gt;' * 300_000}</description></item>"),
    "an endless tag": _rss("<item><title>" + "&lt;a " * 400_000 + "</title></item>"),
    "many namespaces": _rss("".join(f'<x{n} xmlns:y{n}="u:{n}"/>' for n in range(100_000))),
    "deep JSON": b'{"version": "https://jsonfeed.org/version/1.1", "items": ' + b"[" * 1_000_000,
}
HOSTILE_PAGES = {
    "deep nesting": b"<html><body>" + b"<div>" * 200_000 + b"text",
    "many elements": b"<html><body>" + b"<p><b>x</b></p>" * 300_000,
    "deep data": b'<html><script type="application/ld+json">' + b"[" * 1_000_000 + b"</script><body><p>x",
}


@pytest.fixture(scope="module")
def reading():
    """With the product's bounds, for one document after the other."""
    instance = Sandbox()
    yield instance
    instance.close()


@pytest.mark.parametrize("name", HOSTILE_FEEDS)
def test_a_hostile_feed_is_read_or_refused_within_the_bounds(reading, name):
    """It comes out as entries or as an error of ours, and the next is read."""
    options = {"url": "https://a.test/", "content_type": "text/xml", "now": NOW}
    with suppress(DyadwatchError):
        reading.call(feeds.parse, HOSTILE_FEEDS[name], **options)
    assert len(reading.call(feeds.parse, _rss(ITEM.format(1)), **options).entries) == 1


@pytest.mark.parametrize("name", HOSTILE_PAGES)
def test_a_hostile_page_is_read_or_refused_within_the_bounds(reading, name):
    """The same holds for pages."""
    options = {"url": "https://a.test/", "content_type": "text/html"}
    with suppress(DyadwatchError):
        reading.call(articles.extract, HOSTILE_PAGES[name], **options)
    harmless = f"<html><body><p>{'Some text of a page. ' * 20}</p></body></html>".encode()
    assert "Some text" in reading.call(articles.extract, harmless, **options).text
