"""The supervisor, with real processes: kept running, printed, stopped in order, never left behind."""

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
from dyadwatch.local.supervisor import StopRequested, describe_exit, last_error

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


def test_output_is_printed_line_by_line(supervisor, program, output):
    supervisor.start(program("talker", "print('one'); print('two', end=''); import time; time.sleep(60)"))
    assert supervisor.wait_until(lambda: output.has("one"), timeout=GENEROUS)
    assert output.lines == ["talker    one"]


def test_an_unfinished_last_line_is_printed(supervisor, program, output):
    supervisor.run(program("quick", "import sys; sys.stderr.write('half a line')"))
    assert output.has("quick     half a line")


def test_a_crashed_process_is_restarted_after_growing_delays(supervisor, program, output, monkeypatch):
    monkeypatch.setattr(process_spec, "RESTART_DELAYS", (0.05, 0.1, 0.2))
    supervisor.start(program("fragile", "raise SystemExit(3)"))
    words = [f"fragile ended with exit code 3; starting it again in {delay} s" for delay in (0.05, 0.1, 0.2)]
    assert supervisor.wait_until(lambda: all(output.has(line) for line in words), timeout=GENEROUS)


def test_a_killed_process_is_restarted_and_the_line_names_the_signal(
    supervisor, program, output, monkeypatch
):
    monkeypatch.setattr(process_spec, "RESTART_DELAYS", (0.05,))
    supervisor.start(
        program("victim", "import os; print(os.getpid(), flush=True); import time; time.sleep(60)")
    )
    supervisor.wait_until(lambda: output.lines, timeout=GENEROUS)
    os.kill(int(output.lines[0].split()[1]), signal.SIGKILL)
    assert supervisor.wait_until(lambda: len(output.lines) == 3, timeout=GENEROUS)
    assert "victim was ended by SIGKILL; starting it again in 0.05 s" in output.lines[1]


def test_a_process_that_ran_long_restarts_at_the_shortest_delay(supervisor, program, output, monkeypatch):
    monkeypatch.setattr(process_spec, "RESTART_DELAYS", (0.05, 60.0))
    monkeypatch.setattr(supervising, "STABLE_AFTER", 0.0)
    supervisor.start(program("steady", "print('again')"))
    assert supervisor.wait_until(
        lambda: sum("again" in line for line in output.lines if "steady " in line) > 3, timeout=GENEROUS
    )


def test_delays_grow_and_end_at_the_longest():
    delays = [process_spec.restart_delay(crashes) for crashes in range(1, 12)]
    assert delays == sorted(delays)
    assert delays[0] < 1
    assert delays[-1] == delays[-2] == 30


def test_processes_stop_stage_by_stage(supervisor, program, output):
    for name, stage in (("last", 2), ("first", 0), ("middle", 1), ("middling", 1)):
        supervisor.start(program(name, OBEDIENT, stage=stage))
    supervisor.wait_until(lambda: sum("here" in line for line in output.lines) == 4, timeout=GENEROUS)
    supervisor.stop_all()
    order = [line.split()[0] for line in output.lines if "goodbye" in line]
    assert order[0] == "first"
    assert set(order[1:3]) == {"middle", "middling"}
    assert order[3] == "last"
    assert not output.has("starting it again")


def test_a_stage_that_ends_by_itself_keeps_no_later_one_from_stopping(supervisor, program, output):
    """The first stage takes the second along, as whoever ends all processes at once does."""
    supervisor.start(program("middle", SLEEP, stage=1))
    taking = f"import os; os.kill({supervisor._children['middle'].process.pid}, 9)"
    slow = f"lambda *_: (exec({taking!r}), time.sleep(1), sys.exit(0))"
    supervisor.start(
        program(
            "first",
            f"import signal, sys, time\nsignal.signal(signal.SIGTERM, {slow})\nprint('here', flush=True)\ntime.sleep(60)",
        )
    )
    supervisor.start(program("last", OBEDIENT, stage=2))
    supervisor.wait_until(lambda: sum("here" in line for line in output.lines) == 3, timeout=GENEROUS)
    supervisor.stop_all()
    assert any("last" in line and "goodbye" in line for line in output.lines)


def test_a_process_that_does_not_stop_in_time_is_killed(supervisor, program, output):
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('here', flush=True); time.sleep(60)"
    supervisor.start(program("deaf", deaf, stop_timeout=0.2))
    supervisor.wait_until(lambda: output.has("here"), timeout=GENEROUS)
    supervisor.stop_all()
    assert output.has("deaf did not end in time and was killed")


def test_a_second_request_to_stop_ends_the_wait(supervisor, program, output):
    impatient = f"""
        import os, signal, time
        signal.signal(signal.SIGTERM, lambda *_: os.kill({os.getpid()}, signal.SIGTERM))
        print('here', flush=True)
        while True: time.sleep(60)
    """
    supervisor.start(program("slow", impatient, stop_timeout=3600))
    supervisor.wait_until(lambda: output.has("here"), timeout=GENEROUS)
    os.kill(os.getpid(), signal.SIGTERM)
    with pytest.raises(StopRequested):
        supervisor.wait_until(lambda: False)
    supervisor.stop_all()
    assert output.has("slow did not end in time and was killed")


def test_children_of_a_process_end_with_it(supervisor, program, output, monkeypatch):
    monkeypatch.setattr(process_spec, "RESTART_DELAYS", (60.0,))
    parent = "import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); print(p.pid)"
    supervisor.start(program("parent", parent))
    assert supervisor.wait_until(lambda: output.has("starting it again"), timeout=GENEROUS)
    child = int(output.lines[0].split()[1])
    eventually(lambda: not _is_running(child))


def test_a_process_that_is_not_ready_in_time_is_reported(supervisor, program):
    assert not supervisor.start_and_wait(program("late", SLEEP), lambda: False, timeout=0.2)


def test_a_process_that_exits_before_it_is_ready_is_reported_and_not_restarted(supervisor, program, output):
    assert not supervisor.start_and_wait(
        program("broken", "raise SystemExit(1)"), lambda: False, timeout=GENEROUS
    )
    assert not output.has("starting it again")


def test_a_command_run_once_reads_stdin_and_its_stdout_is_returned(supervisor, program, output):
    code = "import sys; print('aside', file=sys.stderr); print(sys.stdin.read().upper(), end=''); sys.exit(4)"
    assert supervisor.run(program("once", code), stdin=b"given") == (4, b"GIVEN")
    assert output.lines == ["once      aside"]


def test_a_process_with_a_log_writes_there(supervisor, program, output, tmp_path):
    log = tmp_path / "part.log"
    code, _ = supervisor.run(program("server", "print('FATAL: no'); print('bye')", log=log))
    assert (code, output.lines, last_error(log)) == (0, [], "FATAL: no")
    assert last_error(tmp_path / "missing") == ""


def test_an_exit_is_described_in_words():
    assert describe_exit(3) == "ended with exit code 3"
    assert describe_exit(-9) == "was ended by SIGKILL"


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone signals a parent's death")
def test_the_processes_of_a_killed_supervisor_end(tmp_path):
    script = textwrap.dedent("""
        import io, os, sys
        from rich.console import Console
        from dyadwatch.local.process_spec import ProcessSpec
        from dyadwatch.local.console import Printer
        from dyadwatch.local.supervisor import Supervisor
        supervisor = Supervisor(Printer(Console(markup=False, highlight=False)), os.environ)
        code = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
        for name in ("one", "two"):
            supervisor.start(ProcessSpec(name, (sys.executable, "-c", code), stage=0))
        supervisor.run_until_stopped()
    """)
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    pids = [int(process.stdout.readline().split()[-1]) for _ in range(2)]
    assert all(map(_is_running, pids))
    process.kill()
    process.wait()
    process.stdout.close()
    eventually(lambda: not any(map(_is_running, pids)))
