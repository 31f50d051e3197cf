"""Every case beside every mapping, and whether every mapping is proven by one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from translators.mapper.case_files import list_cases, run_case
from translators.mapper.cases import run_reading, run_writing
from translators.mapper.compile import compile_mapping
from translators.mapper.errors import MappingError
from translators.mapper.lint import check_mapping
from translators.mapper.load import Library
from translators.mapper.mapping import Mapping
from translators.mapper.read_mapping import ReadMapping
from translators.mapper.source import BlockNode, ListNode, Node
from translators.mapper.write_mapping import WriteMapping

ROOT = Path(__file__).parent.parent / "mappings"
LIBRARY = Library((ROOT,))
NAMES = LIBRARY.list_mappings()


CASES = [case for name in NAMES for case in list_cases(LIBRARY, name)]
OVERLAYS = [name for name in NAMES if LIBRARY.load_own(name)[0].text("extends")]


def result_of(mapping: Mapping, sample: Path):
    """Return what a mapping makes of a sample."""
    compiled = compile_mapping(mapping)
    if isinstance(compiled, ReadMapping):
        return run_reading(compiled, sample.read_bytes())
    return run_writing(compiled, sample.read_bytes())


@pytest.mark.parametrize("case", CASES, ids=[f"{one.mapping}-{one.situation}" for one in CASES])
def test_case(case):
    """A sample gives exactly the entities and findings, or the file, written beside it."""
    outcome = run_case(compile_mapping(LIBRARY.load_mapping(case.mapping)), case)
    assert case.expected.is_file()
    assert ([], []) == (outcome.differences, outcome.faults)


@pytest.mark.parametrize("name", NAMES)
def test_every_mapping_has_a_case(name):
    """A mapping without a case is a guess."""
    assert list_cases(LIBRARY, name)


@pytest.mark.parametrize("name", NAMES)
def test_every_mapping_is_clean(name):
    """No mapping we ship has a mistake in it, by schema or by compiler."""
    assert check_mapping(LIBRARY, name) == []


@pytest.mark.parametrize("name", OVERLAYS)
def test_every_line_of_an_overlay_changes_a_case(name):
    """A line that changes no case is dead, or its case is missing."""
    root, text = LIBRARY.load_own(name)
    samples = [case.sample for case in list_cases(LIBRARY, name)]
    before = [result_of(LIBRARY.load_mapping(name), sample) for sample in samples]
    dead = []
    for path, variant in list_variants(root):
        if path[0] in {"mapping", "extends", "reads", "makes"}:
            continue
        mapping = LIBRARY.assemble_mapping(name, variant, f"{text}{path}")
        if results_of(mapping, samples) == before:
            dead.append("/".join(path))
    assert dead == []


def results_of(mapping: Mapping, samples: list[Path]):
    """Return what a mapping makes of all samples, None where it does not even compile."""
    try:
        return [result_of(mapping, sample) for sample in samples]
    except MappingError:
        return None


def list_variants(node: Node, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Node]]:
    """Yield the tree once without each of its leaves, with the path of the leaf."""
    if isinstance(node, BlockNode):
        for key, value in node.entries.items():
            inner = list(list_variants(value, (*path, key)))
            if not inner or key == "from":
                rest = {k: v for k, v in node.entries.items() if k != key}
                yield (*path, key), BlockNode(rest, node.lines, node.where)
                continue
            for where, variant in inner:
                yield where, BlockNode({**node.entries, key: variant}, node.lines, node.where)
    elif isinstance(node, ListNode) and any(isinstance(i, BlockNode) for i in node.items):
        for at, item in enumerate(node.items):
            for where, variant in list_variants(item, (*path, str(at))):
                if isinstance(variant, BlockNode) and not is_empty(variant):
                    items = (*node.items[:at], variant, *node.items[at + 1 :])
                else:
                    items = (*node.items[:at], *node.items[at + 1 :])
                yield where, ListNode(items, node.where)


def is_empty(node: BlockNode) -> bool:
    """Return whether nothing but `each` is left of a segment."""
    return not set(node.entries) - {"each", "when"}


def test_write_mappings_are_write_mappings():
    """A file that writes compiles to a WriteMapping, one that reads to a ReadMapping."""
    for name in NAMES:
        compiled = compile_mapping(LIBRARY.load_mapping(name))
        kind = (
            WriteMapping
            if name.endswith(("_out", "order_csv", "order_xlsx", "order_xml"))
            else ReadMapping
        )
        assert isinstance(compiled, kind)


def test_every_table_is_used():
    """A table nobody looks anything up in is dead, or its mapping is missing."""
    used = {file for name in NAMES for file in LIBRARY.load_mapping(name).files}
    tables = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("*/tables/*.csv")}
    assert tables - used == set()
