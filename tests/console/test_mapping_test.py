"""`mapping test`: the cases beside mappings, run by whoever writes them."""

import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.usefixtures("cases")
CASE = Path("mappings/acme/855.cases")


def write_price(home: Path, price: str) -> Path:
    """Expect another price of the first line, and return the expected file."""
    file = home / CASE / "own_codes.expected.yaml"
    file.write_text(file.read_text().replace("unit_price: '12.50'", f"unit_price: '{price}'"))
    return file


def test_cases_that_hold_are_counted(run) -> None:
    """All is as expected: one line says how many."""
    ran = run("mapping", "test", "acme/855")

    assert (0, "5 cases, 5 as expected\n", "") == (ran.code, ran.out, ran.err)


def test_a_difference_is_told_value_by_value(run, home: Path) -> None:
    """The path of the value, what was expected, what came out; exit code 1."""
    write_price(home, "1250")
    ran = run("mapping", "test", "acme/855")

    assert 1 == ran.code
    assert ran.out == (
        "acme/855 own_codes: differs\n"
        "  entities[0].lines[0].unit_price\n"
        "    - 1250\n"
        "    + 12.50\n"
        "5 cases, 4 as expected\n"
    )


def test_update_writes_what_comes_out(run, home: Path) -> None:
    """--update writes the file as it stood before, byte for byte: only the change shows in a diff."""
    was = (home / CASE / "own_codes.expected.yaml").read_bytes()
    file = write_price(home, "1250")
    ran = run("mapping", "test", "mappings/acme/855.yaml", "--update")

    assert 0 == ran.code
    assert "acme/855 own_codes: written" in ran.out
    assert was == file.read_bytes()


def test_a_sample_alone_is_a_new_case(run, home: Path) -> None:
    """A sample without expectation is told, and gets one by --update."""
    (home / CASE / "again.edi").write_bytes((home / CASE / "own_codes.edi").read_bytes())
    told = run("mapping", "test", "acme/855")
    written = run("mapping", "test", "acme/855", "--update")

    assert (1, True) == (told.code, "acme/855 again: new; look at it with mapping try" in told.out)
    assert 0 == written.code
    assert (home / CASE / "again.expected.yaml").read_bytes() == (
        home / CASE / "own_codes.expected.yaml"
    ).read_bytes()


def test_a_written_file_is_compared_line_by_line(run, home: Path) -> None:
    """Of a mapping that writes, the segments that differ are shown."""
    file = home / "mappings/acme/850_out.cases/price_in_cents.expected.edi"
    file.write_text(file.read_text().replace("BEG*00", "BEG*01", 1))
    ran = run("mapping", "test", "acme/850_out", "--json")

    proof = json.loads(ran.out)[0]
    assert (1, "differs") == (ran.code, proof["state"])
    assert proof["differences"][0]["expected"].startswith("BEG*01")
    assert proof["differences"][0]["found"].startswith("BEG*00")


def test_a_mapping_that_does_not_compile_is_told_by_its_line(run, home: Path) -> None:
    """Nothing is run; the mistake has its file and line, and the exit code is 1."""
    file = home / "mappings/acme/855.yaml"
    file.write_text(file.read_text().replace("vendor_order_no:", "vendor_ordr_no:"))
    ran = run("mapping", "test", "acme/855")

    assert 1 == ran.code
    assert "acme/855: cannot be run" in ran.out
    assert "did you mean vendor_order_no? [acme/855.yaml:7" in ran.err
