"""The house's walls: no module, function or parameter list past them, no import inside a function."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.project import ROOT, files, modules

MODULE_LINES = 400
FUNCTION_LINES = 60
PARAMETERS = 7
TOP_LEVEL = {
    *("manage.py", "pyproject.toml", "README.md", "Makefile", "requirements.lock", "LICENSE"),
    *("faredown", "hotels", "bookings", "suppliers", "reports", "templates", "tests", "deploy", "docs"),
}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(path: Path) -> Iterator[tuple[str, Function]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, Function):
            yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", node


def parameters(function: Function) -> int:
    given = function.args
    names = [one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return len([name for name in names if name not in {"self", "cls"}])


def test_no_module_is_longer_than_the_wall() -> None:
    lengths = {path: len(path.read_text().splitlines()) for path in modules() if "tests" not in path.parts}
    assert {str(path): length for path, length in lengths.items() if length > MODULE_LINES} == {}


def test_no_function_is_longer_than_the_wall() -> None:
    sizes = {
        name: (node.end_lineno or node.lineno) - node.lineno + 1
        for path in modules()
        for name, node in functions(path)
    }
    assert {name: size for name, size in sizes.items() if size > FUNCTION_LINES} == {}


def test_no_function_takes_more_parameters_than_the_wall() -> None:
    counts = {name: parameters(node) for path in modules() for name, node in functions(path)}
    assert {name: count for name, count in counts.items() if count > PARAMETERS} == {}


def test_no_function_imports() -> None:
    local = [
        name
        for path in modules()
        for name, node in functions(path)
        if any(isinstance(inner, ast.Import | ast.ImportFrom) for inner in ast.walk(node))
    ]
    assert local == []


def test_the_top_level_holds_what_the_house_says() -> None:
    top = {path.relative_to(ROOT).parts[0] for path in files()}
    assert {name for name in top if not name.startswith(".")} - TOP_LEVEL == set()
