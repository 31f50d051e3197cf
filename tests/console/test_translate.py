"""`cmgateway translate` and `x12`: files in, entities and findings out, nothing left behind."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from console.authoring.choice import choose
from console.authoring.translate import translate_bytes

ROOT = Path(__file__).resolve().parents[2]
WEEK = ROOT / "console" / "demo" / "week"
CORPUS = Path(os.environ.get("CMGATEWAY_CORPUS") or ROOT.parent / "shared" / "corpus")
HEAVY = ("prefect", "pandas", "sqlalchemy", "jsonschema", "lxml", "alembic", "paramiko", "fsspec")

if not (CORPUS / "INDEX.csv").is_file():
    SAMPLES: list[Path] = []
else:
    SAMPLES = sorted(path for path in CORPUS.rglob("*") if path.is_file())


def test_x12_is_read_as_the_standard_has_it(run) -> None:
    """Without partner and mapping, the base mapping of set and version is used; one line an entity."""
    ran = run("translate", str(WEEK / "2_997.edi"))

    assert (0, "") == (ran.code, ran.err)
    assert (
        '{"group_id":"PO","group_control":"1","status":"accepted","sets_included":1,'
        '"sets_received":1,"sets_accepted":1,"sets":[{"set_id":"850","control_number":"0001",'
        '"status":"accepted"}]}\n'
    ) == ran.out


def test_stdin_is_read_where_the_file_is_a_dash() -> None:
    """So that translate stands in a pipe."""
    done = subprocess.run(
        [sys.executable, "-m", "console.cli", "translate", "-"],
        input=(WEEK / "2_997.edi").read_bytes(),
        capture_output=True,
        check=False,
        cwd=ROOT,
    )

    assert (0, b"") == (done.returncode, done.stderr)
    assert "PO" == json.loads(done.stdout)["group_id"]


def test_own_codes_are_no_fault_with_their_partner(run) -> None:
    """Codes the standard lacks are errors, unless the partner's file agrees on them (B-49)."""
    alone = run("translate", str(WEEK / "3_855.edi"))
    agreed = run("translate", str(WEEK / "3_855.edi"), "--partner", "acme")

    assert (1, True) == (alone.code, "ACK01 holds 'B9'" in alone.err)
    assert (0, False) == (agreed.code, "ACK01 holds 'B9'" in agreed.err)
    assert ["4500012345"] == [json.loads(line)["po_number"] for line in agreed.out.splitlines()]


def test_a_partner_gives_its_agreement(run, tmp_path: Path) -> None:
    """With --partner the file's name picks the agreement of formats that do not say what they are."""
    file = tmp_path / "ack_20261124.csv"
    file.write_bytes((WEEK / "4_ack.csv").read_bytes())
    ran = run("translate", str(file), "--partner", "borealis")

    assert 0 == ran.code
    assert "4500012346" == json.loads(ran.out)["po_number"]


def test_a_mapping_may_be_named_by_its_file(run) -> None:
    """`mappings/borealis/ack_csv.yaml`, as the shell completes it, names the mapping."""
    ran = run("translate", str(WEEK / "4_ack.csv"), "--mapping", "mappings/borealis/ack_csv.yaml")

    assert (0, "4500012346") == (ran.code, json.loads(ran.out)["po_number"])


def test_explain_tells_where_each_part_stands(run) -> None:
    """--explain lists on stderr the place of each list item; stdout stays canonical JSON."""
    ran = run("translate", str(WEEK / "3_855.edi"), "--mapping", "acme/855", "--explain")

    assert "lines[1].acks[1]" in ran.err
    assert "segment 8: ACK*B9*40*EA*067*20270112" in ran.err
    assert 1 == len(ran.out.splitlines())


def test_csv_without_mapping_asks_for_one(run, tmp_path: Path) -> None:
    """A CSV says nothing of its meaning; the finding tells which options do."""
    file = tmp_path / "a.csv"
    file.write_text("a,b\n1,2\n")
    ran = run("translate", str(file))

    assert (1, "") == (ran.code, ran.out)
    assert (
        "the whole file: error: a csv file does not say what it means; "
        "name its mapping with --mapping, or who sends it with --partner"
    ) in ran.err


def test_a_set_without_base_mapping_names_those_there_are(run, tmp_path: Path) -> None:
    """Another set or version is a finding that lists the base mappings."""
    data = (WEEK / "3_855.edi").read_bytes().replace(b"ST*855*", b"ST*851*")
    file = tmp_path / "851.edi"
    file.write_bytes(data)
    ran = run("translate", str(file))

    assert 1 == ran.code
    assert "there is no grammar for set '851'" in ran.err or "no base mapping" in ran.err


def test_the_wrong_mapping_is_named(run) -> None:
    """A mapping of another set is told, not tried."""
    ran = run("translate", str(WEEK / "3_855.edi"), "--mapping", "base/856_4010")

    assert 1 == ran.code
    assert (
        "this document is x12 855 004010, and mapping base/856_4010 reads x12 856 004010" in ran.err
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("translate", "no.edi"), "cmgateway: there is no file no.edi\n"),
        (("translate", "."), "cmgateway: . is a folder; name one file\n"),
        (
            ("translate", str(WEEK / "3_855.edi"), "--partner", "acne"),
            "did you mean acme?\n",
        ),
        (
            ("translate", str(WEEK / "3_855.edi"), "--mapping", "acme/858"),
            "there is no mapping acme/858",
        ),
    ],
)
def test_what_cannot_be_done_is_a_sentence(run, words, said) -> None:
    """Exit code 2 (1 where it is a finding), one sentence, nothing on stdout."""
    ran = run(*words)

    assert said in ran.err
    assert "" == ran.out
    assert "Traceback" not in ran.err
    assert ran.code in (1, 2)


def test_translate_leaves_nothing_on_disk(run, home: Path) -> None:
    """No ledger, no archive, no folder is made."""
    before = sorted(home.rglob("*"))
    run("translate", str(WEEK / "3_855.edi"))

    assert before == sorted(home.rglob("*"))


def test_escape_sequences_of_a_partner_do_not_reach_the_terminal(run, tmp_path: Path) -> None:
    """A value with an escape character is shown with a dot in its place."""
    data = (WEEK / "3_855.edi").read_bytes().replace(b"*20261124", b"*\x1b[2J2026", 1)
    file = tmp_path / "hostile.edi"
    file.write_bytes(data)
    ran = run("translate", str(file))

    assert "\x1b" not in ran.err + ran.out


@pytest.mark.skipif(not SAMPLES, reason="no corpus beside the repository, nor in CMGATEWAY_CORPUS")
def test_every_file_of_the_corpus_is_read(capfd) -> None:
    """Real files give entities or findings, never an exception."""
    for path in SAMPLES:
        choice = choose(ROOT, partner="", mapping="", file_name=path.name)
        is_fine = translate_bytes(path.read_bytes(), choice)
        said = capfd.readouterr()
        assert is_fine or said.err, path


def test_check_lists_findings_of_all_files(run, tmp_path: Path) -> None:
    """`x12 check` goes on after a bad file; --json is one array with a member a file."""
    bad = tmp_path / "bad.edi"
    bad.write_bytes((WEEK / "2_997.edi").read_bytes().replace(b"SE*", b"SE*9"))
    ran = run("x12", "check", str(bad), str(WEEK / "2_997.edi"), "--json")
    checked = json.loads(ran.out)

    assert 1 == ran.code
    assert [["segment-count"], []] == [
        [one["code"] for one in file["findings"] if one["level"] == "error"] for file in checked
    ]


def test_check_and_ack_know_the_codes_of_a_partner(run) -> None:
    """With --partner a 997 accepts what the gateway itself would accept."""
    file = str(WEEK / "3_855.edi")
    checked = run("x12", "check", file, "--partner", "acme")

    assert (0, f"{file}: nothing wrong\n") == (checked.code, checked.err)
    assert "AK5*R*5" in run("x12", "ack", file).out
    assert "AK5*A~" in run("x12", "ack", file, "--partner", "acme").out


def test_show_names_segments(run) -> None:
    """`x12 show` is indented by loop, with the standard's names."""
    ran = run("x12", "show", str(WEEK / "3_855.edi"))

    assert 0 == ran.code
    assert "Line Item Acknowledgment" in ran.out


def test_ack_answers_with_number_one(run) -> None:
    """`x12 ack` writes a 997 whose control numbers begin at 1; no ledger is asked."""
    ran = run("x12", "ack", str(WEEK / "3_855.edi"))

    assert 0 == ran.code
    assert "AK1*PR*" in ran.out
    assert "IEA*1*000000001~" in ran.out


@pytest.mark.parametrize(
    "words",
    [
        ("--help",),
        ("translate", str(WEEK / "3_855.edi")),
        ("x12", "check", "--help"),
        ("mapping", "try", str(WEEK / "3_855.edi"), "--mapping", "base/855_4010"),
    ],
)
def test_starting_loads_nothing_heavy(words: tuple[str, ...]) -> None:
    """Help and translation start without database, orchestrator, pandas or schemas."""
    code = (
        "import sys; from console.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"print(sorted(set(sys.modules) & {set(HEAVY)!r}), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=False, cwd=ROOT
    )

    assert "[]" == done.stderr.splitlines()[-1]
