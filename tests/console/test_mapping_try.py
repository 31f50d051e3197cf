"""`mapping try`: a file side by side with what a mapping makes of it; nothing is kept."""

import json
from pathlib import Path

from tests.console.conftest import ROOT, WEEK

CASES = ROOT / "mappings" / "acme" / "855.cases"


def find_line(text: str, start: str) -> str:
    """Return the line that begins so, blanks before it left out."""
    return next(line for line in text.splitlines() if line.strip().startswith(start))


def test_segments_stand_beside_what_they_gave(run) -> None:
    """Each segment has its canonical values beside it, by item of a list."""
    ran = run("mapping", "try", str(WEEK / "3_855.edi"), "--partner", "acme")

    assert (0, "") == (ran.code, ran.err)
    assert "lines[2].acks[0]: status rejected · reason no_capacity · code X1" in find_line(
        ran.out, "10  ACK*X1*10*EA"
    )
    assert find_line(ran.out, "not from the file").endswith("currency USD")
    assert "1 document, 1 entity: 0 errors, 0 warnings, 0 notes" in ran.out


def test_what_nobody_reads_is_marked_where_it_stands(run) -> None:
    """A segment without a reader says so beside itself, and among the findings with the rule's line."""
    ran = run("mapping", "try", str(CASES / "split_line.edi"), "--mapping", "base/855_4010")

    assert find_line(ran.out, "5  SAC*C*D240").endswith("? nothing reads this SAC")
    assert find_line(ran.out, "note: nothing reads this SAC; map it, or name it in ignore")


def test_what_is_wrong_stands_beside_its_segment(run) -> None:
    """What the standard refuses is told beside the segment and once more among the findings."""
    ran = run("mapping", "try", str(WEEK / "3_855.edi"), "--mapping", "base/855_4010")

    assert 1 == ran.code
    assert find_line(ran.out, "✗ ACK01 holds 'B9', which is no code of element 668")
    assert "1 document, 1 entity: 2 errors" in ran.out


def test_a_row_is_shown_by_its_cells(run) -> None:
    """Rows of a CSV stand by number, each cell with its header."""
    ran = run("mapping", "try", str(WEEK / "4_ack.csv"), "--mapping", "borealis/ack_csv")

    line = find_line(ran.out, "2  PO Number=4500012346")
    assert 0 == ran.code
    assert "po_number 4500012346" in line


def test_places_of_a_tree_are_its_pieces(run) -> None:
    """Of JSON each place that gave a value is a line."""
    sample = ROOT / "mappings" / "base" / "stock_json.cases" / "kinds_apart.json"
    ran = run("mapping", "try", str(sample), "--mapping", "base/stock_json", "--json")

    pieces = json.loads(ran.out)[0]["pieces"]
    assert {"place": "lines[1]/item/buyer", "values": ["lines[0].item.buyer"]} in [
        {"place": piece["place"], "values": [value["field"] for value in piece["values"]]}
        for piece in pieces
    ]


def test_alike_findings_of_a_large_file_are_one_line(run, tmp_path: Path) -> None:
    """A file of many sets shows the first beside its source and counts what says the same."""
    sets = (WEEK / "3_855.edi").read_text().split("ST*", 1)
    body, rest = sets[1].split("GE*", 1)
    noted = "ST*" + body.replace("CTT*3", "TXI*ST~CTT*3").replace("SE*12", "SE*13")
    many = "".join(noted.replace("*0001", f"*{at:04}") for at in range(1, 31))
    file = tmp_path / "many.edi"
    file.write_text(sets[0] + many + "GE*30" + rest[rest.index("*") :])
    ran = run("mapping", "try", str(file), "--partner", "acme")

    assert "30 times note: nothing reads this TXI" in ran.out
    assert "shown beside the source; --all shows all" in ran.out
    assert ran.out.count("→ OrderAck") < 30


def test_a_writing_mapping_shows_what_would_be_sent(run) -> None:
    """With a mapping that writes, the file is an entity as JSON."""
    folder = ROOT / "mappings" / "acme" / "850_out.cases"
    ran = run(
        "mapping", "try", str(folder / "price_in_cents.input.json"), "--mapping", "acme/850_out"
    )

    assert (0, (folder / "price_in_cents.expected.edi").read_text()) == (ran.code, ran.out)


def test_an_entity_of_another_kind_is_a_sentence(run) -> None:
    """What is no entity of the mapping is said, with what was wanted."""
    ran = run("mapping", "try", str(WEEK / "3_855.edi"), "--mapping", "acme/850_out")

    assert 2 == ran.code
    assert "acme/850_out writes PurchaseOrder, and the file holds none" in ran.err


def test_trying_leaves_nothing_on_disk(run, home: Path) -> None:
    """No ledger, no archive, no folder is made."""
    before = sorted(home.rglob("*"))
    run("mapping", "try", str(CASES / "everything_wrong.edi"), "--partner", "acme")

    assert before == sorted(home.rglob("*"))


def test_a_large_first_set_is_shown_beside_its_source_too(run, tmp_path: Path) -> None:
    """However large it is: the quick way is only taken once enough is shown."""
    start, ending = (WEEK / "3_855.edi").read_text().split("PO1*", 1)
    _, _, end = ending.partition("CTT*")
    lines = "".join(
        f"PO1*{at}*144*EA*1250**BP*A-100~\nACK*IA*144*EA*067*20261214~\n" for at in range(1, 5_600)
    )
    file = tmp_path / "large.edi"
    file.write_text(f"{start}{lines}CTT*{end}")
    ran = run("mapping", "try", str(file), "--partner", "acme")

    assert file.stat().st_size > 300_000
    assert "line_number 1 · item.buyer A-100" in find_line(ran.out, "4  PO1*1*144*EA*1250")
