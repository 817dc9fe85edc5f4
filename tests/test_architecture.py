"""The house: what importing does, and whose packages these are."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import dyadwatch
import service
import workers

ROOT = Path(dyadwatch.__file__).parent.parent
# What each package must not pull in.
FOREIGN = {
    "dyadwatch.bootstrap": ("flask", "celery", "service", "workers"),
    "dyadwatch.cli": ("flask", "celery", "service", "workers", "trafilatura", "sqlalchemy"),
    "service.app": ("celery", "workers", "dyadwatch.cli"),
    "workers.app": ("flask", "service", "dyadwatch.cli"),
}


@pytest.mark.parametrize("package", FOREIGN)
def test_importing_pulls_in_nothing_foreign(package):
    code = f"import sys, {package}; print(*[name for name in {FOREIGN[package]!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize("package", [dyadwatch, service, workers])
def test_the_packages_are_ours_and_no_strangers_of_the_same_name(package):
    assert Path(package.__file__).parent.parent == ROOT


def test_modules_stay_within_their_budget_and_say_what_they_are():
    modules = [path for room in ("dyadwatch", "service", "workers") for path in (ROOT / room).rglob("*.py")]
    assert [path for path in modules if len(path.read_text(encoding="utf-8").splitlines()) > 400] == []
    assert [path for path in modules if path.stem in {"utils", "helpers", "common", "base", "manager"}] == []


def test_a_room_states_its_rule_at_its_door():
    doors = [
        path for room in ("dyadwatch", "service", "workers") for path in (ROOT / room).glob("*/__init__.py")
    ]
    for door in (*doors, ROOT / "service" / "__init__.py", ROOT / "workers" / "__init__.py"):
        assert len(door.read_text(encoding="utf-8").split('"""')[1].strip().splitlines()) >= 3, door


def test_every_library_has_its_line_of_reason_and_its_place_in_the_locks():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    reasons = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").lower()
    wanted = {
        "requirements-container.lock": project["project"]["dependencies"],
        "requirements.lock": project["project"]["optional-dependencies"]["local"],
        "requirements-dev.lock": project["dependency-groups"]["dev"],
    }
    for lock, libraries in wanted.items():
        locked = (ROOT / lock).read_text(encoding="utf-8")
        for library in libraries:
            name = re.match(r"[a-z0-9-]+", library.lower())[0]
            assert re.search(rf"(?m)^{name}(\[[a-z,]+\])?==", locked), (lock, name)
            if lock != "requirements-dev.lock":
                assert f"| {name}" in reasons, name


def test_no_registry_and_no_machine_is_named_in_the_locks():
    for lock in ROOT.glob("requirements*.lock"):
        assert "://" not in lock.read_text(encoding="utf-8")
