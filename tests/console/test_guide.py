"""`mapping guide P`: a page for the partner, of which every sample is what the page says it is."""

import json
import re
from base64 import b64decode
from html import unescape
from pathlib import Path

import pytest
from lxml import html

from console.authoring.checking import open_judge
from console.authoring.guide import describe_guide
from console.page import write_page
from console.refusal import RefusalError
from console.saved import save_all
from gateway.failing import WANTED
from tests.console.conftest import ROOT

# X12, a CSV, a workbook, XML: each partner has at least one of its kind.
PARTNERS = {"delmar": 6, "borealis": 2, "cobalt": 1, "dorado": 1}


@pytest.fixture(scope="module")
def judge():
    """Return what judges files by the partners of the repository."""
    return open_judge(ROOT)


@pytest.fixture(scope="module")
def pages(judge) -> dict[str, html.HtmlElement]:
    """Return the guide of each partner as a browser reads it."""
    return {
        name: html.fromstring(
            write_page("guide", **describe_guide(judge, judge.partners.get(name)))
        )
        for name in PARTNERS
    }


def data_of(link: html.HtmlElement) -> bytes:
    """Return the bytes a browser saves from a link of the page."""
    return b64decode(link.get("href").partition("base64,")[2])


def sections_of(page: html.HtmlElement) -> list[html.HtmlElement]:
    """Return what the page says of each document the partner sends, as an element of its own."""
    text = html.tostring(page, encoding="unicode")
    parts = re.split(r'(?=<h2 id="(?:in|out)\d)', text)[1:]
    return [
        html.fromstring(f"<div>{part}</div>") for part in parts if part.startswith('<h2 id="in')
    ]


@pytest.mark.parametrize("name", PARTNERS)
def test_every_good_sample_is_taken(pages, judge, name) -> None:
    """Read back from the page, it has no error."""
    sections = sections_of(pages[name])
    for section in sections:
        link = section.find_class("screen")[0]
        verdict = judge.judge(judge.partners.get(name), link.get("download"), data_of(link))
        assert verdict.is_good, [str(one) for one in verdict.list_errors()]

    assert PARTNERS[name] == len(sections)


@pytest.mark.parametrize("name", PARTNERS)
def test_twenty_samples_fail_with_the_reason_shown(pages, judge, name) -> None:
    """Each differs from the others, is refused, and the sentence beside it is the checker's."""
    for section in sections_of(pages[name]):
        failing = section.find_class("sample")
        links = [one.find_class("screen")[0] for one in failing]
        for shown, link in zip(failing, links, strict=True):
            called = re.sub(r"^bad\d\d_", "", link.get("download"))
            verdict = judge.judge(judge.partners.get(name), called, data_of(link))
            told = {" ".join(one.sentence.split()) for one in verdict.list_errors()}
            said = " ".join(shown.find_class("error")[0].text_content().split())
            assert (False, True) == (verdict.is_good, said in told), (said, told)
        files = {(link.get("download"), data_of(link)) for link in links}
        assert (WANTED, WANTED) == (len(failing), len(files))


@pytest.mark.usefixtures("cases")
def test_the_command_says_the_same_of_samples_saved(run, tmp_path) -> None:
    """What --samples writes is judged by `partner check` as the page says."""
    out = tmp_path / "guide.html"
    made = run("mapping", "guide", "borealis", "--out", str(out), "--samples", str(tmp_path / "s"))
    good = run("partner", "check", "borealis", str(tmp_path / "s" / "in1" / "ack_sample.csv"))
    bad = next((tmp_path / "s" / "in1" / "bad10").iterdir())
    ran = run("partner", "check", "borealis", str(bad), "--json")
    [found, *_] = [one for part in json.loads(ran.out)["documents"] for one in part["findings"]]

    assert (0, 0, 1) == (made.code, good.code, ran.code), made.err
    assert "3 documents, 40 samples that must fail and do" in made.out
    assert found["sentence"] in unescape(out.read_text())


def test_the_page_tells_what_is_agreed(pages) -> None:
    """Envelope, codes with what we take them for, pictures, clocks, all from the partner's files."""
    x12, table = (pages[name].text_content() for name in ("delmar", "borealis"))

    for told in ("ZZ / DELMARMW", "PR for 855", "our order number", "Item Accepted → "):
        assert told in x12
    for told in ("a date as DD.MM.YYYY", "a semicolon", "72 hours of working time", "Zugesagt"):
        assert told in table


def test_the_page_stands_alone(pages) -> None:
    """No script, no style sheet or picture from elsewhere; links are inside, or files in the page."""
    for page in pages.values():
        assert [] == page.xpath("//script | //link | //img | //iframe")
        assert [] == [one for one in page.xpath("//@href") if not one.startswith(("#", "data:"))]


@pytest.mark.usefixtures("cases")
def test_hostile_text_of_a_partner_is_no_markup(run, home: Path, tmp_path: Path) -> None:
    """Title, contact, table, column and remark of a partner stay text wherever they stand."""
    evil = "</style><script>alert(1)</script>"
    partner = home / "partners" / "borealis.yaml"
    said = (
        partner.read_text().replace("Borealis Fasteners GmbH", evil).replace("Auftragsbearb", evil)
    )
    partner.write_text(said)
    mapping = home / "mappings" / "borealis" / "ack_csv.yaml"
    mapping.write_text(mapping.read_text().replace("[Bearbeiter]", f"[Bearbeiter, '{evil}']"))
    table = home / "mappings" / "borealis" / "tables" / "line_status.csv"
    table.write_text(table.read_text() + f"{evil},review,\n")
    out = tmp_path / "guide.html"
    ran = run("mapping", "guide", "borealis", "--out", str(out))
    text = out.read_text()

    assert (0, "") == (ran.code, ran.err)
    assert "<script" not in text
    assert 4 <= text.count("&lt;script&gt;alert(1)")


@pytest.mark.usefixtures("cases")
def test_a_document_without_a_good_sample_is_told(run, home: Path, tmp_path: Path) -> None:
    """The page is made, says so, and the command ends with 1 and what to do."""
    for case in (home / "mappings" / "dorado" / "ack_xml.cases").iterdir():
        case.unlink()
    ran = run("mapping", "guide", "dorado", "--out", str(tmp_path / "guide.html"))

    assert (1, True) == (ran.code, "put a good sample of the partner there" in ran.err)
    assert "There is no good sample yet" in (tmp_path / "guide.html").read_text()


def test_a_mapping_that_cannot_be_used_does_not_stop_the_rest(
    run, home: Path, tmp_path: Path
) -> None:
    """Its section says so, the command with file and line; the other documents are told as ever."""
    path = home / "mappings" / "borealis" / "capacity_csv.yaml"
    path.write_text(path.read_text().replace("fields:", "feilds:", 1))
    ran = run("mapping", "guide", "borealis", "--out", str(tmp_path / "guide.html"))

    assert (1, True) == (ran.code, "borealis/capacity_csv.yaml:" in ran.err)
    assert "cannot be used" in (tmp_path / "guide.html").read_text()
    assert "date of our order" in (tmp_path / "guide.html").read_text()


def test_samples_are_written_over_nothing_that_is_not_theirs(tmp_path) -> None:
    """What the list names and nobody changed is written anew; another file stops all of it."""
    save_all(tmp_path, {"in1/a.csv": b"1", "in1/b.csv": b"2"})
    save_all(tmp_path, {"in1/a.csv": b"3"})
    (tmp_path / "in1/b.csv").write_bytes(b"edited")
    with pytest.raises(RefusalError, match="is there already"):
        save_all(tmp_path, {"in1/a.csv": b"4", "in1/b.csv": b"5"})

    assert (b"3", b"edited") == (
        (tmp_path / "in1/a.csv").read_bytes(),
        (tmp_path / "in1/b.csv").read_bytes(),
    )
    (tmp_path / "made.sha256").write_text("notes\n")
    with pytest.raises(RefusalError, match="no list of ours"):
        save_all(tmp_path, {"in1/c.csv": b"6"})
