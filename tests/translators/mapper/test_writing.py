"""Writing: an entity as segments or rows, and what stops it."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from canonical.purchase_order import OrderLine, PurchaseOrder
from canonical.shared import Item, Party, Quantity
from translators.mapper.compile import compile_mapping, try_compile
from translators.mapper.load import Library
from translators.x12.documents import document_of
from translators.x12.reader import read_x12
from translators.x12.structure import Set

SHIPPED = Path(__file__).parents[3] / "mappings"
LINE = OrderLine(
    line_number="1",
    item=Item(buyer="A-1", revision="B"),
    ordered=Quantity(value=Decimal("1E+2"), unit="EA"),
    unit_price=Decimal("12.50"),
)
ORDER = PurchaseOrder(
    po_number="4500012345",
    ordered_on=date(2025, 1, 8),
    currency="USD",
    parties=(Party(role="ship_to", id="WH01"), Party(role="buyer", name="Buying")),
    lines=(LINE,),
)


@pytest.fixture
def compiled(tmp_path):
    """Return what compiles the body of an outbound mapping."""

    def compile_body(body, makes="x12 850 004010", **tables):
        folder = tmp_path / "own" / "tables"
        folder.mkdir(parents=True)
        for name, text in tables.items():
            (folder / f"{name}.csv").write_text(f"theirs,ours\n{text}")
        head = f"mapping: own/out\nreads: PurchaseOrder\nmakes: {makes}\n"
        (tmp_path / "own" / "out.yaml").write_text(head + body)
        return try_compile(Library((tmp_path, SHIPPED)).load_mapping("own/out"))

    return compile_body


def segments(compiled, body, **tables):
    """Return what an order is written as, joined, and the findings."""
    mapping, mistakes = compiled(f"segments: [{body}]", **tables)
    assert mistakes == []
    written = mapping.write(ORDER)
    return ["*".join(one) for one in written.segments], [str(f) for f in written.findings]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("{BEG03: po_number, BEG05: ordered_on}", ["BEG***4500012345**20250108"]),
        ("{BEG01: {value: 00}, BEG04: release}", []),
        ("{BEG03: [release, po_number]}", ["BEG***4500012345"]),
        ("{BEG04: {from: release, default: 0}}", ["BEG****0"]),
        ("{each: lines, PO101: line_number, PO102: ordered.value}", ["PO1*1*100"]),
        ("{each: lines, PO101: po_number}", ["PO1*4500012345"]),
        ("{each: parties(role=buyer), N102: name}", ["N1**Buying"]),
        ("{each: parties, when: id, N104: id}", ["N1****WH01"]),
        ("{N104: parties(role=ship_to)/id}", ["N1****WH01"]),
        ("{CTT01: {compute: count(lines)}, CTT02: {compute: sum(lines.ordered.value)}}", ["CTT*1*100"]),
        ("{each: lines, PO104: {from: unit_price, as: N2}}", ["PO1****1250"]),
    ],
)  # fmt: skip
def test_what_is_written(compiled, body, expected):
    """Segments come out trimmed; one without data is left out."""
    assert segments(compiled, body) == (expected, [])


@pytest.mark.parametrize(
    ("body", "finding"),
    [
        ("{BEG04: {from: release, required: a release is wanted}}", "error: BEG04: release is empty; a release is wanted"),
        ("{BEG02: {from: currency, lookup: own/t}}", "error: BEG02: BEG02 has no code for 'USD'; add a row for it to the table"),
        ("{BEG03: {from: po_number, as: N2}}", "error: BEG03: BEG03 cannot be written: '4500012345' does not fit its picture"),
    ],
)  # fmt: skip
def test_what_cannot_be_written_is_a_finding(compiled, body, finding):
    """Writing must decide: what it cannot say is an error, told with the element."""
    assert segments(compiled, body, t="E,EUR\n")[1] == [finding]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("{BEG03: po_numbr}", "nothing here is called po_numbr"),
        ("{BEG99: po_number}", "BEG99: BEG has 12 elements"),
        ("{BEG03: po_number, REF02: note}", "REF02 is no element of BEG"),
        ("{BEG03: {from: po_number, unit: EA}}", "there is no key unit in what is written"),
        ("{BEG03: {from: currency, lookup: own/t}}", "own/t cannot be read backwards: A and B mean the same"),
        ("{each: lines, PO101: line_number}, {BEG03: po_number}", "BEG cannot stand here, in PO1 inside 850"),
        ("{N104: parties(rule=ship_to)/id}", "parties has no rule to ask for"),
        ("{each: linse, PO101: line_number}", None),
    ],
)  # fmt: skip
def test_mistakes_of_outbound_mappings(compiled, body, sentence):
    """The lint knows the order of the standard, the entity, and tables that lose something."""
    _, mistakes = compiled(f"segments: [{body}]", t="A,x\nB,x\n")
    assert mistakes
    assert sentence is None or mistakes[0].sentence == sentence


def test_rows(compiled):
    """One row for each line, values of the order repeated."""
    body = (
        "each: lines\ncolumns: {PO: po_number, Qty: {from: ordered.value, as: 'number 1.234,50'}}"
    )
    mapping, mistakes = compiled(body, makes="{format: csv}")
    assert mistakes == []
    assert mapping.write(ORDER).rows == [{"PO": "4500012345", "Qty": "100,00"}]


@pytest.mark.parametrize("version", ["4010", "5010"])
def test_an_order_written_reads_as_itself(version):
    """The base's order out and in again is the same order, supplier aside, which X12 has no place for."""
    library = Library((SHIPPED,))
    written = compile_mapping(library.load_mapping(f"base/850_{version}_out")).write(ORDER)
    body = ["ST*850*0001", *("*".join(one) for one in written.segments)]
    text = "~".join([*body, f"SE*{len(body) + 1}*0001", ""])
    parts = read_x12(text.encode())
    document = next(document_of(part) for part in parts if isinstance(part, Set))
    mapped = compile_mapping(library.load_mapping(f"base/850_{version}")).map(document)
    kept = [f for f in mapped.findings if f.code != "unmapped-segment"]
    assert (mapped.entity.lines, mapped.entity.parties, kept) == (ORDER.lines, ORDER.parties, [])


def test_a_quantity_is_said_in_the_unit_it_is_converted_to(tmp_path):
    """Converting to EA and saying another unit is a mistake the lint finds."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "ack.yaml").write_text(
        "mapping: own/ack\nreads: x12 855 004010\nmakes: OrderAck\nfields:\n  po_number: BAK03\n"
        "  status: {value: accepted}\n  lines:\n    each: PO1\n    fields:\n"
        "      ordered.value: {from: PO102, unit: PO103, to_unit: EA}\n      ordered.unit: PO103\n"
    )
    _, mistakes = try_compile(Library((tmp_path, SHIPPED)).load_mapping("own/ack"))
    assert [f.advice for f in mistakes] == ["write lines.ordered.unit: {value: EA}"]
