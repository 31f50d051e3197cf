"""The house rules of ARCHITECTURE.md, measured."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FLOORS = ("canonical", "translators", "gateway", "flows", "console")
CONTENT = ("mappings", "partners")
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}
MAX_FILE = 400
MAX_FUNCTION = 45
MEDIAN_FUNCTION = 12
MAX_POSITIONAL = 6


def list_sources() -> list[Path]:
    return sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))


def list_functions() -> Iterator[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path in list_sources():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield path, node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count a function's lines without its docstring."""
    first = node.body[0]
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    doc = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
    return (node.end_lineno or 0) - node.lineno + 1 - doc


def partner_names() -> list[str]:
    return [path.stem for path in (ROOT / "partners").glob("[a-z]*.yaml")]


@pytest.mark.parametrize("folder", CONTENT)
def test_content_folders_hold_no_python(folder: str) -> None:
    """Partners and mappings are data; code in them could not be reviewed as data."""
    assert [] == list((ROOT / folder).rglob("*.py"))


def test_no_partner_is_named_in_python() -> None:
    """What holds for one partner stands in its file; the demo's story is told in data too."""
    names = [name for name in partner_names() if name != "erp"]
    pattern = re.compile(rf"\b({'|'.join(names)})\b", re.IGNORECASE)
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in list_sources()
        for match in pattern.finditer(path.read_text())
    ]

    assert [] == found


def test_files_are_about_one_idea() -> None:
    """A file of more than 400 lines is about more than one thing."""
    long = {
        str(path.relative_to(ROOT)): lines
        for path in list_sources()
        if (lines := len(path.read_text().splitlines())) > MAX_FILE
    }

    assert {} == long


def test_functions_are_short() -> None:
    """No function is longer than a screen, and half of them are a few lines."""
    lengths = sorted(length(node) for _, node in list_functions())
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name} {length(node)}"
        for path, node in list_functions()
        if length(node) > MAX_FUNCTION
    ]

    assert [] == long
    assert lengths[len(lengths) // 2] <= MEDIAN_FUNCTION


def test_flows_are_orders_of_steps_only() -> None:
    """A function of flows/ fits in thirty lines: the work itself is done a floor below."""
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path, node in list_functions()
        if path.is_relative_to(ROOT / "flows") and length(node) > 30
    ]

    assert [] == long


def test_functions_take_few_arguments() -> None:
    """More than six positional arguments are a value that has no name yet."""
    many = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path, node in list_functions()
        if len(node.args.posonlyargs) + len(node.args.args) > MAX_POSITIONAL
        and not any("command" in ast.unparse(mark) for mark in node.decorator_list)
    ]

    assert [] == many


def test_names_say_what_a_module_is_about() -> None:
    """No module is called utils or its cousins."""
    assert [] == [path for path in list_sources() if path.stem in FORBIDDEN_NAMES]


def test_every_module_says_what_it_is_in_one_sentence() -> None:
    """The module's docstring would stand in the tree of ARCHITECTURE.md."""
    silent = [
        str(path.relative_to(ROOT))
        for path in list_sources()
        if not (ast.get_docstring(ast.parse(path.read_text())) or "").split("\n")[0].endswith(".")
    ]

    assert [] == silent


def test_every_public_function_says_what_comes_out() -> None:
    """A public function has a docstring."""
    silent = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path, node in list_functions()
        if not node.name.startswith("_")
        and not ast.get_docstring(node)
        and _is_top_level(path, node)
    ]

    assert [] == silent


def _is_top_level(path: Path, node: ast.AST) -> bool:
    return any(
        child.lineno == node.lineno  # type: ignore[attr-defined]
        for child in ast.parse(path.read_text()).body
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def test_no_path_of_a_machine_is_in_the_repository() -> None:
    """What is written here must be true on every machine."""
    texts = [
        path
        for pattern in ("*.py", "*.md", "*.toml", "*.yaml", "*.sh", "Makefile", "*.lock")
        for path in ROOT.rglob(pattern)
        if not {".venv", ".git", "node_modules"} & set(path.relative_to(ROOT).parts)
    ]
    pattern = re.compile(r"(?<![\w.])/(work|root|home/\w+|opt/pypi)\b")
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in texts
        if path.name != "test_house.py"
        for match in pattern.finditer(path.read_text(errors="replace"))
    ]

    assert [] == found
