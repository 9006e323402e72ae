"""The house stands as designed: four floors, short files and functions, no clock or luck below bot."""

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("bot", "handlers", "content", "models")
FOLDERS = {*FLOORS, "tests", "docs", ".ci"}
NOTHING_NAMES = {"utils", "helpers", "manager", "common", "misc"}
MOST_LINES_OF_A_FILE = 250
MOST_LINES_OF_A_FUNCTION = 40
MOST_BROAD_EXCEPTS = 2

CLOCK = re.compile(r"(^|\.)(datetime|date)\.(now|utcnow|today)$|(^|\.)(uuid[14]|urandom)$")
CLOCK_MODULES = {"random", "secrets", "time"}
CLOCK_NAMES = {"uuid1", "uuid4", "urandom"}
BROAD = {"Exception", "BaseException"}

# Written in pieces, so that this file does not find itself.
MACHINE_PATHS = re.compile(r"(?<![\w.])/(work|root|home/\w+|Users/\w+|mnt)" + r"/")
REGISTRIES = re.compile(
    r"pypi\." + r"org|pythonhosted\." + r"org|registry\.npmjs\." + r"org|registry\.yarnpkg|proxy\.golang\." + r"org"
    r"|(?<!\w)(ghcr|docker|quay)\." + r"io|index\.crates\." + r"io|deb\.debian\." + r"org"
)


def _listed(folder: Path) -> list[Path]:
    """Return what a folder holds, without what .gitignore names and without the hidden folders of tools."""
    patterns = [line.strip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").split()]
    return [
        path
        for path in sorted(folder.iterdir())
        if not any(fnmatch(path.name, pattern) for pattern in patterns)
        and (path.is_file() or path.name in FOLDERS or not path.name.startswith("."))
    ]


def _files(folder: Path) -> Iterator[Path]:
    for path in _listed(folder):
        if path.is_dir():
            yield from _files(path)
        else:
            yield path


MIGRATIONS = ROOT / "models" / "versions"  # a migration is a list of statements, written once and never again


def _modules(*folders: str) -> list[Path]:
    return [path for name in folders for path in _files(ROOT / name) if path.suffix == ".py"]


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _at(path: Path, line: int, words: str) -> str:
    return f"{path.relative_to(ROOT)}:{line}: {words}"


def test_an_arrow_goes_down_only(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    broken = lint_imports(config_filename="pyproject.toml", no_cache=True, no_logo=True)
    assert not broken, capsys.readouterr().out


def test_the_floors_are_the_top_folders() -> None:
    found = {path.name for path in _listed(ROOT) if path.is_dir()}
    assert set(FLOORS) <= found <= FOLDERS


def test_a_file_is_short() -> None:
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in _modules(*FLOORS)}
    assert [_at(path, n, "too long") for path, n in lines.items() if n > MOST_LINES_OF_A_FILE] == []


def test_a_function_is_short() -> None:
    long = [
        _at(path, node.lineno, f"{node.name} has {node.end_lineno - node.lineno + 1} lines")
        for path in _modules(*FLOORS, "tests")
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and path.parent != MIGRATIONS
        and node.end_lineno - node.lineno >= MOST_LINES_OF_A_FUNCTION
    ]
    assert long == []


def test_a_file_and_a_class_are_named_by_what_they_hold() -> None:
    files = [_at(path, 1, "says nothing") for path in _modules(*FLOORS, "tests") if path.stem in NOTHING_NAMES]
    classes = [
        _at(path, node.lineno, node.name)
        for path in _modules(*FLOORS)
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.ClassDef) and node.name.startswith("Base")
    ]
    assert files + classes == []


def _is_one_sentence(docstring: str) -> bool:
    opening = docstring.split("\n\n", maxsplit=1)[0].replace("\n", " ")
    return opening.endswith(".") and re.search(r"[.!?] +[A-Z]", opening) is None


def test_a_module_opens_with_one_sentence() -> None:
    silent = [
        _at(path, 1, "opens without one sentence")
        for path in _modules(*FLOORS, "tests")
        if not _is_one_sentence(ast.get_docstring(_tree(path)) or "")
    ]
    assert silent == []


@pytest.mark.parametrize(
    ("docstring", "holds"),
    [
        ("Sends what waits.", True),
        ("Sends what waits.\n\nA lease is taken in database time. Then it is written.", True),
        ("Sends what\nwaits.", True),
        ("Sends what waits. Takes a lease.", False),
        ("Sends what waits", False),
        ("", False),
    ],
)
def test_what_counts_as_one_sentence(docstring: str, holds: bool) -> None:
    assert _is_one_sentence(docstring) is holds


def _catches_all(node: ast.AST) -> bool:
    match node:
        case ast.ExceptHandler(type=None):
            return True
        case ast.ExceptHandler(type=ast.expr() as caught):
            return any(isinstance(name, ast.Name) and name.id in BROAD for name in ast.walk(caught))
        case ast.Call(func=ast.Name(id="suppress"), args=caught):
            return any(isinstance(name, ast.Name) and name.id in BROAD for name in caught)
    return False


def test_only_two_edges_catch_everything() -> None:
    """The turn's edge says sorry and keeps the place, the job's edge goes on to the next job; nobody else."""
    broad = [
        _at(path, getattr(node, "lineno", 0), "catches everything")
        for path in _modules(*FLOORS)
        for node in ast.walk(_tree(path))
        if _catches_all(node)
    ]
    assert len(broad) <= MOST_BROAD_EXCEPTS, broad


def _clock_or_luck(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                taken = [name.name for name in names if name.name in CLOCK_MODULES]
            case ast.ImportFrom(module=str(module), names=names):
                taken = [f"{module}.{name.name}" for name in names]
                taken = [name for name in taken if module in CLOCK_MODULES or name.split(".")[-1] in CLOCK_NAMES]
            case ast.Attribute():
                taken = [name for name in [ast.unparse(node)] if CLOCK.search(name)]
            case _:
                continue
        yield from ((node.lineno, name) for name in taken)


def test_time_and_luck_are_handed_down_by_the_service() -> None:
    found = [
        _at(path, line, name)
        for path in _modules("handlers", "content", "models")
        for line, name in _clock_or_luck(_tree(path))
    ]
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "datetime.now(tz=UTC)",
        "datetime.datetime.utcnow()",
        "date.today()",
        "field(default_factory=datetime.now)",
        "uuid.uuid4()",
        "from uuid import uuid4",
        "import secrets",
        "from random import choice",
        "os.urandom(16)",
        "import time",
    ],
)
def test_a_clock_or_luck_is_seen(code: str) -> None:
    assert list(_clock_or_luck(ast.parse(code)))


@pytest.mark.parametrize("code", ["turn.now", "func.now()", "from datetime import datetime, time", "uuid.UUID(x)"])
def test_a_time_handed_down_is_no_clock(code: str) -> None:
    assert not list(_clock_or_luck(ast.parse(code)))


def test_no_file_knows_one_machine_or_one_registry() -> None:
    found = []
    for path in _files(ROOT):
        text = path.read_bytes().decode("utf-8", errors="replace")
        for number, line in enumerate(text.splitlines(), start=1):
            if match := MACHINE_PATHS.search(line) or REGISTRIES.search(line):
                found.append(_at(path, number, match.group()))
    assert found == []
