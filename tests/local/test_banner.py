"""What a person reads once everything runs."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from dyadwatch.local.banner import print_banner
from dyadwatch.settings import Settings

KEY = "dyw_" + "k" * 46


def _printed(key, *, terminal=False, demo=False, folder=Path("/data"), **settings):
    out = io.StringIO()
    console = Console(
        file=out, force_terminal=terminal, width=60, highlight=False, markup=False, color_system=None
    )
    print_banner(console, Settings(**settings), folder, key, demo=demo)
    return out.getvalue().splitlines()


@pytest.mark.parametrize("terminal", [False, True])
def test_a_new_key_and_the_curl_command_are_not_wrapped(terminal):
    lines = _printed(KEY, terminal=terminal, bind="0.0.0.0:9000")
    assert KEY in lines
    assert f'curl -H "Authorization: Bearer {KEY}" http://127.0.0.1:9000/v1/alerts' in lines
    assert any("http://127.0.0.1:9000/docs" in line for line in lines)


def test_later_a_command_makes_another_key():
    lines = _printed(None, folder=Path("/data with blanks"))
    command = next(line for line in lines if line.startswith("KEY="))
    assert command.startswith("KEY=$(DYADWATCH_DATA_DIR='/data with blanks' ")
    assert command.endswith(" key add me --scope admin)")
    assert lines[-1] == 'curl -H "Authorization: Bearer $KEY" http://127.0.0.1:8710/v1/alerts'


def test_the_operators_own_key_is_named_and_not_printed():
    lines = _printed(None, admin_key="an-operators-own-admin-key")
    assert "KEY=$DYADWATCH_ADMIN_KEY" in lines
    assert not any("an-operators" in line for line in lines)


def test_the_demo_says_that_it_keeps_nothing():
    assert "data: /data (emptied at every demo)" in _printed(KEY, demo=True)
