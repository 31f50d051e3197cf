"""`mapping sheet`: a mapping as CSV to mail to the partner."""

import csv
import io

import pytest

from tests.console.conftest import WEEK


def read_sheet(text: str) -> dict[str, dict[str, str]]:
    """Return the rows by our field."""
    return {row["our field"]: row for row in csv.DictReader(io.StringIO(text))}


def test_a_line_has_all_that_is_to_be_agreed(run) -> None:
    """Field, element and its name, rule, codes, the guide's section, what the sample holds and becomes."""
    ran = run("mapping", "sheet", "acme/855", "--sample", str(WEEK / "3_855.edi"))
    rows = read_sheet(ran.out)

    assert (0, "") == (ran.code, ran.err)
    assert {
        "our field": "lines.unit_price",
        "your field": "PO104",
        "in the standard": "Unit Price",
        "rule": "read as N2",
        "codes": "",
        "needed": "",
        "remark": "4.3  1250 means 12.50",
        "in your sample": "1250",
        "becomes": "12.50",
        "written at": "acme/855.yaml:14",
    } == rows["lines.unit_price"]
    assert rows["lines.acks.reason"]["codes"].startswith("R4 = not_available; X1 = no_capacity")
    assert rows["po_number"]["needed"].startswith("yes: ")
    assert rows["lines"]["rule"] == "one for each"


@pytest.mark.parametrize("data", [b"PO;Line\n1;2\n", b"", b"ISA*00*"])
def test_a_sample_that_cannot_be_read_is_refused(run, tmp_path, data) -> None:
    """A sheet without one value of the sample would look as if the partner sent nothing."""
    (tmp_path / "strange.edi").write_bytes(data)
    ran = run("mapping", "sheet", "acme/855", "--sample", str(tmp_path / "strange.edi"))

    assert (2, "") == (ran.code, ran.out)
    assert "acme/855 reads nothing of" in ran.err


def test_columns_of_a_table_are_told_by_header(run) -> None:
    """Of a CSV the headers; grouping and constants in words."""
    rows = read_sheet(run("mapping", "sheet", "mappings/borealis/ack_csv.yaml").out)

    assert "PO Number" == rows["po_number"]["your field"]
    assert "always EUR" == rows["currency"]["rule"]
    assert "one for each; one for all with the same Pos" == rows["lines"]["rule"]


def test_what_is_written_is_a_sheet_too(run) -> None:
    """A mapping that writes is told from the partner's elements; its codes stand ours first."""
    ran = run("mapping", "sheet", "acme/850_out")
    rows = {row["your field"]: row for row in csv.DictReader(io.StringIO(ran.out))}

    assert "always SA" == rows["BEG02"]["rule"]
    assert "3.1  every order is a stand-alone order" == rows["BEG02"]["remark"]
    assert "original = 00" in rows["BEG01"]["codes"]
    refused = run("mapping", "sheet", "acme/850_out", "--sample", str(WEEK / "3_855.edi"))
    assert (2, True) == (refused.code, "only what reads one can show a sample" in refused.err)
