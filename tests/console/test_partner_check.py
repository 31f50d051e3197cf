"""`partner check P FILE`: what would become of a file, before it is sent."""

import csv
import io
import json
import re
import shutil
from datetime import datetime
from pathlib import Path
from zipfile import ZipFile

import pytest

from console.authoring.agreed_rules import list_receipts
from console.authoring.checking import open_judge, write_check
from gateway.clock import StillClock, use_clock
from tests.console.conftest import ROOT, WEEK

CASES = ROOT / "mappings" / "borealis" / "ack_csv.cases"
BOOKS = ROOT / "mappings" / "cobalt" / "ack_xlsx.cases"


def list_files(home: Path) -> dict[str, int]:
    """Return every file of a site with the time it was last written."""
    return {str(one): one.stat().st_mtime_ns for one in home.rglob("*") if one.is_file()}


@pytest.fixture
def bad_sheet(tmp_path: Path) -> Path:
    """Return a sheet with bad cells, under a name that is agreed."""
    path = tmp_path / "ack_1.csv"
    path.write_bytes((CASES / "bad_cells.csv").read_bytes())
    return path


def test_a_good_file_is_told_with_its_answer_and_nothing_is_made(run, home) -> None:
    """Exit code 0, the document, its mapping and the 997; no ledger, no archive."""
    before = list_files(home)
    ran = run("partner", "check", "acme", str(WEEK / "3_855.edi"))

    assert (0, before) == (ran.code, list_files(home))
    assert "OrderAck 4500012345 by acme/855: would be taken" in ran.out
    assert "the answer would be a 997" in ran.out
    assert "AK5*A~" in ran.out


def test_the_answer_is_the_one_the_gateway_gives(site_of_week, run) -> None:
    """The 997 shown is, numbers and all, what the gateway then puts before the partner."""
    shown = json.loads(run("partner", "check", "acme", str(WEEK / "3_855.edi"), "--json").out)
    put = site_of_week()

    assert put == shown["answer"]


@pytest.mark.parametrize("refused", ["", "refused: [hash-total]\n"])
def test_a_wrong_total_means_what_the_partner_file_says(run, home, tmp_path, refused) -> None:
    """B-76: a warning that lets the document pass, or a rejected set of which nothing is mapped."""
    own = home / "partners" / "acme.yaml"
    own.write_text(own.read_text() + refused)
    sample = tmp_path / "odd.edi"
    sample.write_text((WEEK / "3_855.edi").read_text().replace("CTT*3~", "CTT*3*999~"))
    ran = run("partner", "check", "acme", str(sample))
    receipts = list_receipts(open_judge(home).partners.get("acme"))

    assert "CTT02 says 999, PO102 add up to 214" in ran.out
    assert (ran.code, "AK5*R" in ran.out) == ((1, True) if refused else (0, False))
    assert ("AK4*2*347*7*999~" in ran.out) == bool(refused)
    assert ("by acme/855: would be taken" in ran.out) != bool(refused)
    assert any("CTT02 is not the sum" in one for one in receipts) == bool(refused)


@pytest.fixture
def site_of_week(home: Path):
    """Return what drops the week's 855 into a site and returns the 997 that comes of it."""
    from tests.console.conftest import Site

    still = StillClock(datetime(2026, 11, 24, 8, 0))  # noqa: DTZ001 the ledger keeps UTC

    def drop() -> str:
        site = Site(home, still)
        site.drop("drop/acme/in/3_855.edi", (WEEK / "3_855.edi").read_bytes())
        site.gateway.ledger.dispose()
        return next((home / "drop" / "acme" / "out").glob("997*")).read_text()

    with use_clock(still):
        yield drop


def test_a_bad_file_ends_with_1_and_every_fault(run, bad_sheet) -> None:
    """Faults of all documents in one run, with place and advice."""
    ran = run("partner", "check", "borealis", str(bad_sheet))

    assert (1, 6) == (ran.code, ran.out.count("error: "))
    assert "2 documents, 0 of them would be taken; 6 errors to mend" in ran.out


def test_a_file_that_is_another_partners_is_told_so(run) -> None:
    """By its envelope, or, where it has none, by the name that is agreed with the other."""
    envelope = run("partner", "check", "delmar", str(WEEK / "3_855.edi"))
    name = run("partner", "check", "acme", str(CASES.parent / "ack_csv.cases" / "no_header.csv"))

    assert (1, True) == (envelope.code, "this file is acme's" in envelope.out)
    assert "cmgateway partner check acme" in envelope.out
    assert "which is not delmar" in envelope.out
    assert (1, False) == (name.code, "this file is" in name.out)


def test_what_cannot_be_done_ends_with_2(run, bad_sheet, tmp_path) -> None:
    """No such partner, no such file, no folder to write into, no rows to give back."""
    for words, said in (
        (("nobody", str(bad_sheet)), "there is no partner nobody"),
        (("borealis", "none.csv"), "there is no file none.csv"),
        (("borealis", str(bad_sheet), "--html", str(tmp_path / "no" / "a.html")), "no folder"),
        (("acme", str(WEEK / "3_855.edi"), "--sheet", str(tmp_path / "a.csv")), "has no rows"),
        (("acme", "--html", "a.html"), "name one after the partner"),
    ):
        ran = run("partner", "check", *words)
        assert (2, True) == (ran.code, said in ran.err), ran


def test_a_sheet_comes_back_with_reasons(run, bad_sheet, tmp_path) -> None:
    """The sender's own rows, cells as they came, with a status and a reason beside each (F7)."""
    sheet = tmp_path / "back.csv"
    run("partner", "check", "borealis", str(bad_sheet), "--sheet", str(sheet))
    text = sheet.read_bytes().decode("cp1252")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))

    assert ["would not be taken"] * 2 == [row["gateway_status"] for row in rows]
    assert "no date DD.MM.YYYY" in rows[0]["gateway_reason"]
    assert "12,000.5" == rows[0]["Menge bestellt"]


def test_a_workbook_comes_back_as_a_workbook(run, tmp_path) -> None:
    """And what comes back is read as before: our columns say nothing."""
    back = tmp_path / "back.xlsx"
    first = run("partner", "check", "cobalt", str(BOOKS / "bad_cells.xlsx"), "--sheet", str(back))
    again = run("partner", "check", "cobalt", str(back))

    assert (1, b"PK") == (first.code, back.read_bytes()[:2])
    assert ("3 documents, 1 of" in first.out, "3 documents, " in again.out) == (True, True)
    assert "gateway_" not in again.out


def test_the_page_stands_alone_and_hostile_text_is_no_markup(run, tmp_path) -> None:
    """No script, nothing loaded from elsewhere, each finding, and what the sender wrote escaped."""
    evil = b"<script>alert(1)</script>"
    path = tmp_path / "ack_<img src=x>.csv"
    path.write_bytes((CASES / "bad_cells.csv").read_bytes().replace(b"Vielleicht", evil))
    page = tmp_path / "page.html"
    ran = run("partner", "check", "borealis", str(path), "--html", str(page))
    text = page.read_text()

    assert (1, False) == (ran.code, "<script" in text or "<img" in text)
    assert "&lt;script&gt;alert(1)" in text
    assert [] == re.findall(r'(?:src|href)="(?!data:|#)', text)
    assert "which is no date DD.MM.YYYY" in text


def test_json_holds_all_of_it(run, bad_sheet) -> None:
    """Documents with their findings, what is around them, the answer."""
    told = json.loads(run("partner", "check", "borealis", str(bad_sheet), "--json").out)

    assert (False, "csv", "") == (told["good"], told["format"], told["answer"])
    assert ["would not be taken"] * 2 == [one["state"] for one in told["documents"]]
    assert "row 2" == told["documents"][0]["findings"][0]["place"]


def test_whatever_is_sent_gets_an_answer_and_a_page() -> None:
    """Every sample beside any mapping, whole and cut, as if any partner had sent it: a verdict, no fault."""
    judge = open_judge(ROOT)
    partners = judge.partners.list_partners()
    files = sorted(path for path in (ROOT / "mappings").glob("*/*.cases/*") if path.is_file())
    for number, path in enumerate(files[::2]):
        data = path.read_bytes()
        name = (path.name, "ack_1.csv", "855.edi", "a.xlsx")[number % 4]
        for sent in (data, data[: len(data) // 2]):
            verdict = judge.judge(partners[number % len(partners)], name, sent)
            page = write_check(judge, verdict, sent, "any")
            assert verdict.is_good or (sum(1 for _ in verdict.list_errors()) and "bad" in page)


def test_a_file_without_documents_may_be_in_order(run, tmp_path: Path) -> None:
    """A TA1 alone tells what became of our interchange: nothing is wrong with it."""
    path = tmp_path / "ta1.edi"
    isa = "ISA*00*          *00*          *ZZ*ACMETOOL       *01*048826173      *"
    path.write_text(
        f"{isa}261127*0645*U*00401*000000001*0*P*>~\nTA1*000000009*261126*1200*A*000~\nIEA*0*000000001~\n"
    )
    ran = run("partner", "check", "acme", str(path))

    assert (0, True) == (ran.code, "0 documents: all of it would be taken" in ran.out), ran


def test_files_inside_a_zip_are_checked_one_by_one(run, tmp_path: Path) -> None:
    """As the gateway opens them; each says in which file it stands, and one that is bad is told."""
    path = tmp_path / "week.zip"
    with ZipFile(path, "w") as packed:
        packed.writestr("a.edi", (WEEK / "3_855.edi").read_bytes())
        packed.writestr("b.edi", (WEEK / "3_855.edi").read_bytes().replace(b"BAK*00", b"BAK*QQ"))
    ran = run("partner", "check", "acme", str(path))

    assert (1, True) == (ran.code, "2 documents, 1 of them would be taken" in ran.out), ran
    assert "week.zip/a.edi, set 1 (ST*855*0001): OrderAck 4500012345" in ran.out
    assert 2 == ran.out.count("ST*997*")


def test_an_answer_is_never_written_over_what_the_partner_sent(run, bad_sheet, tmp_path) -> None:
    """A page or sheet replaces an earlier one only; the faults are told before that is refused."""
    sent = bad_sheet.read_bytes()
    for option in ("--sheet", "--html"):
        ran = run("partner", "check", "borealis", str(bad_sheet), option, str(bad_sheet))
        assert (2, sent) == (ran.code, bad_sheet.read_bytes())
        assert "would not be taken" in ran.out
        assert "is left alone; name another file" in ran.err
        made = str(tmp_path / f"answer{option}")
        Path(made).write_bytes(b"<!doctype html><p>theirs</p>" if option == "--html" else b"PK")
        assert 2 == run("partner", "check", "borealis", str(bad_sheet), option, made).code
        Path(made).unlink()
        for _ in range(2):
            assert 1 == run("partner", "check", "borealis", str(bad_sheet), option, made).code


def test_a_workbook_is_replaced_by_an_answer_only_where_it_is_one(run, tmp_path) -> None:
    """Another workbook of that name is somebody's; an earlier answer is ours."""
    sent, back = BOOKS / "bad_cells.xlsx", tmp_path / "back.xlsx"
    shutil.copyfile(next(BOOKS.glob("*.xlsx")), back)
    theirs = back.read_bytes()
    words = ("partner", "check", "cobalt", str(sent), "--sheet", str(back))

    assert (2, theirs) == (run(*words).code, back.read_bytes())
    back.unlink()
    assert [1, 1] == [run(*words).code, run(*words).code]
