"""The supervisor, with real processes: kept running, heard, ended in order, never left behind."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from waiting import GENEROUS, eventually

from dyadwatch.local import process_spec
from dyadwatch.local import supervisor as supervising
from dyadwatch.local.supervisor import Ended, ending, last_words

SLEEP = "import time; print('here', flush=True); time.sleep(60)"
OBEDIENT = """
    import signal, sys, time
    signal.signal(signal.SIGTERM, lambda *_: (print('goodbye', flush=True), sys.exit(0)))
    print('here', flush=True)
    time.sleep(60)
"""


def _is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_what_a_part_says_is_passed_on_line_by_line(supervisor, program, heard):
    supervisor.start(program("talker", "print('one'); print('two', end=''); import time; time.sleep(60)"))
    assert supervisor.wait(lambda: heard.has("one"), seconds=GENEROUS)
    assert heard.lines == ["talker    one"]


def test_the_last_words_of_a_part_are_heard_though_they_end_no_line(supervisor, program, heard):
    supervisor.run(program("quick", "import sys; sys.stderr.write('half a line')"))
    assert heard.has("quick     half a line")


def test_a_crashed_part_is_started_again_each_time_later(supervisor, program, heard, monkeypatch):
    monkeypatch.setattr(process_spec, "RESTART_DELAYS", (0.05, 0.1, 0.2))
    supervisor.start(program("fragile", "raise SystemExit(3)"))
    words = [f"fragile ended with exit code 3; starting it again in {delay} s" for delay in (0.05, 0.1, 0.2)]
    assert supervisor.wait(lambda: all(heard.has(line) for line in words), seconds=GENEROUS)


def test_a_killed_part_is_started_again_and_the_line_says_what_ended_it(
    supervisor, program, heard, monkeypatch
):
    monkeypatch.setattr(process_spec, "RESTART_DELAYS", (0.05,))
    supervisor.start(
        program("victim", "import os; print(os.getpid(), flush=True); import time; time.sleep(60)")
    )
    supervisor.wait(lambda: heard.lines, seconds=GENEROUS)
    os.kill(int(heard.lines[0].split()[1]), signal.SIGKILL)
    assert supervisor.wait(lambda: len(heard.lines) == 3, seconds=GENEROUS)
    assert "victim was ended by SIGKILL; starting it again in 0.05 s" in heard.lines[1]


def test_crashes_are_forgiven_to_a_part_that_ran_long(supervisor, program, heard, monkeypatch):
    monkeypatch.setattr(process_spec, "RESTART_DELAYS", (0.05, 60.0))
    monkeypatch.setattr(supervising, "STEADY", 0.0)
    supervisor.start(program("steady", "print('again')"))
    assert supervisor.wait(
        lambda: sum("again" in line for line in heard.lines if "steady " in line) > 3, seconds=GENEROUS
    )


def test_delays_grow_and_end_at_the_longest():
    delays = [process_spec.restart_delay(crashes) for crashes in range(1, 12)]
    assert delays == sorted(delays)
    assert delays[0] < 1
    assert delays[-1] == delays[-2] == 30


def test_parts_end_stage_by_stage(supervisor, program, heard):
    for name, stage in (("last", 2), ("first", 0), ("middle", 1), ("middling", 1)):
        supervisor.start(program(name, OBEDIENT, stage=stage))
    supervisor.wait(lambda: sum("here" in line for line in heard.lines) == 4, seconds=GENEROUS)
    supervisor.stop()
    order = [line.split()[0] for line in heard.lines if "goodbye" in line]
    assert order[0] == "first"
    assert set(order[1:3]) == {"middle", "middling"}
    assert order[3] == "last"
    assert not heard.has("starting it again")


def test_who_does_not_end_in_time_is_killed(supervisor, program, heard):
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('here', flush=True); time.sleep(60)"
    supervisor.start(program("deaf", deaf, patience=0.2))
    supervisor.wait(lambda: heard.has("here"), seconds=GENEROUS)
    supervisor.stop()
    assert heard.has("deaf did not end in time and was killed")


def test_a_second_request_to_end_cuts_the_wait_short(supervisor, program, heard):
    impatient = f"""
        import os, signal, time
        signal.signal(signal.SIGTERM, lambda *_: os.kill({os.getpid()}, signal.SIGTERM))
        print('here', flush=True)
        while True: time.sleep(60)
    """
    supervisor.start(program("slow", impatient, patience=3600))
    supervisor.wait(lambda: heard.has("here"), seconds=GENEROUS)
    os.kill(os.getpid(), signal.SIGTERM)
    with pytest.raises(Ended):
        supervisor.wait(lambda: False)
    supervisor.stop()
    assert heard.has("slow did not end in time and was killed")


def test_what_a_part_leaves_behind_ends_with_it(supervisor, program, heard, monkeypatch):
    monkeypatch.setattr(process_spec, "RESTART_DELAYS", (60.0,))
    parent = "import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); print(p.pid)"
    supervisor.start(program("parent", parent))
    assert supervisor.wait(lambda: heard.has("starting it again"), seconds=GENEROUS)
    child = int(heard.lines[0].split()[1])
    eventually(lambda: not _is_running(child))


def test_a_part_that_is_not_ready_in_time_is_reported(supervisor, program):
    assert not supervisor.start_until(program("late", SLEEP), lambda: False, seconds=0.2)


def test_a_part_that_ends_before_it_is_ready_is_reported_and_not_started_again(supervisor, program, heard):
    assert not supervisor.start_until(
        program("broken", "raise SystemExit(1)"), lambda: False, seconds=GENEROUS
    )
    assert not heard.has("starting it again")


def test_a_command_run_once_reads_its_input_and_its_answer_comes_back(supervisor, program, heard):
    code = "import sys; print('aside', file=sys.stderr); print(sys.stdin.read().upper(), end=''); sys.exit(4)"
    assert supervisor.run(program("once", code), given=b"given") == (4, b"GIVEN")
    assert heard.lines == ["once      aside"]


def test_a_part_with_a_log_writes_there(supervisor, program, heard, tmp_path):
    log = tmp_path / "part.log"
    code, _ = supervisor.run(program("server", "print('FATAL: no'); print('bye')", log=log))
    assert (code, heard.lines, last_words(log)) == (0, [], "FATAL: no")
    assert last_words(tmp_path / "missing") == ""


def test_an_end_is_told_in_words():
    assert ending(3) == "ended with exit code 3"
    assert ending(-9) == "was ended by SIGKILL"


@pytest.mark.skipif(sys.platform != "linux", reason="the lifeline is Linux's")
def test_a_killed_supervisor_leaves_nobody_behind(tmp_path):
    script = textwrap.dedent("""
        import io, os, sys
        from rich.console import Console
        from dyadwatch.local.process_spec import Part
        from dyadwatch.local.console import Relay
        from dyadwatch.local.supervisor import Supervisor
        supervisor = Supervisor(Relay(Console(markup=False, highlight=False)), os.environ)
        code = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
        for name in ("one", "two"):
            supervisor.start(Part(name, (sys.executable, "-c", code), stage=0))
        supervisor.watch()
    """)
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    pids = [int(process.stdout.readline().split()[-1]) for _ in range(2)]
    assert all(map(_is_running, pids))
    process.kill()
    process.wait()
    process.stdout.close()
    eventually(lambda: not any(map(_is_running, pids)))
