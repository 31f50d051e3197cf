"""Code is folded by what is known and usual of its variables, and never says anything else for it."""

import ast
from collections.abc import Callable

import pytest

from translators.compiled import sharpened
from translators.compiled.folding import Folding, Shape
from translators.compiled.sharpened import Watch, write_short, write_watched

FULL, EMPTY, NONE = (
    Shape(truth=True, none=False),
    Shape(truth=False, none=False),
    Shape(False, True),
)
USUAL = {"a": FULL, "b": EMPTY, "n": NONE}
WRITE = """
def write(root):
    l1 = []
    for [a, b, c] in root:
        v1 = a or None
        v2 = b or c or None
        if v1 is None:
            return None
        v3 = f'"one":"{v1}"'
        if v2 is not None:
            v3 = f'{v3},"two":"{v2}"'
        l1.append(v3)
    v4 = l1 or None
    made = f'{v4}'
    return made.encode()
"""


@pytest.mark.parametrize(
    ("code", "folded", "guards"),
    [
        ("a or c", "a", "a"),
        ("b or c", "c", "not b"),
        ("c or b", "c or b", ""),
        ("a and c", "c", "a"),
        ("b and c", "b", "not b"),
        ("a if b else c", "c", "not b"),
        ("b or None", "None", "not b"),
        ("n is None", "True", "n is None"),
        ("a is not None and n", "n", "a"),
        ("not a", "False", "a"),
        ("bool(b or '')", "''", "not b"),
        ("CONST1 is None", "False", ""),
        ("f'{a}-{n or a}'", "f'{a}-{a}'", "n is None"),
        ("c.get(a)", "c.get(a)", ""),
    ],
)
def test_an_expression(code: str, folded: str, guards: str) -> None:
    """Only what a test asks of a variable is guarded, and what is decided by that is gone."""
    block = list[ast.stmt]()
    folding = Folding(USUAL, {"CONST1": "x"}, block)

    found = folding.fold(ast.parse(code, mode="eval").body)

    assert folded == ast.unparse(found.node)
    asked = [ast.unparse(line.test) for line in block if isinstance(line, ast.If)]
    assert ([guards] if guards else []) == asked


def load(function: ast.FunctionDef, **scope: object) -> Callable[[list[list[str]]], bytes | None]:
    """Return a function of which there is only code."""
    tree = ast.fix_missing_locations(ast.Module([function], []))
    exec(compile(tree, "<test>", "exec"), scope)  # noqa: S102 -- as what is generated is loaded
    return scope["write"]


def learn(roots: list[list[list[str]]]) -> str:
    """Return the function above with the short ways that some sets teach it."""
    watch = Watch()
    write = load(write_watched(WRITE, watch), look=watch.look)
    assert all(write(root) for root in roots)
    return ast.unparse(ast.fix_missing_locations(write_short(WRITE, watch, {})))


def test_a_loop() -> None:
    """A usual item is one text behind one question; any other goes the long way."""
    learned = learn([[["x", "", "y"], ["x", "", "z"]]])

    assert 'if a and (not b) and c:\n            l1.append(f\'"one":"{a}","two":"{c}"\')' in learned
    assert "v1 = a or None" in learned


def test_what_varies_is_asked() -> None:
    """What half of the items have and half have not is asked of each, in the short way too."""
    learned = learn([[["x", "", "y"], ["x", "", ""]]])

    assert "if a and (not b):\n            v2 = c or None\n" in learned
    assert 'if v2 is not None:\n                v3 = f\'{v3},"two":"{v2}"\'' in learned


def test_it_learns_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """After enough of it, what is written is the same, whether it is usual or not."""
    monkeypatch.setattr(sharpened, "ENOUGH", 300)
    plain = load(ast.parse(WRITE).body[0])
    write = sharpened.sharpen(WRITE, {"write": plain})
    usual = [[["x", "", "y" * size]] for size in range(200)]
    others = [[["", "", ""]], [["x", "y", ""]], [], [["x", "y", ""]] * 9]

    for root in [*usual, *others, *usual, *others]:
        assert plain(root) == write(root)
