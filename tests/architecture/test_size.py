"""Small things stay small: a ratchet, not a wish."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture import OURS, ROOT

FUNCTION_LINES_MAX = 40
MODULE_LINES_MAX = 300


def modules() -> Iterator[Path]:
    for name in (*OURS, "bench"):
        yield from (ROOT / name).rglob("*.py")


def public(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """Functions and classes of a module that others may use."""
    for node in ast.iter_child_nodes(tree):
        kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        if isinstance(node, kinds) and not node.name.startswith("_"):
            yield node


def test_no_module_is_too_long() -> None:
    lengths = {path: len(path.read_text().splitlines()) for path in modules()}
    assert {str(p): n for p, n in lengths.items() if n > MODULE_LINES_MAX} == {}


def test_no_function_is_too_long() -> None:
    too_long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > FUNCTION_LINES_MAX
    ]
    assert too_long == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [str(p) for p in modules() if ast.get_docstring(ast.parse(p.read_text())) is None]
    assert silent == []


def test_every_public_function_and_class_says_what_it_does() -> None:
    silent = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for name in OURS
        for path in (ROOT / name).rglob("*.py")
        for node in public(ast.parse(path.read_text()))
        if ast.get_docstring(node) is None
    ]
    assert silent == []
