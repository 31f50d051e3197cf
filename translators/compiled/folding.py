"""Folding: code made shorter by what is known of its variables, and by what they usually hold.

What is usual stands behind guards: `if i3_2 and not i3_4:` before the code that counts on it.
"""

import ast
import copy
import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

CONSTANT = "CONST"  # what names begin with that hold the same for ever
_SURE_CALLS = frozenset(("read_day", "str", "show_any", "decline"))  # they never return nothing


class Shape(NamedTuple):
    """What a variable usually holds: something, or nothing, which may be None."""

    truth: bool
    none: bool


@dataclass(slots=True, frozen=True)
class Known:
    """An expression, and what is known of its value: whether it is true, whether it is None."""

    node: ast.expr
    truth: bool | None = None
    none: bool | None = None


class UnfoldableError(Exception):
    """The code has a form that is not folded."""


@dataclass(slots=True)
class Folding:
    """Statements as they are folded: what each variable stands for, and where the next one is written.

    `usual` says what variables usually hold, `values` what constants do.
    """

    usual: Mapping[str, Shape]
    values: Mapping[str, Any]
    block: list[ast.stmt]
    known: dict[str, Known] = field(default_factory=dict)
    _guard: ast.If | None = None  # whose body the block is
    _is_branch: bool = False

    def assign(self, name: str, value: ast.expr) -> None:
        """Take an assignment; nothing is written where the value may stand wherever the name does."""
        found = self.fold(value)
        if self._is_branch or not _is_free(found.node):
            self.block.append(_assign(name, found.node))
            found = Known(_name(name), found.truth, found.none)
        self.known[name] = found

    def branch(self) -> "Folding":
        """Return what folds the statements of a branch; there nothing is counted on."""
        return Folding({}, self.values, [], dict(self.known), _is_branch=True)

    def settle(self, names: Iterable[str]) -> None:
        """Write what variables stand for, which a branch may change."""
        for name in sorted(names):
            if name in self.known and not _is_same(self.known[name].node, name):
                self.block.append(_assign(name, self.known[name].node))
        self.forget(names)

    def forget(self, names: Iterable[str]) -> None:
        """Take it that nothing is known of variables which branches may have changed."""
        self.known |= {name: Known(_name(name)) for name in names}

    def ask_truth(self, found: Known) -> bool | None:
        """Return whether a value is true, as is known or usual; None where neither tells."""
        usual = self._find_usual(found) if found.truth is None else None
        if usual is None:
            return found.truth
        self._count_on(found.node, usual)
        return usual.truth

    def ask_none(self, found: Known) -> bool | None:
        """Return whether a value is None, as is known or usual; None where neither tells."""
        usual = self._find_usual(found) if found.none is None else None
        if usual is None:
            return found.none
        if not usual.truth and not usual.none:
            raise UnfoldableError(ast.unparse(found.node))
        self._count_on(found.node, usual)
        return usual.none

    def _find_usual(self, found: Known) -> Shape | None:
        return self.usual.get(found.node.id) if isinstance(found.node, ast.Name) else None

    def _count_on(self, node: ast.expr, usual: Shape) -> None:
        """Write all that follows behind a test whether a variable holds what it usually does."""
        test = node if usual.truth else _is_none(node) if usual.none else _not(node)
        self._write_guard(test)
        known = Known(node, usual.truth, usual.none if usual.truth or usual.none else None)
        name = ast.unparse(node)
        for other, found in self.known.items():
            if _is_same(found.node, name):
                self.known[other] = known
        self.known[name] = known

    def _write_guard(self, test: ast.expr) -> None:
        if self._guard is not None and not self.block:
            self._guard.test = _and(self._guard.test, test)
            return
        self._guard = ast.If(test, [], [])
        self.block.append(self._guard)
        self.block = self._guard.body

    def fold(self, node: ast.expr) -> Known:
        """Return an expression as short as what is known and usual makes it."""
        return self._fold_form(node) or self._fold_inside(node)

    @functools.singledispatchmethod
    def _fold_form(self, node: ast.expr) -> Known | None:
        """Fold an expression by its form; None where that says nothing of it."""
        del node
        return None

    @_fold_form.register
    def _(self, node: ast.Constant) -> Known:
        return Known(node, bool(node.value), node.value is None)

    @_fold_form.register
    def _(self, node: ast.Name) -> Known:
        if node.id.startswith(CONSTANT):
            value = self.values[node.id]
            return Known(node, bool(value), value is None)
        return self.known.get(node.id, Known(node))

    @_fold_form.register
    def _(self, node: ast.BoolOp) -> Known:
        """Fold `or` and `and`: what cannot be the result is left out, what surely is ends it."""
        ends = isinstance(node.op, ast.Or)
        kept = list[Known]()
        for value in node.values:
            found, is_last = self.fold(value), value is node.values[-1]
            truth = found.truth if is_last else self.ask_truth(found)
            if truth is (not ends) and not is_last:
                continue
            kept.append(self.fold(found.node) if isinstance(found.node, ast.Name) else found)
            if truth is ends:
                break
        if len(kept) == 1:
            return kept[0]
        made = ast.BoolOp(node.op, [one.node for one in kept])
        return Known(made, truth=True, none=False) if ends and kept[-1].truth else Known(made)

    @_fold_form.register
    def _(self, node: ast.UnaryOp) -> Known | None:
        if not isinstance(node.op, ast.Not):
            return None
        found = self.fold(node.operand)
        truth = self.ask_truth(found)
        return Known(_not(found.node)) if truth is None else _say(not truth)

    @_fold_form.register
    def _(self, node: ast.Compare) -> Known | None:
        """Fold `is None` and `is not None`."""
        match node:
            case ast.Compare(left, [ast.Is() | ast.IsNot() as asked], [ast.Constant(None)]):
                found = self.fold(left)
                none = self.ask_none(found)
                if none is not None:
                    return _say(none == isinstance(asked, ast.Is))
                return Known(ast.Compare(found.node, node.ops, node.comparators))
        return None

    @_fold_form.register
    def _(self, node: ast.IfExp) -> Known:
        asked = self.fold(node.test)
        truth = self.ask_truth(asked)
        if truth is not None:
            return self.fold(node.body if truth else node.orelse)
        one, other = self.fold(node.body), self.fold(node.orelse)
        made = ast.IfExp(asked.node, one.node, other.node)
        return Known(made, truth=True, none=False) if one.truth and other.truth else Known(made)

    @_fold_form.register
    def _(self, node: ast.JoinedStr) -> Known:
        """Fold an f-string; those inside it become part of it."""
        parts = list[ast.expr]()
        for value in node.values:
            inner = self.fold(value.value).node if isinstance(value, ast.FormattedValue) else value
            if isinstance(inner, ast.JoinedStr):
                parts += inner.values
            elif isinstance(inner, ast.Constant):
                parts.append(inner)
            else:
                parts.append(ast.FormattedValue(inner, -1, None))
        joined = _join(parts)
        is_filled = any(isinstance(one, ast.Constant) for one in joined)
        return Known(ast.JoinedStr(joined), True if is_filled else None, none=False)

    @_fold_form.register
    def _(self, node: ast.Subscript) -> Known | None:
        """Fold a text without its first letter, where that is known."""
        match node:
            case ast.Subscript(value, ast.Slice(ast.Constant(1), None, None)):
                match self.fold(value).node:
                    case ast.JoinedStr([ast.Constant(str(head)), *rest]) if head[1:]:
                        made = ast.JoinedStr([ast.Constant(head[1:]), *rest])
                        return Known(made, truth=True, none=False)
        return None

    @_fold_form.register
    def _(self, node: ast.Call) -> Known | None:
        match node:
            case ast.Call(ast.Name("bool"), [value]):
                return self.fold(value)
            case ast.Call(ast.Name(name)) if name in _SURE_CALLS:
                return Known(self._fold_inside(node).node, truth=True, none=False)
        return None

    def _fold_inside(self, node: ast.expr) -> Known:
        """Return an expression of any other form, with what each variable in it stands for."""
        return Known(_Replacing(self.known).visit(copy.deepcopy(node)))


class _Replacing(ast.NodeTransformer):
    """Puts in place of each variable inside an expression what it stands for."""

    def __init__(self, known: Mapping[str, Known]) -> None:
        self._known = known

    def visit_Name(self, node: ast.Name) -> ast.expr:
        found = self._known.get(node.id)
        return node if found is None or isinstance(node.ctx, ast.Store) else found.node


def _is_same(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _assign(name: str, value: ast.expr) -> ast.stmt:
    return ast.Assign([ast.Name(name, ast.Store())], value)


def _name(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())


def _say(truth: bool) -> Known:
    return Known(ast.Constant(truth), truth, none=False)


def _not(node: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.Not(), node)


def _is_none(node: ast.expr) -> ast.expr:
    return ast.Compare(node, [ast.Is()], [ast.Constant(None)])


def _and(one: ast.expr, other: ast.expr) -> ast.expr:
    match one:
        case ast.BoolOp(ast.And(), values):
            return ast.BoolOp(ast.And(), [*values, other])
    return ast.BoolOp(ast.And(), [one, other])


def _is_free(node: ast.expr) -> bool:
    """Return whether an expression may stand wherever its variable is used, at no cost."""
    match node:
        case ast.Name() | ast.Constant():
            return True
        case ast.JoinedStr(values):
            inner = (one.value for one in values if isinstance(one, ast.FormattedValue))
            return all(map(_is_free, inner))
    return False


def _join(parts: list[ast.expr]) -> list[ast.expr]:
    """Return the parts of an f-string with neighbouring texts as one."""
    joined = list[ast.expr]()
    for part in parts:
        last = joined[-1] if joined else None
        match last, part:
            case ast.Constant(str(before)), ast.Constant(str(after)):
                joined[-1] = ast.Constant(before + after)
            case _:
                joined.append(part)
    return joined
