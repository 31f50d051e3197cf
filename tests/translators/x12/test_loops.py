"""Segments into loops, and what fits nowhere."""

import pytest

from translators.x12.files import read_file
from translators.x12.grammar import load_grammar


def document(samples, set_id, body):
    return read_file(samples.build_one(set_id, tuple(body))).documents[0]


def shape(loop):
    """Return a loop as (id, own segments, loops inside)."""
    return (loop.id, [segment[0] for segment in loop.segments], [shape(x) for x in loop.loops])


def told(found):
    return [(finding.code, finding.x12.segment_code, finding.x12.segment) for finding in found]


def test_segments_stand_in_their_loops(samples):
    """Each segment goes to the innermost loop it fits."""
    root = document(samples, "855", samples.bodies["855"]).content

    assert shape(root) == (
        "855",
        ["ST", "BAK", "SE"],
        [("PO1", ["PO1"], [("ACK", ["ACK"], []), ("ACK", ["ACK"], [])]), ("CTT", ["CTT"], [])],
    )


def test_levels_are_nested_by_their_pointers(samples):
    """B-69: an item's parent is its order, though all HL loops stand side by side in the file."""
    root = document(samples, "856", samples.bodies["856"]).content

    assert [shape(loop) for loop in root.loops if loop.id == "HL"] == [
        (
            "HL",
            ["HL", "TD1"],
            [("HL", ["HL", "PRF"], [("HL", ["HL", "LIN", "SN1"], [])])],
        )
    ]


def test_levels_may_stand_in_any_order(samples):
    """B-69: pointers are followed forwards too."""
    body = ["BSN*00*SHIP1*20250120*1200", "HL*2*1*O", "PRF*1", "HL*1**S", "CTT*2"]
    root = document(samples, "856", body).content

    assert shape(root.loops[0]) == ("HL", ["HL"], [("HL", ["HL", "PRF"], [])])


@pytest.mark.parametrize(
    ("levels", "codes"),
    [
        (["HL*1**S", "HL*2*9*O"], ["hl-orphan"]),
        (["HL*1**S", "HL*1**O"], ["hl-number-again"]),
        (["HL*1*1*S"], ["hl-circle"]),
        (["HL*1*2*S", "HL*2*1*O"], ["hl-circle"]),
        ([f"HL*{at}*{at - 1 or ''}*S" for at in range(1, 40)], ["hl-too-deep"] * 2),
    ],
)
def test_bad_pointers_are_errors(samples, levels, codes):
    """B-69: orphans, doubles and circles are told; the loop itself is not lost."""
    found = document(samples, "856", ["BSN*00*SHIP1*20250120*1200", *levels, f"CTT*{len(levels)}"])
    loops = [loop for loop in found.content.walk() if loop.id == "HL"]

    assert [finding.code for finding in found.findings][: len(codes)] == codes
    assert len(loops) == len(levels)


@pytest.mark.parametrize(
    ("remove", "insert", "wanted"),
    [
        ("BEG", None, [("missing-segment", "3", "BEG")]),
        ("PO1", None, None),
        (None, (5, "ZZZ*1"), [("foreign-segment", "6", "ZZZ")]),
        (None, (5, "ACK*IA"), [("foreign-segment", "6", "ACK")]),
        (None, (5, "Bad Id*1"), [("unknown-segment", "1", "Bad")]),
        (None, (5, "CUR*BY*USD"), [("misplaced-segment", "7", "CUR")]),
        (None, (1, "CUR*BY*USD"), []),
        (None, (1, "BEG*00*SA*1**20250108"), [("too-many", "5", "BEG")]),
    ],
)
def test_one_fault_is_one_finding(samples, remove, insert, wanted):
    """Reading goes on with the next segment that fits."""
    body = [line for line in samples.bodies["850"] if not (remove and line.startswith(remove))]
    if insert:
        body.insert(*insert)
    found = document(samples, "850", body).findings
    if wanted is None:
        assert ("missing-segment", "3", "PO1") in told(found)
    else:
        assert told(found) == wanted


def test_a_misplaced_segment_is_told_where_it_belongs(samples):
    """The sentence names the segment it should have come before."""
    body = [*samples.bodies["850"][:5], "CUR*BY*USD", *samples.bodies["850"][5:]]
    found = document(samples, "850", body).findings

    assert [str(finding) for finding in found] == [
        "error: (segment 7: CUR*BY*USD): CUR stands too late: it belongs before N1; send CUR before N1"
    ]


def test_a_missing_se_is_told_once(samples):
    """The envelope's finding is enough: the grammar does not say it again."""
    data = samples.build_one().replace(b"SE*11*0001~", b"")

    assert [x.code for x in read_file(data).documents[0].findings] == ["no-se"]


def test_what_follows_a_lost_loop_is_not_told_again(samples):
    """A misplaced N1 takes its N3 and N4 with it: one finding."""
    body = [*samples.bodies["855"], "N1*ST*X", "N3*STREET", "N4*RENO*NV*89501"]

    assert told(document(samples, "855", body).findings) == [("misplaced-segment", "7", "N1")]


def test_a_summary_segment_too_early_does_not_end_the_set(samples):
    """A CTT before the lines is out of place; the lines are not."""
    body = list(samples.bodies["850"])
    body.insert(2, "CTT*2")
    found = document(samples, "850", body)

    assert told(found.findings) == [("misplaced-segment", "7", "CTT")]
    assert sum(loop.id == "PO1" for loop in found.content.loops) == 2


def test_a_loop_may_be_bounded_without_paths_knowing(samples):
    """LS and LE are plain segments of the loop around; what stands between is its loop."""
    lines = ["PO1*1*5*EA*1**BP*A", "LS*LDT", "LDT*AF*5*DA", "LE*LDT", "PO1*2*5*EA*1**BP*B"]
    found = document(samples, "850", ["BEG*00*SA*1**20250108", *lines, "CTT*2"])

    assert shape(found.content.loops[0]) == ("PO1", ["PO1", "LS", "LE"], [("LDT", ["LDT"], [])])
    assert found.findings == []


def test_ls_and_le_come_as_a_pair(samples):
    """The bounding rule of the standard."""
    lines = ["PO1*1*5*EA*1**BP*A", "LS*LDT", "LDT*AF*5*DA"]
    found = document(samples, "850", ["BEG*00*SA*1**20250108", *lines, "CTT*1"])

    assert told(found.findings) == [("missing-segment", "3", "LE")]


def test_too_many_loops_are_code_4(samples):
    """AK304 4: a loop beyond its repeat."""
    fob = ["BEG*00*SA*1**20250108", *["SAC*N*A010"] * 26, "PO1*1*5*EA*1**BP*A", "CTT*1"]

    assert [code for _, code, _ in told(document(samples, "850", fob).findings)] == ["4"]


def test_grammars_fall_back_on_the_base_version():
    """B-20: an industry suffix does not hide the version; an unknown one gives None."""
    assert load_grammar("850", "004010VICS") is load_grammar("850", "004010")
    assert load_grammar("855", "005010X1").version == "005010"
    assert load_grammar("850", "003040") is None
    assert load_grammar("../850", "004010") is None


@pytest.mark.parametrize("version", ["004010", "005010"])
@pytest.mark.parametrize("set_id", ["850", "855", "856", "997"])
def test_every_grammar_is_whole(set_id, version):
    """Each loop starts with its segment, and each segment and element is known."""
    grammar = load_grammar(set_id, version)
    nodes = list(grammar.root.nodes)
    while nodes:
        node = nodes.pop()
        inside = getattr(node, "nodes", ())
        nodes += inside
        assert node.id in grammar.segments
        assert not inside or (inside[0].id, inside[0].requirement) == (node.id, "M")
    for rule in grammar.segments.values():
        for use in rule.elements:
            assert all(part.number in grammar.elements for part in use.components or (use,))


def test_a_run_with_one_reason_is_one_fault(samples):
    """F8: what comes after a segment that fits nowhere, and fits nowhere either, is counted in a note."""
    body = ("BSN*00*SHIP1*20250120*1200", "PRF*1", "REF*IA*1", "N1*BY*US", "HL*1**S", "CTT*1")
    found = read_file(samples.build_one("856", body)).documents[0].findings

    assert [(f.code, f.level, f.x12.segment) for f in found] == [
        ("misplaced-segment", "error", "PRF"),
        ("skipped-segments", "note", "PRF"),
    ]
    assert found[1].sentence == "2 more segments after it fit nowhere for the same reason"
