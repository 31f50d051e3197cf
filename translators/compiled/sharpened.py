"""Sharpened: the writer of JSON with a short way for what the items of its lists usually hold.

Its loops are watched over some sets: which variables hold something. For the shapes met most, their
code is folded by that (see `folding`), behind guards; what does not fit goes the long way.
"""

import ast
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from translators.compiled.folding import Folding, Known, Shape, UnfoldableError

ENOUGH = 4_000_000  # bytes of JSON before it is worth it; eight times as many each further time
WATCHED = 10  # sets that are watched
_USUAL = 0.97  # of the items that agree make something usual
_END = -1  # the number of what follows the last loop

Write = Callable[[list[Any]], bytes | None]


@dataclass(slots=True)
class Watch:
    """What the variables of each loop held whenever an item was done, by the number of the loop."""

    names: dict[int, frozenset[str]] = field(default_factory=dict)
    seen: dict[int, dict[str, Counter[tuple[bool, bool]]]] = field(default_factory=dict)

    def look(self, number: int, held: dict[str, Any]) -> None:
        """Count what is held."""
        counts = self.seen.get(number)
        if counts is None:
            counts = self.seen[number] = {name: Counter() for name in self.names[number]}
        for name, shapes in counts.items():
            if name in held:
                value = held[name]
                shapes[not not value, value is None] += 1  # noqa: SIM208 -- a call of bool costs more

    def find_usual(self, number: int) -> dict[str, Shape]:
        """Return what the variables of a loop usually hold, those that usually hold one thing."""
        usual = {}
        for name, counts in self.seen.get(number, {}).items():
            for shape, count in counts.items():
                if count >= counts.total() * _USUAL:
                    usual[name] = Shape(*shape)
        return usual


def sharpen(source: str, scope: dict[str, Any]) -> Write:
    """Return the function `write` of a source, which learns from what it writes; `scope` is its globals."""
    best: Write = scope["write"]
    left = further = ENOUGH
    watch, watched = Watch(), 0

    def write(root: list[Any]) -> bytes | None:
        nonlocal best, left, further, watch, watched
        made = best(root)
        left -= len(made or b"")
        if left >= 0:
            return made
        if not watched:
            watch = Watch()
            best = _load(write_watched(source, watch), scope | {"look": watch.look})
        watched += 1
        if watched > WATCHED:
            best, watched = _load(write_short(source, watch, scope), scope), 0
            left = further = further * 8
        return made

    return write


def _load(function: ast.FunctionDef, scope: dict[str, Any]) -> Write:
    made = dict[str, Any]()
    tree = ast.fix_missing_locations(ast.Module([function], []))
    exec(compile(tree, f"<{function.name}>", "exec"), scope, made)  # noqa: S102  # from source written here
    write: Write = made[function.name]
    return write


def write_watched(source: str, watch: Watch) -> ast.FunctionDef:
    """Return the function with a look at what is held whenever a loop has done an item."""
    function = _read(source)
    for number, loop in enumerate(_list_loops(function)):
        watch.names[number] = _list_names([*_list_own(loop.body), loop])
        loop.body = list(_put_before(_is_append, _write_look(number), loop.body))
    watch.names[_END] = _list_names(_list_own(function.body))
    function.body = list(_put_before(_is_return, _write_look(_END), function.body))
    return function


def write_short(source: str, watch: Watch, scope: Mapping[str, Any]) -> ast.FunctionDef:
    """Return the function with a short way for the usual items of each loop, and at the end."""
    function = _read(source)
    loops = _list_loops(function)
    usual = {id(loop): watch.find_usual(number) for number, loop in enumerate(loops)}
    shortening = _Shortening(usual, scope)
    last = max(at for at, line in enumerate(function.body) if _list_loops(line)) + 1 if loops else 0
    end = function.body[last:]
    function.body[:last] = [shortening.shorten_inside(line) for line in function.body[:last]]
    function.body[last:last] = shortening.write_way(end, watch.find_usual(_END), {})
    return function


@dataclass(slots=True)
class _Shortening:
    """Writes short ways; `usual` is what the variables of each loop usually hold, by its identity."""

    usual: dict[int, dict[str, Shape]]
    scope: Mapping[str, Any]

    def shorten_inside(self, line: ast.stmt) -> ast.stmt:
        """Return a statement with short ways in all its loops."""
        match line:
            case ast.For():
                return self._shorten(line, line.iter, {})
            case ast.If():
                line.body = [self.shorten_inside(one) for one in line.body]
                line.orelse = [self.shorten_inside(one) for one in line.orelse]
        return line

    def write_way(
        self, body: list[ast.stmt], usual: dict[str, Shape], known: dict[str, Known]
    ) -> list[ast.stmt]:
        """Return the statements folded by what is usual; none where they cannot be."""
        way = list[ast.stmt]()
        folding = Folding(usual, self.scope, way, dict(known))
        try:
            self._take(body, folding)
        except UnfoldableError:
            return []
        if usual and not _is_return(body[-1]):
            folding.block.append(ast.Continue())
        return way if usual else []

    def _shorten(self, loop: ast.For, walked: ast.expr, known: dict[str, Known]) -> ast.For:
        """Return a loop with a short way for its usual items before the long one."""
        heads = 1 if _is_unpacking(loop.body[0]) else 0
        rest = loop.body[heads:]
        way = self.write_way(rest, self.usual[id(loop)], known)
        long = [self.shorten_inside(line) for line in rest]
        return ast.For(loop.target, walked, [*loop.body[:heads], *way, *long], [])

    def _take(self, body: list[ast.stmt], folding: Folding) -> None:
        for line in body:
            match line:
                case ast.Assign(targets, value):
                    for target in targets:
                        folding.assign(_name(target), value)
                case ast.If():
                    self._take_if(line, folding)
                case ast.For():
                    walked = folding.fold(line.iter).node
                    folding.block.append(self._shorten(line, walked, folding.known))
                case ast.Expr(ast.Call(called, [value])) if _is_append(line):
                    call = ast.Call(called, [folding.fold(value).node], [])
                    folding.block.append(ast.Expr(call))
                case ast.Return(ast.expr() as value):
                    folding.block.append(ast.Return(folding.fold(value).node))
                case ast.Continue():
                    folding.block.append(line)
                case _:
                    raise UnfoldableError(ast.unparse(line))

    def _take_if(self, line: ast.If, folding: Folding) -> None:
        asked = folding.fold(line.test)
        truth = folding.ask_truth(asked)
        if truth is not None:
            self._take(line.body if truth else line.orelse, folding)
            return
        names = _list_names(_list_own([line]))
        folding.settle(names)
        ways = [folding.branch() for _ in range(2)]
        for body, way in zip((line.body, line.orelse), ways, strict=True):
            self._take(body, way)
        folding.block.append(ast.If(asked.node, ways[0].block, ways[1].block))
        folding.forget(names)


def _read(source: str) -> ast.FunctionDef:
    function = ast.parse(source).body[0]
    if not isinstance(function, ast.FunctionDef):
        raise TypeError(ast.unparse(function))
    return function


def _list_loops(tree: ast.AST) -> list[ast.For]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.For)]


def _list_own(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a loop, without those of the loops inside it."""
    for line in body:
        yield line
        if isinstance(line, ast.If):
            yield from _list_own(line.body)
            yield from _list_own(line.orelse)


def _list_names(lines: Iterable[ast.stmt]) -> frozenset[str]:
    """Return the names that are set in some statements."""
    targets = list[ast.expr]()
    for line in lines:
        match line:
            case ast.Assign():
                targets += line.targets
            case ast.For():
                targets.append(line.target)
    names = (node for target in targets for node in ast.walk(target))
    return frozenset(node.id for node in names if isinstance(node, ast.Name))


def _write_look(number: int) -> ast.stmt:
    return ast.parse(f"look({number}, locals())").body[0]


def _put_before(
    is_wanted: Callable[[ast.stmt], bool], more: ast.stmt, body: list[ast.stmt]
) -> Iterator[ast.stmt]:
    for line in body:
        if is_wanted(line):
            yield more
        yield line


def _is_append(line: ast.stmt) -> bool:
    match line:
        case ast.Expr(ast.Call(ast.Attribute(ast.Name(), "append"))):
            return True
    return False


def _is_return(line: ast.stmt) -> bool:
    return isinstance(line, ast.Return)


def _is_unpacking(line: ast.stmt) -> bool:
    match line:
        case ast.Assign([ast.List()]):
            return True
    return False


def _name(target: ast.expr) -> str:
    if not isinstance(target, ast.Name):
        raise UnfoldableError(ast.unparse(target))
    return target.id
