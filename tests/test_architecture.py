"""The architecture: what importing does, whose packages these are, and what the documents name."""

import ast
import io
import re
import subprocess
import sys
import tokenize
import tomllib
from pathlib import Path

import pytest

import dyadwatch
import service
import workers

pytestmark = pytest.mark.no_cover

ROOT = Path(dyadwatch.__file__).parent.parent
PACKAGES = ("dyadwatch", "service", "workers")
# `file`, `folder/` or `file.py:function`, from the root of the repository
REFERENCE = r"`((?:dyadwatch|service|workers|tests|benchmarks)/[\w./-]*)(?::([\w.]+))?`"
# Figures of speech that names had once; docs/architecture.md has the words to use.
PRIVATE_WORDS = {
    "door",
    "doors",
    "hands",
    "house",
    "houses",
    "kit",
    "lifeline",
    "manners",
    "patience",
    "room",
    "rooms",
    "thought",
    "whereabouts",
}
_PRIVATE_WORD = re.compile("|".join(sorted(PRIVATE_WORDS)), re.IGNORECASE)
# What a command and a worker must not load, by whatever way: import-linter sees direct imports alone.
FOREIGN = {
    "dyadwatch.cli": ("flask", "celery", "service", "workers", "trafilatura", "sqlalchemy"),
    "dyadwatch.cli.tag": ("sqlalchemy", "redis"),
    "workers.app": ("flask", "service", "dyadwatch.cli"),
}


@pytest.mark.parametrize("package", FOREIGN)
def test_importing_pulls_in_nothing_foreign(package):
    code = f"import sys, {package}; print(*[name for name in {FOREIGN[package]!r} if name in sys.modules])"
    completed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert completed.stdout.split() == []


@pytest.mark.parametrize("package", [dyadwatch, service, workers])
def test_the_packages_are_ours_and_no_strangers_of_the_same_name(package):
    assert Path(package.__file__).parent.parent == ROOT


def test_modules_stay_within_400_lines_and_say_what_they_are():
    modules = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    assert [path for path in modules if len(path.read_text(encoding="utf-8").splitlines()) > 400] == []
    assert [path for path in modules if path.stem in {"utils", "helpers", "common", "base", "manager"}] == []


def _words(path):
    """The words of a module's name and of the names in it; of the names only where one may be private."""
    text, names = path.read_text(encoding="utf-8"), [path.stem]
    if _PRIVATE_WORD.search(text):
        tokens = tokenize.generate_tokens(io.StringIO(text).readline)
        names += [token.string for token in tokens if token.type == tokenize.NAME]
    return {word.lower() for name in names for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name)}


@pytest.mark.parametrize("folder", [*PACKAGES, "benchmarks", "tests"])
def test_names_are_made_of_words_that_a_stranger_knows(folder):
    modules = (ROOT / folder).rglob("*.py")
    assert {path: words for path in modules if (words := _words(path) & PRIVATE_WORDS)} == {}


def test_a_package_says_what_belongs_in_it():
    packages = {path for package in PACKAGES for path in (ROOT / package).rglob("__init__.py")}
    for path in packages - {*(ROOT / "dyadwatch/store/migrations").rglob("__init__.py")}:
        docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        assert len(docstring.splitlines()) >= 3, path


def _names(body):
    """What a module or class defines: functions, classes, constants, and the members of its classes."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        if isinstance(node, ast.ClassDef):
            yield from (f"{node.name}.{name}" for name in _names(node.body))
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (target.id for target in targets if isinstance(target, ast.Name))


@pytest.mark.parametrize(
    "document", [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")], ids=lambda path: path.name
)
def test_documents_name_files_and_functions_that_exist(document):
    references = re.findall(REFERENCE, document.read_text(encoding="utf-8"))
    if document.name == "architecture.md":
        assert len(references) > 40
    for path, name in references:
        assert (ROOT / path).exists(), path
        if name:
            assert name in _names(ast.parse((ROOT / path).read_text(encoding="utf-8")).body), f"{path}:{name}"


@pytest.mark.parametrize("name", ["security.md", "deliveries.md"])
def test_the_threat_model_and_the_promises_name_tests_that_exist(name):
    page = (ROOT / "docs" / name).read_text(encoding="utf-8")
    references = set(re.findall(r"`(test_\w+)`", page))
    defined = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"(?m)^def (test_\w+)", path.read_text(encoding="utf-8"))
    }
    assert len(references) > 40
    assert references <= defined, references - defined


def test_every_library_has_its_line_of_reason_and_its_place_in_the_locks():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    reasons = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").lower()
    libraries_of_lock = {
        "requirements-container.lock": project["project"]["dependencies"],
        "requirements.lock": project["project"]["optional-dependencies"]["local"],
        "requirements-dev.lock": project["dependency-groups"]["dev"],
    }
    for lock, libraries in libraries_of_lock.items():
        locked = (ROOT / lock).read_text(encoding="utf-8")
        for library in libraries:
            name = re.match(r"[a-z0-9-]+", library.lower())[0]
            assert re.search(rf"(?m)^{name}(\[[a-z,]+\])?==", locked), (lock, name)
            if lock != "requirements-dev.lock":
                assert f"| {name}" in reasons, name


def test_no_registry_and_no_machine_is_named_in_the_locks():
    for lock in ROOT.glob("requirements*.lock"):
        assert "://" not in lock.read_text(encoding="utf-8")


def _calls(tree):
    """The last names of what is called."""
    functions = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {getattr(function, "attr", getattr(function, "id", None)) for function in functions}


def test_no_test_asserts_how_long_something_takes():
    """A busy machine takes its time: `tests/growth.py` says how work grows, `tests/waiting.py` waits."""
    stopwatches = {"getrusage", "perf_counter", "process_time", "thread_time"}
    texts = {path.name: path.read_text("utf-8") for path in (ROOT / "tests").rglob("*.py")}
    named = re.compile("|".join((*stopwatches, "monotonic")))
    modules = {name: ast.parse(text) for name, text in texts.items() if named.search(text)}
    assert {name for name, tree in modules.items() if _calls(tree) & stopwatches} == {"growth.py"}
    assertions = [
        (name, _calls(node))
        for name, tree in modules.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Assert)
    ]
    assert {name for name, calls in assertions if "monotonic" in calls} == {"waiting.py"}
