"""Trees: what authors are told about options and paths of XML and JSON, and JSON in our own words."""

import json
from pathlib import Path

import pytest

from translators.document import Document
from translators.mapper.cases import run_writing
from translators.mapper.compile import compile_mapping, try_compile
from translators.mapper.load import Library
from translators.mapper.source import read_yaml
from translators.reading import read_documents

LIBRARY = Library((Path(__file__).parents[3] / "mappings",))
ACK = "makes: OrderAck\nfields: {po_number: A, status: {value: accepted}}"
ORDER = {
    "po_number": "45",
    "ordered_on": "2026-11-23",
    "currency": "USD",
    "lines": [
        {"line_number": "1", "item": {"buyer": "A"}, "ordered": {"value": "144", "unit": "EA"}}
    ],
}


def assemble(text):
    """Return the mapping of a text."""
    whole = f"mapping: own/tree\n{text}\n"
    return LIBRARY.assemble_mapping("own/tree", read_yaml(whole, "own/tree.yaml"), whole)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (f"reads: {{format: xlxs}}\n{ACK}", "there is no format xlxs"),
        (f"reads: {{format: xlsx, delimiter: ';'}}\n{ACK}", "xlsx has no option delimiter"),
        (f"reads: {{format: fixed}}\n{ACK}", "fixed wants columns"),
        (f"reads: {{format: fixed, columns: {{A: x}}}}\n{ACK}", "'A: x' is no column"),
        (f"reads: {{format: fixed, columns: {{A: 1-5, B: 5-9}}}}\n{ACK}", "B and A share a character"),
        ("reads: {format: xml}\nmakes: OrderAck\nfields: {po_number: ./PO}", "'./PO' leads into a text"),
        ("reads: {format: xml}\nmakes: OrderAck\nfields: {lines: {each: Line/., fields: {line_number: No}}}", "'Line/.' leads into a text"),
        (f"reads: {{format: csv, header_row: first}}\n{ACK}", "header_row is the number of a row"),
        ("reads: PurchaseOrder\nmakes: {format: xml}\nfields: {A: po_number}", "xml wants root"),
        ("reads: PurchaseOrder\nmakes: {format: xml, root: R}\ncolumns: {A: po_number}", "xml is written by fields"),
        ("reads: PurchaseOrder\nmakes: {format: csv}\nfields: {A: po_number}", "rows are written by columns"),
        ("reads: PurchaseOrder\nmakes: {format: xml, root: R}\nfields: {'1A': po_number}", "'1A' is no name of XML"),
        ("reads: PurchaseOrder\nmakes: {format: xml, root: R}\nfields: {'q:A': po_number}", "prefix q is not among"),
        ("reads: PurchaseOrder\nmakes: {format: xml, root: R}\nfields: {'@a/B': po_number}", "nothing stands inside an attribute"),
        ("reads: PurchaseOrder\nmakes: {format: xml, root: R}\nfields: {A(@x=1|2): po_number}", "what is written has one value"),
        ("reads: PurchaseOrder\nmakes: {format: json}\nfields: {'@a': po_number}", "@a is an attribute"),
        ("reads: PurchaseOrder\nmakes: {format: json}\nfields: {a: {each: lines}}", "a wants fields"),
        ("reads: PurchaseOrder\nmakes: {format: fixed, columns: {A: 1-5}}\ncolumns: {B: po_number}", "does not say where B stands"),
    ],
)  # fmt: skip
def test_authors_are_told(text, sentence):
    """Options and paths that cannot be meant are mistakes, with what was wanted."""
    _, found = try_compile(assemble(text))
    assert any(sentence in one.sentence for one in found), found


@pytest.mark.parametrize("name", ["csv", "tsv", "fixed", "xlsx", "xml", "json"])
def test_a_workbook_and_text_are_never_mistaken(name):
    """Bytes of another format are one error, not a hundred."""
    columns = ", columns: {A: 1-5}" if name == "fixed" else ""
    mapping = compile_mapping(assemble(f"reads: {{format: {name}{columns}}}\n{ACK}"))
    data = b"A\n45\n" if name == "xlsx" else b"PK\x03\x04xl/workbook.xml"
    found = read_documents(data if name != "xml" else b"A\n45\n", mapping)
    if name == "json":
        found = read_documents(data, mapping)
    assert [one.code for document in found for one in document.findings] == ["other-format"]


def test_constants_do_not_stand_alone():
    """A constant beside nothing is left out, with all around it; a lone one at the top stays."""
    mapping = assemble(
        "reads: PurchaseOrder\nmakes: {format: json}\nfields:\n"
        "  kind: {value: order}\n  to/country: {value: US}\n  to/name: parties(role=ship_to)/name"
    )
    assert json.loads(run_writing(compile_mapping(mapping), json.dumps(ORDER).encode())[0]) == {
        "kind": "order"
    }


def test_json_in_our_own_words_is_read_and_written():
    """Without fields nothing is mapped; what our schema does not know is told, all of it."""
    write = compile_mapping(assemble("reads: PurchaseOrder\nmakes: {format: json}"))
    data, _ = run_writing(write, json.dumps(ORDER).encode())
    read = compile_mapping(assemble("reads: {format: json}\nmakes: PurchaseOrder"))
    mapped = read.map(read_documents(data, read)[0])
    assert mapped.findings == []
    assert (
        write.write(mapped.entity).plain
        == write.write(read.map(Document(kind="json", place="", content=ORDER)).entity).plain
    )
    wrong = {**ORDER, "currency": "dollars", "po_no": "1", "lines": [{"line_number": 1}]}
    told = read.map(Document(kind="json", place="", content=wrong))
    assert told.entity is None
    assert len(told.findings) >= 3
    assert {"currency", "lines/0"} <= {one.place for one in told.findings}
