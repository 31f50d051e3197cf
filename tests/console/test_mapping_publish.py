"""`mapping publish`, `versions`, `shadow`: what runs, who said so and why, and what is tried beside it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.gateway import open_gateway

ROOT = Path(__file__).parents[2]
WEEK = ROOT / "console" / "demo" / "week"


@pytest.fixture(autouse=True)
def _proven(week, home) -> None:
    """Put the cases beside the mappings that are published here."""
    del week
    for name in ("acme/855", "acme/850_out", "borealis/capacity_csv"):
        shutil.copytree(ROOT / f"mappings/{name}.cases", home / f"mappings/{name}.cases")


def amend(home, file, old, new):
    path = home / "mappings" / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def ask(run, *words):
    ran = run(*words, "--json")
    assert ran.out, ran
    return json.loads(ran.out)


def publish(run, *words):
    """Publish the 855, agreeing to whatever differs."""
    mark = ask(run, "mapping", "diff", "acme/855")["accept"]
    return run("mapping", "publish", "acme", "855", "--accept", mark, "--reason", "agreed", *words)


def newest_document(run):
    came = [one for one in ask(run, "document", "list") if one["direction"] == "in"]
    return ask(run, "document", "show", str(came[0]["id"]))


def ack(control: int) -> bytes:
    """Return the week's first 855, given once more on a later day."""
    data = (WEEK / "3_855.edi").read_bytes().replace(b"702", str(control).encode())
    return data.replace(b"20261124", b"20261127").replace(b"SO-77120", b"SO-%d" % control)


def test_a_site_that_never_published_runs_its_files(week, home, drop) -> None:
    """What stands in the files is what runs, as before there were versions."""
    amend(home, "acme/tables/line_status.csv", "IA,accepted", "IA,backordered")
    drop("drop/acme/in/late.edi", ack(801))
    shown = newest_document(week)

    assert None is shown["mapping_number"]
    assert "backordered" == shown["content"]["lines"][0]["acks"][0]["status"]


def test_publishing_asks_for_the_mark_of_what_differs_and_a_reason(week, home) -> None:
    """Without the mark the difference is shown and nothing is published; with it who and why are kept."""
    first = publish(week)
    amend(home, "acme/855.yaml", "unit_price:  {as: N2}", "unit_price:  {as: N1}")
    for case in (home / "mappings/acme/855.cases").glob("*.expected.yaml"):
        case.unlink()
    week("mapping", "test", "acme/855", "--update")
    unseen = week("mapping", "publish", "acme", "855", "--reason", "cents")
    wrong = week("mapping", "publish", "acme", "855", "--reason", "cents", "--accept", "12345678")
    mark = ask(week, "mapping", "diff", "acme/855")["accept"]
    silent = week("mapping", "publish", "acme", "855", "--accept", mark)
    done = week("mapping", "publish", "acme", "855", "--reason", "cents", "--accept", mark)
    rows = ask(week, "mapping", "versions", "acme", "855")

    assert (0, True) == (first.code, "acme/855 of acme: version 1 is live" in first.out)
    assert (1, True) == (unseen.code, f"--accept {mark}" in unseen.out)
    assert (1, True) == (wrong.code, "12345678 is not the mark" in wrong.out)
    assert (2, True) == (silent.code, "say with --reason why" in silent.err)
    assert (0, True) == (done.code, "version 2 is live" in done.out)
    assert [(2, "live", "runs", "cents"), (1, "live", "", "agreed")] == [
        (one["number"], one["stage"], one["now"], one["reason"]) for one in rows
    ]
    assert rows[0]["actor"]
    assert (mark, True) == (rows[0]["accepted"]["mark"], rows[0]["accepted"]["differing"] > 0)


def test_a_mapping_that_is_not_clean_is_not_published(week, home) -> None:
    """A mistake, a case that differs, and a mapping without any case each stand against it."""
    amend(home, "acme/855.yaml", "unit_price:  {as: N2}", "unit_price:  {as: N1}")
    differs = week("mapping", "publish", "acme", "855", "--reason", "x")
    for case in (home / "mappings/acme/855.cases").iterdir():
        case.unlink()
    unproven = week("mapping", "publish", "acme", "855", "--reason", "x")
    amend(home, "acme/855.yaml", "lookup: acme/line_status", "lookup: acme/line_statu")
    mistaken = week("mapping", "publish", "acme", "855", "--reason", "x")

    assert (1, True) == (differs.code, "does not come out as expected" in differs.err)
    assert (1, True) == (unproven.code, "no case proves acme/855" in unproven.err)
    assert (1, True) == (mistaken.code, "acme/line_statu" in mistaken.err)
    assert [] == ask(week, "mapping", "versions", "acme", "855")


def test_what_is_published_runs_whatever_the_files_say_by_now(week, home, drop) -> None:
    """An edit changes nothing until it is published, and status says so; each document tells its version."""
    publish(week)
    amend(home, "acme/tables/line_status.csv", "IA,accepted", "IA,backordered")
    drop("drop/acme/in/late.edi", ack(802))
    shown = newest_document(week)
    (home / "mappings/acme/855.yaml").unlink()
    drop("drop/acme/in/later.edi", ack(803))
    later = newest_document(week)

    assert (1, "accepted") == (
        shown["mapping_number"], shown["content"]["lines"][0]["acks"][0]["status"],
    )  # fmt: skip
    assert (1, "accepted") == (
        later["mapping_number"], later["content"]["lines"][0]["acks"][0]["status"],
    )  # fmt: skip
    assert "acme/855 of acme runs as version 1; its files say something else" in week("status").out
    assert "acme/855 version 1" in week("document", "show", str(shown["id"])).out
    assert "acme/855 version 1" in week("file", "show", "late.edi").out
    assert (
        "late.edi set 1 (ST*855*0001) by acme/855 version 1"
        in week("order", "show", "4500012345").out
    )


def test_going_back_is_publishing_an_older_version(week, home, drop) -> None:
    """The older content runs again under its own number; nothing of the newer one is lost."""
    publish(week)
    amend(home, "acme/tables/line_status.csv", "IA,accepted", "IA,backordered")
    for case in (home / "mappings/acme/855.cases").glob("*.expected.yaml"):
        case.unlink()
    week("mapping", "test", "acme/855", "--update")
    publish(week)
    mark = ask(week, "mapping", "diff", "published", "acme/855@1")["accept"]
    back = week(
        "mapping", "publish", "acme", "855", "--version", "1", "--accept", mark, "--reason", "wrong"
    )
    drop("drop/acme/in/late.edi", ack(804))
    rows = ask(week, "mapping", "versions", "acme", "855")

    assert (0, True) == (back.code, "version 1 is live" in back.out), back
    assert [(1, "runs"), (2, ""), (1, "")] == [(one["number"], one["now"]) for one in rows]
    assert 1 == newest_document(week)["mapping_number"]
    assert (home / "mappings/acme/tables/line_status.csv").read_text().count("IA,backordered")


def test_a_shadow_reads_what_comes_and_changes_nothing(week, home, drop) -> None:
    """The live version takes effect; what the shadow would have made otherwise is listed by cause."""
    publish(week)
    amend(home, "acme/tables/line_status.csv", "IA,accepted", "IA,backordered")
    for case in (home / "mappings/acme/855.cases").glob("*.expected.yaml"):
        case.unlink()
    week("mapping", "test", "acme/855", "--update")
    tried = week("mapping", "publish", "acme", "855", "--stage", "shadow", "--reason", "to see")
    drop("drop/acme/in/late.edi", ack(805))
    shown = newest_document(week)
    found = ask(week, "mapping", "shadow", "acme", "855")

    assert (0, True) == (tried.code, "version 2 is in shadow" in tried.out), tried
    assert (1, "accepted") == (
        shown["mapping_number"], shown["content"]["lines"][0]["acks"][0]["status"],
    )  # fmt: skip
    assert shown["state"] in ("delivered", "routed")
    assert (1, 1) == (found["documents"], found["differing"])
    group = found["groups"][0]
    assert "row IA of acme/line_status" == group["causes"][0]["what"]
    assert ("accepted", "backordered") == (group["shapes"][0]["old"], group["shapes"][0]["new"])
    assert "late.edi" == group["examples"][0]["spot"]["file"]


def test_a_document_in_test_is_read_and_answered_and_changes_nothing(week, home, drop) -> None:
    """A mapping that never took effect may be tried with the partner's own files; they hear of it."""
    sample = (home / "mappings/borealis/capacity_csv.cases/week_48.csv").read_bytes()
    tried = week(
        "mapping", "publish", "borealis", "borealis/capacity_csv", "--stage", "test",
        "--reason", "new",
    )  # fmt: skip
    drop("drop/borealis/in/kapazitaet_neu.csv", sample)
    shown = newest_document(week)

    assert 0 == tried.code, tried
    assert ("ignored", True) == (shown["state"], "at stage test" in shown["reason"])
    assert ["no-effects"] == [one["code"] for one in shown["findings"] if one["level"] == "warning"]
    assert [] == shown["effects"]


def test_trade_that_takes_effect_is_not_stopped_by_a_stage(week) -> None:
    """A mapping whose files do effects goes live first; else its orders would wait in silence."""
    ran = week("mapping", "publish", "acme", "855", "--stage", "test", "--reason", "x")

    assert (2, True) == (ran.code, "Publish what runs now with --stage live first" in ran.err)


def test_what_we_write_is_published_too(week, home) -> None:
    """An order goes out by the published version, and a difference is told by element."""
    week("mapping", "publish", "acme", "850", "--reason", "as it is")
    amend(home, "acme/850_out.yaml", "BEG07: {value: AC}", "BEG07: {value: AD}")
    found = ask(week, "mapping", "diff", "acme/850_out")
    tried = week("mapping", "publish", "acme", "850", "--stage", "shadow", "--reason", "x")

    assert [("BEG07", "changed", "AC", "AD")] == [
        (one["field"], one["kind"], one["old"], one["new"]) for one in found["groups"][0]["shapes"]
    ]
    assert "BEG07 value" == found["groups"][0]["causes"][0]["what"]
    assert found["differing"] == found["documents"] > 0
    assert (1, True) == (tried.code, "publish it live" in tried.out)


@pytest.mark.parametrize("word", ["856", "acme/856", "x12 856 004010"])
def test_a_document_is_named_by_set_kind_or_mapping(week, word) -> None:
    """And one that is not agreed is refused with those that are."""
    assert [] == ask(week, "mapping", "versions", "acme", word)
    strange = week("mapping", "versions", "acme", "999")
    assert (2, True) == (
        strange.code,
        "is none of the documents of acme: x12 855 004010" in strange.err,
    )


KILLED = """
import os, signal, sys
import console.authoring.publishing as publishing
import gateway.ledger.versions as versions
from console.cli import main

stop, real = sys.argv.pop(1), versions.insert_row

def insert_row(tx, table, values):
    reach(f"before {table.name}")
    made = real(tx, table, values)
    reach(f"after {table.name}")
    return made

def reach(step):
    if step == stop:
        os.kill(os.getpid(), signal.SIGKILL)

versions.insert_row = insert_row
publishing._say_published = lambda *_: reach("committed")
main()
"""
STEPS = {  # where it is killed, and the version that is in force then
    "before mapping_versions": 1,
    "after mapping_versions": 1,
    "after publications": 1,
    "committed": 2,
}


def test_killed_while_publishing_one_version_is_in_force(week, home, tmp_path) -> None:
    """Struck by kill -9 at any line: the old version runs or the new one, whole; done again, the new one runs."""
    assert 0 == publish(week).code
    amend(home, "acme/tables/line_status.csv", "IA,accepted", "IA,backordered")
    assert 0 == week("mapping", "test", "acme/855", "--update").code
    mark = ask(week, "mapping", "diff", "acme/855")["accept"]
    words = ["mapping", "publish", "acme", "855", "--accept", mark, "--reason", "killed"]
    sites = {step: shutil.copytree(home, tmp_path / step) for step in STEPS}
    killed = [
        subprocess.Popen([sys.executable, "-c", KILLED, step, "--home", site, *words], cwd=ROOT)
        for step, site in sites.items()
    ]
    assert [-9] * len(STEPS) == [one.wait(60) for one in killed]
    assert list(STEPS.values()) == [find_running(site) for site in sites.values()]
    for step, site in sites.items():
        again = 0 if STEPS[step] == 2 else week("--home", str(site), *words).code
        assert (0, 2) == (again, find_running(site))


def find_running(site) -> int:
    """Return the number of the version that reads the 855, after it compiled from what is kept."""
    gateway = open_gateway(site).look_for_versions()
    runs = gateway.versions.of("acme")["acme/855"].runs
    gateway.ledger.dispose()
    assert not isinstance(runs.mapping, list)
    assert runs.row.version == runs.mapping.version
    return runs.row.number


@pytest.fixture
def two_versions(week, home) -> None:
    """Publish the 855 as the week's files were read, and then another reading of IA."""
    publish(week)
    amend(home, "acme/tables/line_status.csv", "IA,accepted", "IA,backordered")
    for case in (home / "mappings/acme/855.cases").glob("*.expected.yaml"):
        case.unlink()
    week("mapping", "test", "acme/855", "--update")
    publish(week)


def read_again(week, *words):
    """Return by which version the parked document of the week was read when it was done again."""
    ran = week("rerun", "855_703.edi", "--reason", "again", *words)
    shown = ask(week, "file", "show", "855_703.edi")["documents"][1]
    return ran, shown["mapping_number"]


@pytest.mark.usefixtures("two_versions")
def test_what_was_understood_is_read_again_as_it_was(week) -> None:
    """A rerun pins the version the document used, and says which runs now; others are asked for."""
    dry = week("rerun", "855_703.edi", "--dry-run")
    as_it_was, first = read_again(week)
    newest, second = read_again(week, "--mapping-version", "newest")
    one, third = read_again(week, "--mapping-version", "1")
    missing, _ = read_again(week, "--mapping-version", "9")

    said = "read by acme/855 version 1, as it was; now version 2 runs: --mapping-version newest"
    assert (True, True) == (said in dry.out, said in as_it_was.out), as_it_was
    assert (1, 2, 1) == (first, second, third), (newest, one)
    assert (2, True) == (
        missing.code,
        "acme/855 of acme has no version 9; published: 1, 2" in missing.err,
    )


def test_files_that_were_never_published_cannot_be_asked_for(week) -> None:
    """What the files said then is not kept, and the sentence says so; what runs now reads it."""
    used, _ = read_again(week, "--mapping-version", "used")
    now, number = read_again(week)

    assert (2, True) == (used.code, "by files of acme/855 that were never published" in used.err)
    assert (1, None) == (now.code, number)


def test_an_interchange_in_test_is_answered_as_test(week, drop) -> None:
    """ISA15 of its 997 says T although the partner's said P: what was read there counts nowhere."""
    tried = week("mapping", "publish", "acme", "870", "--stage", "test", "--reason", "new")
    envelope = (WEEK / "3_855.edi").read_bytes().split(b"\n")
    report = (ROOT / "mappings/base/870_4010.cases/in_the_making.edi").read_bytes()
    data = b"\n".join([*envelope[:2], report.strip(), *envelope[-3:]])
    data = data.replace(b"702", b"870").replace(b"GS*PR", b"GS*RS").replace(b"ISR*8X", b"ISR*SH")
    drop("drop/acme/in/870.edi", data)
    file = ask(week, "file", "show", "870.edi")
    answer = week("document", "show", str(file["answers"][0]["id"]), "--raw").out

    assert 0 == tried.code, tried
    assert ["ignored"] == [one["state"] for one in file["documents"]], file["reason"]
    assert "*0*T*" in answer.split("~")[0]
    assert "AK5*A" in answer
