"""Computed fields: `+ - * /`, `count(x)` and `sum(x.y)` over fields already there."""

import ast
import operator
from collections.abc import Callable
from decimal import Decimal, DecimalException
from typing import Any

Names = Callable[[str], Any]  # a dotted name -> its value, None where it has none
Formula = Callable[[Names], Decimal | None]

_SIGNS: dict[type, Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
MAX_FORMULA = 300


def compile_formula(text: str) -> tuple[Formula, list[str]] | None:
    """Return the formula and the names it uses, or None where it is more than the language allows.

    A formula over a field that is absent is absent itself; so is a division by zero.
    """
    if len(text) > MAX_FORMULA:
        return None
    names: list[str] = []
    try:
        formula = _compile_node(ast.parse(text, mode="eval").body, names)
    except (SyntaxError, ValueError, RecursionError):
        return None

    def compute(values: Names) -> Decimal | None:
        try:
            return formula(values)
        except (DecimalException, ZeroDivisionError):
            return None

    return compute, names


def _compile_node(node: ast.expr, names: list[str]) -> Formula:
    match node:
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _SIGNS:
            return _binary(
                _SIGNS[type(op)], _compile_node(left, names), _compile_node(right, names)
            )
        case ast.Constant(value=int() | float()):
            number = Decimal(ast.unparse(node))
            return lambda _values: number
        case ast.Call(func=ast.Name(id="count"), args=[name], keywords=[]):
            return _count(_name_of(name, names))
        case ast.Call(func=ast.Name(id="sum"), args=[ast.Attribute() as name], keywords=[]):
            return _sum(_name_of(name, names))
        case ast.Name() | ast.Attribute():
            return _named(_name_of(node, names))
    raise ValueError(ast.dump(node))


def _name_of(node: ast.expr, names: list[str]) -> str:
    if not isinstance(node, ast.Name | ast.Attribute):
        raise ValueError(ast.dump(node))  # noqa: TRY004 - a refusal, caught above
    text = ast.unparse(node)
    names.append(text)
    return text


def _binary(sign: Callable[[Decimal, Decimal], Decimal], left: Formula, right: Formula) -> Formula:
    def compute(values: Names) -> Decimal | None:
        one, other = left(values), right(values)
        return None if one is None or other is None else sign(one, other)

    return compute


def _named(name: str) -> Formula:
    def compute(values: Names) -> Decimal | None:
        value = values(name)
        if isinstance(value, Decimal):
            return value
        return Decimal(value) if isinstance(value, int) else None

    return compute


def _count(name: str) -> Formula:
    return lambda values: Decimal(len(values(name) or ()))


def _sum(name: str) -> Formula:
    listed, _, inner = name.partition(".")

    def compute(values: Names) -> Decimal | None:
        found = [find_attribute(item, inner) for item in values(listed) or ()]
        numbers = [value for value in found if value is not None]
        return None if len(numbers) < len(found) else sum(numbers, Decimal(0))

    return compute


def find_attribute(value: Any, dotted: str) -> Any:
    """Return what stands under a dotted name of an entity, or None."""
    for name in dotted.split("."):
        value = getattr(value, name, None)
        if value is None:
            return None
    return value
