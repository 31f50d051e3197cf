"""Writing runs, components, groups and levels (decision 0010), and what an author gets wrong."""

import json
from pathlib import Path

import pytest

from canonical.entities import read_json
from translators.mapper.cases import run_writing
from translators.mapper.compile import try_compile
from translators.mapper.load import Library

SHIPPED = Path(__file__).parents[3] / "mappings"
ORDER = {
    "po_number": "4500012345",
    "ordered_on": "2025-01-08",
    "note": "Call before delivery.\n\nGate 4 only.",
    "parties": [{"role": "ship_to", "street": ["1 Dock Road", "Gate 4"]}, {"role": "buyer"}],
    "lines": [
        {
            "line_number": str(number),
            "item": item,
            "ordered": {"value": "10", "unit": unit},
            "certificates": list(certificates),
        }
        for number, unit, item, certificates in (
            (1, "EA", {"buyer": "A-1", "revision": "B"}, ["ISO9001", "ISO13485"]),
            (2, "LB", {"vendor": "X-2"}, []),
            (3, "EA", {"vendor": "X-3", "gtin": "00012345600012"}, []),
        )
    ],
}
NOTICE = {"shipment_number": "SHP-1", "noticed_on": "2025-01-18"}
PACKED = [
    {"po_number": "P1", "line_number": "1", "sscc": "106141411234567897"},
    {"po_number": "P2", "line_number": "1"},
    {"po_number": "P1", "line_number": "2", "sscc": "106141411234567897"},
    {"po_number": "P1", "release": "7", "line_number": "1"},
    {"po_number": "P1", "line_number": "3", "sscc": "106141411234567903"},
]


@pytest.fixture
def written(tmp_path):
    """Return what writes the order by a list of segments."""

    def write(body, makes="x12 850 004010", reads="PurchaseOrder", entity=ORDER):
        (tmp_path / "own").mkdir()
        head = f"mapping: own/out\nreads: {reads}\nmakes: {makes}\n"
        (tmp_path / "own" / "out.yaml").write_text(f"{head}segments:\n  - {body}\n")
        mapping, mistakes = try_compile(Library((tmp_path, SHIPPED)).load_mapping("own/out"))
        if mistakes:
            return [f"{m.sentence}: {m.advice}" if m.advice else m.sentence for m in mistakes]
        data, findings = run_writing(mapping, json.dumps(entity).encode())
        return data.decode().split("~\n")[:-1] + list(map(str, findings))

    return write


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("{each: parties, segments: [{N101: role}, {N301+: street}]}", ["N1*ship_to", "N3*1 Dock Road*Gate 4", "N1*buyer"]),
        ("{each: parties, segments: [{N101: role}, {N302+: street}]}",
         ["N1*ship_to", "N3**1 Dock Road", "N1*buyer",
          "warning: N302+: N302+ has room for 1, and 2 were to be written; the rest is left out; write what must not be lost elsewhere"]),
        ("{each: lines, PO101: line_number, PO106+: {pairs: {BP: item.buyer, VP: item.vendor, EC: item.revision, UK: item.gtin}}}",
         ["PO1*1*****BP*A-1*EC*B", "PO1*2*****VP*X-2", "PO1*3*****VP*X-3*UK*00012345600012"]),
        ("{each: lines, PO106+: {pairs: {BP: {from: item.buyer, as: upper, when: line_number = 1}}}}", ["PO1******BP*A-1"]),
        ("{PO106+: {each: lines, elements: [{value: VP}, line_number]}}", ["PO1******VP*1*VP*2*VP*3"]),
        ("{BEG03: po_number, each: lines, by: ordered.unit}", ["BEG***4500012345", "BEG***4500012345"]),
        ("{each: lines, by: ordered.unit, CTT01: {compute: count(lines)}, CTT02: {compute: sum(lines.ordered.value)}}",
         ["CTT*2*20", "CTT*1*10"]),
        ("{each: lines, by: ordered.unit, segments: [{PO103: ordered.unit}, {each: lines, PID05: line_number}]}",
         ["PO1***EA", "PID*****1", "PID*****3", "PO1***LB", "PID*****2"]),
        ("{each: lines, by: ordered.unit, segments: [{each: lines(line_number=3), PO101: line_number}]}", ["PO1*3"]),
        ("{each: lines, segments: [{PO101: line_number}, {each: certificates, PID05: certificates}]}",
         ["PO1*1", "PID*****ISO9001", "PID*****ISO13485", "PO1*2", "PO1*3"]),
        ("{segments: [{each: lines, PO101: line_number}, {CTT01: {compute: count(PO1)}}]}",
         ["PO1*1", "PO1*2", "PO1*3", "CTT*3"]),
        ("{each: lines, by: line_number, BEG03: po_number, REF04-2: line_number}",
         ["REF04-2 is no element of BEG: one list item is one segment; start the next with -"]),
        ("{each: lines, when: line_number = 2, REF04-2: line_number, REF04-1: {value: DP}}", ["REF****DP:2"]),
        ("{segments: [{N902: {value: NOTE}}, {each: note, MSG01: note}]}",
         ["N9**NOTE", "MSG*Call before delivery.", "MSG*Gate 4 only."]),
        ("{each: lines, when: line_number = 2, REF04-1: line_number}", ["REF****2"]),
    ],
)  # fmt: skip
def test_shapes(written, body, expected):
    """Runs have no gaps, groups know their members, a composite is trimmed as an element is."""
    assert expected == written(body)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("{BEG03-1: po_number}", "BEG03-1: BEG03 has no components"),
        ("{BEG99+: po_number}", "BEG99+: BEG has "),
        ("{PO106+: {pairs: {BP: po_number}}, PO108: release}",
         "PO106+ runs to the end of the segment; nothing can follow it: write a run last, and one only"),
        ("{PO106+: {value: BP}}", "PO106+ wants a list of texts, pairs, or each and elements"),
        ("{PO106+: {pairs: [po_number]}}", "PO106+ wants a list of texts, pairs, or each and elements"),
        ("{by: po_number, BEG03: po_number}", "by groups the items of each; there is no each"),
        ("{each: lines, by: colour, PO101: line_number}", "nothing here is called colour"),
        ("{level: S, segments: [{BEG03: po_number}]}", "HL cannot stand here, in 850: put it where the standard has it"),
        ("{each: lines, by: ordered.unit, segments: [{PO101: lines.colour}]}", "OrderLine has no field colour"),
    ],
)  # fmt: skip
def test_mistakes_of_an_author_are_told(written, body, expected):
    """A mapping that cannot work is refused with a sentence."""
    (told,) = written(body)
    assert told.startswith(expected)


def test_a_level_no_standard_knows_is_told(written):
    """HL03 has a list of codes."""
    body = "{level: Schiff, segments: [{TD503: carrier}]}"
    told = written(body, "x12 856 004010", "ShipNotice", NOTICE)
    assert told[0].startswith("'Schiff' is no level such as S, O, P or I: there are A, B, C")


def test_levels_number_themselves_and_point_upward(written):
    """HL01 counts, HL02 is the level around, HL04 says whether one follows inside (B-69, B-76)."""
    body = (
        "{level: S, segments: [{TD503: carrier}, {each: lines, by: [po_number, release], level: O, segments: "
        "[{PRF01: po_number, PRF02: release}, {each: lines, level: I, segments: [{SN101: line_number}]}]}]}"
        "\n  - {CTT01: {compute: count(HL)}}"
    )
    lines = [PACKED[0], PACKED[3], PACKED[2]]
    expected = ["HL*1**S*1", "HL*2*1*O*1", "PRF*P1", "HL*3*2*I*0", "SN1*1", "HL*4*2*I*0", "SN1*2"]
    expected += ["HL*5*1*O*1", "PRF*P1*7", "HL*6*5*I*0", "SN1*1", "CTT*6"]
    assert expected == written(body, "x12 856 004010", "ShipNotice", NOTICE | {"lines": lines})


def test_a_shipment_of_packs_and_loose_items_keeps_every_line():
    """Lines are regrouped by order and pack, and none is lost (B-71)."""
    library = Library((SHIPPED,))
    mapping, _ = try_compile(library.load_mapping("base/856_4010_out"))
    entity = read_json("ShipNotice", json.dumps(NOTICE | {"lines": PACKED}))
    levels = [segment[1:4] for segment in mapping.write(entity).segments if segment[0] == "HL"]
    assert levels == [
        ["1", "", "S"],
        ["2", "1", "O"],
        ["3", "2", "P"],
        ["4", "3", "I"],
        ["5", "3", "I"],
        ["6", "2", "P"],
        ["7", "6", "I"],
        ["8", "1", "O"],
        ["9", "8", "I"],
        ["10", "1", "O"],
        ["11", "10", "I"],
    ]
