"""What the fast pass is made of: every mapping has one, it says yes or nothing, it can be read."""

import ast
import gc
from collections.abc import Callable, Iterator

import pytest

from translators.compiled.fast_pass import Taken, compile_fast, write_pass
from translators.compiled.quick import Quick
from translators.mapper.compile import compile_mapping
from translators.mapper.load import Library
from translators.mapper.read_mapping import ReadMapping
from translators.x12.delimiters import Delimiters
from translators.x12.plain_sets import compile_plain
from translators.x12.reader import read_x12
from translators.x12.structure import Group, Set

MARKS = Delimiters()
ACK = (
    "ST*855*0001",
    "BAK*00*AC*4500012345*20250108",
    "PO1*1*144*EA*12.5**BP*A-100",
    "ACK*IA*60*EA*067*20250120",
    "CTT*1",
    "SE*6*0001",
)


@pytest.fixture
def take(library: Library):
    fast = compile_fast(library.load_mapping("base/855_4010"))
    assert fast is not None
    take = fast.bind(MARKS)

    def take_plain(*segments: str) -> Taken | None:
        text = "~".join(segments)
        return take(text) if compile_plain(MARKS)(text.encode()) else None

    return take_plain


def test_every_x12_mapping_we_ship_has_a_fast_pass(library: Library) -> None:
    """A mapping that asks for more than one pass can give would be read carefully, and slowly."""
    for name in library.list_mappings():
        compiled = compile_mapping(library.load_mapping(name))
        if isinstance(compiled, ReadMapping) and isinstance(compiled.reads, str):
            assert write_pass(compiled.source).file_name.startswith(name.replace("/", "_"))


def test_the_source_is_python_that_can_be_read(library: Library) -> None:
    """It is flat code of five functions, and one a segment for what is of no usual length."""
    fast = write_pass(library.load_mapping("base/855_4010"))
    functions = [
        node.name for node in ast.walk(ast.parse(fast.source)) if isinstance(node, ast.FunctionDef)
    ]

    assert [name for name in functions if not name.startswith("check_")] == [
        "run",
        "write",
        "write_slowly",
        "build",
        "tell",
    ]
    assert "# PO1/ACK" in fast.source


def test_a_good_set_is_taken(take) -> None:
    """Its entity, and where each part of it stands."""
    taken = take(*ACK)

    assert "4500012345" == taken.entity.po_number
    assert "segment 4: ACK*IA*60*EA*067*20250120" == taken.list_places("here")["lines[0].acks[0]"]


@pytest.mark.parametrize(
    ("at", "segment"),
    [
        (1, "BAK*00*AC**20250108"),
        (1, "BAK*00*AC*4500012345*20250231"),
        (1, "BAK*00*AC*4500012345*20250108*"),
        (2, "PO1*1*144*EA*12.5**BP"),
        (2, "PO1*1*14x4*EA*12.5**BP*A-100"),
        (2, "PO1*1*144*EA*12.5**BP*A>100"),
        (2, "PO1*1*144*EA*12.5**BP* A-100"),
        (3, "ACK*XX*60*EA*067*20250120"),
        (3, "ACK*IA*60**067*20250120"),
        (3, "BAK*00*AC*4500012345*20250108"),
        (3, "ZZZ*1"),
        (3, ""),
        (4, "CTT*2"),
        (5, "SE*7*0001"),
        (5, "SE*6*0002"),
    ],
)
def test_doubt_is_left_to_the_careful_pass(take, at: int, segment: str) -> None:
    """Anything that may be a fault gives nothing, not a guess."""
    assert take(*ACK[:at], segment, *ACK[at + 1 :]) is None


def test_garbage_collection_is_as_it_was(take) -> None:
    """It rests while a set is read, and only if it did not before."""
    take(*ACK)
    assert gc.isenabled()
    gc.disable()
    try:
        take(*ACK)
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_compiling_waits_until_it_is_worth_it(
    generate: Callable[..., bytes], readers: dict[str, ReadMapping]
) -> None:
    """A file with one order is read before a pass would be compiled; its code is handed out once."""
    kept: list[str] = []
    mapping = readers["x12 850 004010"]
    eager = Quick(lambda _: mapping, worth=-1, keep=lambda name, _: kept.append(name))
    lazy = Quick(lambda _: mapping, worth=10**12)

    def count(quick: Quick) -> int:
        parts = read_x12(generate("850", 10, sets=5), quick=quick.take)
        return sum(part.taken is not None for part in parts if isinstance(part, Set))

    assert [10, 0] == [count(eager), count(lazy)]
    assert 1 == len(kept)


def test_what_follows_a_group_stays_unread_until_it_is_its_turn(
    generate: Callable[..., bytes], readers: dict[str, ReadMapping]
) -> None:
    """The end of a group is no set whose end must be looked for: megabytes of it were copied again and again."""
    mapping, data, taken = readers["x12 850 004010"], generate("850", 300, sets=5), 0

    def pieces() -> Iterator[bytes]:
        nonlocal taken
        for at in range(0, len(data), 10_000):
            taken += 1
            yield data[at : at + 10_000]

    parts = read_x12(pieces(), quick=Quick(lambda _: mapping, worth=-1).take)
    group = next(part for part in parts if isinstance(part, Group))
    assert 5 == len(group.sets)
    assert taken < len(data) / 10_000 / 2
