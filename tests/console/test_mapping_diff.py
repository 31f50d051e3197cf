"""`mapping diff`: what another version changes for the archive, by cause, without doing anything."""

import json
import shutil


def amend(home, file, old, new):
    path = home / "mappings" / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def copy_mappings(home, tmp_path):
    """Return a folder that holds the mappings as they are, to be changed beside the site's."""
    folder = tmp_path / "other"
    shutil.copytree(home / "mappings", folder)
    return folder


def by_cause(found):
    return {group["causes"][0]["what"]: group for group in found["groups"]}


def test_changed_values_are_grouped_by_the_rule_and_the_table_row_that_changed(
    week, home, tmp_path
) -> None:
    """The cause names file, line and both ways it is said; each value stands under its own."""
    before = week("document", "list", "--json").out
    other = copy_mappings(home, tmp_path)
    amend(home, "acme/855.yaml", "unit_price:  {as: N2}", "unit_price:  {as: N1}")
    amend(home, "acme/tables/line_status.csv", "IA,accepted", "IA,backordered")
    ran = week("mapping", "diff", str(other / "acme/855.yaml"), "acme/855", "--json")
    assert "" == ran.err
    found = json.loads(ran.out)
    causes = by_cause(found)

    assert 0 == ran.code
    price = causes["lines.unit_price as"]
    assert [{"where": "acme/855.yaml:14", "what": "lines.unit_price as", "old": "N2", "new": "N1"}] == price["causes"]  # fmt: skip
    assert {("lines.unit_price", "changed")} == {(one["field"], one["kind"]) for one in price["shapes"]}  # fmt: skip
    row = causes["row IA of acme/line_status"]
    assert ("accepted", "backordered") == (row["shapes"][0]["old"], row["shapes"][0]["new"])
    assert "acme/tables/line_status.csv:2" == row["causes"][0]["where"]
    assert found["differing"] <= found["documents"]
    assert before == week("document", "list", "--json").out


def test_a_page_and_the_text_tell_the_same(week, home, tmp_path) -> None:
    """The page stands alone, and what partners wrote is no markup in it."""
    other = copy_mappings(home, tmp_path)
    amend(home, "acme/855.yaml", "unit_price:  {as: N2}", "unit_price:  {as: N1}")
    page = tmp_path / "difference.html"
    ran = week("mapping", "diff", str(other / "acme/855.yaml"), "acme/855", "--html", str(page))
    text = page.read_text()

    assert "acme/855.yaml:14 lines.unit_price as: N2 → N1" in ran.out
    assert "lines.unit_price as" in text
    assert "acme/855.yaml:14" in text
    assert "<script" not in text
    assert "http" not in text.replace("http-equiv", "")


def test_against_what_the_ledger_holds_an_unchanged_mapping_changes_nothing(week) -> None:
    """Without a published version, the second side is what was understood when it came."""
    ran = week("mapping", "diff", "acme/855", "--json")
    found = json.loads(ran.out)

    assert (0, [], "") == (found["differing"], found["groups"], found["accept"])
    assert found["documents"] >= 1


def test_a_table_read_by_other_rules_is_read_twice(week, home, tmp_path) -> None:
    """Another column and another way to write numbers differ by the keys that say so."""
    other = copy_mappings(home, tmp_path)
    amend(
        home, "borealis/ack_csv.yaml", 'Menge, as: "number 1.234,5"', 'Menge, as: "number 1,234.5"'
    )
    amend(home, "borealis/ack_csv.yaml", "ignore: [Bearbeiter]", "ignore: []")
    ran = week(
        "mapping", "diff", str(other / "borealis/ack_csv.yaml"), "borealis/ack_csv", "--json"
    )
    causes = by_cause(json.loads(ran.out))

    assert "lines.acks.quantity.value as" in causes or "lines.acks.quantity.value from" in causes
    unread = causes["ignore Bearbeiter"]["shapes"][0]
    assert ("finding", "added") == (unread["field"], unread["kind"])


def test_a_difference_no_document_shows_is_told(week, home, tmp_path) -> None:
    """A row for a code that never came is silent, and nothing is to be accepted."""
    other = copy_mappings(home, tmp_path)
    path = home / "mappings/acme/tables/line_status.csv"
    path.write_text(path.read_text().rstrip("\n") + "\nQ9,rejected\n")
    found = json.loads(
        week("mapping", "diff", str(other / "acme/855.yaml"), "acme/855", "--json").out
    )

    assert ["row Q9 of acme/line_status"] == [one["what"] for one in found["silent"]]
    assert "" == found["accept"]


def test_what_cannot_be_compared_is_refused_in_a_sentence(week) -> None:
    """A mapping nobody has agreed to, a version there is not."""
    unknown = week("mapping", "diff", "base/810_5010")
    missing = week("mapping", "diff", "acme/855@7", "acme/855")

    assert (2, True) == (unknown.code, "is agreed with nobody" in unknown.err)
    assert (2, True) == (missing.code, "nothing of acme/855 is published for acme" in missing.err)


def test_what_we_sent_is_written_anew_and_held_against_what_left(week, home) -> None:
    """Unchanged, an order is written as it was sent; changed, it differs by element and key."""
    same = json.loads(week("mapping", "diff", "acme/850_out", "--json").out)
    amend(home, "acme/850_out.yaml", "BEG07: {value: AC}", "BEG07: {value: AD}")
    found = json.loads(week("mapping", "diff", "acme/850_out", "--json").out)

    assert (0, True) == (same["differing"], same["documents"] > 0)
    assert [("BEG07", "changed", "AC", "AD")] == [
        (one["field"], one["kind"], one["old"], one["new"]) for one in found["groups"][0]["shapes"]
    ]
    assert found["differing"] == found["documents"]
