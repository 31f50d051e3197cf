"""`mapping coverage`: what the archived files of a site needed of their mappings."""

import json
from pathlib import Path

MAPPINGS = Path(__file__).resolve().parents[2] / "mappings"


def test_the_archive_tells_what_is_not_needed(week) -> None:
    """Rules that gave nothing, defaults with how often, rows no code used; the overlay's rules first."""
    ran = week("mapping", "coverage", "acme/855", "--json")
    found = json.loads(ran.out)[0]
    told = {(one["what"], one["about"]): one for one in found["remarks"]}

    assert (0, "acme/855") == (ran.code, found["mapping"])
    assert found["documents"] >= 1
    assert "acme/855.yaml:8" == told["default", "currency"]["where"]
    assert found["documents"] == told["default", "currency"]["times"]
    assert "SCH01" == told["never given", "lines.schedule.quantity.value"]["example"]
    rows = {one["where"] for one in found["remarks"] if one["what"] == "row unused"}
    assert "acme/tables/line_status.csv:10" in rows  # R4 has not come yet
    assert "acme/tables/line_status.csv:2" not in rows  # IA has
    assert ("never given", "po_number") not in told


def test_what_nobody_reads_is_counted_with_its_first_place(drop, week) -> None:
    """A column that no mapping reads is told with the file and the row it stood in first."""
    data = (MAPPINGS / "borealis/ack_csv.cases/new_column.csv").read_bytes()
    drop("drop/borealis/in/ack_new.csv", data)
    ran = week("mapping", "coverage", "borealis/ack_csv", "--json")

    unread = [one for one in json.loads(ran.out)[0]["remarks"] if one["what"] == "never read"]
    assert unread
    assert unread[0]["example"].startswith("ack_new.csv, row ")


def test_before_the_first_file_there_is_nothing(week) -> None:
    """A time without files is a sentence; a time that is none is refused."""
    later = week("mapping", "coverage", "--since", "2030-01-01")
    wrong = week("mapping", "coverage", "--since", "tomorrow")
    strange = week("mapping", "coverage", "acme/8555")

    assert (0, "no archived document of that time is read by these mappings\n") == (
        later.code, later.out,
    )  # fmt: skip
    assert (2, True) == (wrong.code, "--since tomorrow is no time" in wrong.err)
    assert (2, True) == (strange.code, "did you mean acme/855" in strange.err)
