"""Tree rows: elements as rows, what stands around each as its cells, under the paths a mapping would write."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from translators.drafting.sample import Sample
from translators.drafting.tree_sample import Tree
from translators.tabular.rows import Row

TEXT = "."
MOST_ROWS = 2_000
MOST_CHAINS = 40
_CODE = re.compile(
    r"[^\W\d](?:[^\W\d]|[.-]){0,29}"
)  # what may tell siblings apart: words, no numbers or parts
_MOST_CODES = 12
_WORD = re.compile(r"[A-ZÄÖÜ]+(?=[A-ZÄÖÜ][a-zäöüß])|[A-ZÄÖÜ]?[a-zäöüß]+|[A-ZÄÖÜ]+|[0-9]+")
# Names that say nothing without the one around them.
_BARE = frozenset(("value", "code", "id", "number", "no", "nr", "name", "text", "wert", "nummer"))

Chain = tuple[str, ...]  # names from below the outermost element to the element that is a row
Marks = dict[Chain, str]  # what tells elements of one name apart, by their path


def list_chains(trees: Sequence[Tree]) -> list[Chain]:
    """Return the paths of elements that may be a row each: the outermost, and those that stand beside their like."""
    found: dict[Chain, None] = {(): None}
    for tree in trees:
        _gather_chains(tree.content or {}, (), found)
    return sorted(found, key=len)[:MOST_CHAINS]


def _gather_chains(node: dict[str, Any], path: Chain, found: dict[Chain, None]) -> None:
    for name, value in node.items():
        if isinstance(value, list):
            found.setdefault((*path, name))
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict):
                _gather_chains(inner, (*path, name), found)


def find_marks(trees: Sequence[Tree]) -> Marks:
    """Return the attribute that tells siblings apart, as in `Item(@owner=buyer)`, where all of them have it."""
    groups: dict[Chain, list[list[dict[str, Any]]]] = {}
    for tree in trees:
        _gather_groups(tree.content or {}, (), groups)
    marks: Marks = {}
    for path, several in groups.items():
        keys = [key for key in several[0][0] if all(_tells(key, group) for group in several)]
        codes = {key: {one[key] for group in several for one in group} for key in keys}
        mark = next((key for key in keys if len(codes[key]) <= _MOST_CODES), None)
        if mark is not None and any(len(group) > 1 for group in several):
            marks[path] = mark
    return marks


def _gather_groups(
    node: dict[str, Any], path: Chain, groups: dict[Chain, list[list[dict[str, Any]]]]
) -> None:
    for name, value in node.items():
        inside = value if isinstance(value, list) else [value]
        several = [one if isinstance(one, dict) else {} for one in inside]
        if any(several):
            groups.setdefault((*path, name), []).append(several)
            for one in several:
                _gather_groups(one, (*path, name), groups)


def _tells(key: str, group: list[dict[str, Any]]) -> bool:
    texts = [one.get(key) for one in group]
    are_codes = all(isinstance(one, str) and _CODE.fullmatch(one) for one in texts)
    return key.startswith("@") and are_codes and len(set(map(str, texts))) == len(texts)


def rows_of(tree: Tree, chain: Chain, marks: Marks) -> Sample:
    """Return the sample as a table: a row for each element of the chain, a column for each path."""
    rows: list[Row] = []
    for values, line in _walk(tree.content or {}, chain, (), marks):
        rows.append(Row(line, values))
        if len(rows) == MOST_ROWS:
            break
    header = tuple(dict.fromkeys(name for row in rows for name in row.values))
    labels = {name: _label_of(name) for name in header}
    return Sample(tree.name, b"", tree.reads, header, tuple(rows), tree.findings, labels)


def _walk(
    node: dict[str, Any], chain: Chain, path: Chain, marks: Marks
) -> Iterator[tuple[dict[str, str], int]]:
    """Yield the cells of each row, those of the elements around it first."""
    name = chain[0] if chain else ""
    own = dict(_list_leaves(node, path, "/".join(path), marks, name))
    below = node.get(name) if name else None
    elements = [one for one in (below if isinstance(below, list) else [below]) if one is not None]
    if not elements:
        yield own, getattr(node, "line", 0)
    for one in elements:
        inner = one if isinstance(one, dict) else {TEXT: one}
        for values, line in _walk(inner, chain[1:], (*path, name), marks):
            yield own | values, line


def _list_leaves(
    node: dict[str, Any], path: Chain, written: str, marks: Marks, passed: str = ""
) -> Iterator[tuple[str, str]]:
    """Yield each text in an element with its path; of several alike that nothing tells apart, the first."""
    for name, value in node.items():
        if name == passed:
            continue
        at, inside = (*path, name), value if isinstance(value, list) else [value]
        mark = marks.get(at)
        for one in inside if mark else inside[:1]:
            step = f"{name}({mark}={one[mark]})" if mark else name
            place = f"{written}/{step}" if written else step
            if isinstance(one, dict):
                rest = {key: inner for key, inner in one.items() if key != mark}
                yield from _list_leaves(rest, at, place, marks)
            elif isinstance(one, str):
                yield (written or TEXT) if name == TEXT else place, one


def split_path(path: str) -> list[str]:
    """Return the steps of a path, each with its filter."""
    return [] if path == TEXT else path.split("/")


def _label_of(path: str) -> str:
    """Return the words of a path that its header would be: the last name, with the one around a bare one."""
    steps = split_path(path)
    words = [_write_words(step) for step in steps[-2:]]
    if len(words) > 1 and words[-1] in _BARE:
        return " ".join(words)
    return words[-1] if words else ""


def _write_words(step: str) -> str:
    """Return `buyer order` for `BuyerOrder`, `item buyer` for `Item(@owner=buyer)`."""
    name, _, told = step.rpartition(":")[2].partition("(")
    texts = [name.removeprefix("@"), told.removesuffix(")").partition("=")[2]]
    words = [word.lower() for text in texts for word in _WORD.findall(text)]
    return " ".join(dict.fromkeys(words))
