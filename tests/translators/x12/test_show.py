"""Listings of a file."""

from translators.x12.files import read_file
from translators.x12.show import list_lines


def test_a_file_is_shown_by_its_loops(samples):
    """Segments are indented by loop, with the names of the standard."""
    lines = list(list_lines(read_file(samples.build_one("855"))))

    assert [line.split("  " * 8)[0].rstrip() for line in lines[2:8]] == [
        "    ST*855*0001",
        "    BAK*00*AC*4500012345*20250108",
        "      PO1*1*144*EA*12.5**BP*A-100",
        "        ACK*IA*60*EA*067*20250120",
        "        ACK*IB*84*EA*067*20250215",
        "      CTT*1",
    ]
    assert lines[5].endswith("  Line Item Acknowledgment")


def test_elements_are_named_and_codes_explained(samples):
    """With elements each value has its name, and a code what it means."""
    lines = list(list_lines(read_file(samples.build_one("855")), elements=True))

    assert "            ACK01    Line Item Status Code: IA = Item Accepted" in lines
    assert "            ACK02    Quantity: 60" in lines


def test_what_fits_nowhere_is_shown_where_it_came(samples):
    """A segment left out of the tree is not left out of the listing."""
    body = (*samples.bodies["855"][:2], "ZZZ*1", *samples.bodies["855"][2:])
    lines = list(list_lines(read_file(samples.build_one("855", body))))
    at = next(at for at, line in enumerate(lines) if "ZZZ*1" in line)

    assert lines[at].endswith("?? fits nowhere")
    assert "PO1*" in lines[at - 1]
    assert "ACK*" in lines[at + 1]


def test_a_set_without_grammar_is_shown_flat(samples):
    """An unknown version is listed all the same."""
    lines = list(list_lines(read_file(samples.build_one("850", version="003060"))))

    assert sum(line.startswith("    ") for line in lines) == 11


def test_control_characters_are_made_visible(samples):
    """A listing never moves the cursor of the one who reads it."""
    data = samples.build_one().replace(b"HEX BOLT", b"HEX\x1b[2JBOLT")
    text = "\n".join(list_lines(read_file(data), elements=True))

    assert "\x1b" not in text
    assert "HEX·[2JBOLT" in text
