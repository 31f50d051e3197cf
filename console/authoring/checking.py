"""Checking: what would become of a partner's file, as text, page, JSON, the sender's own sheet; nothing is kept."""

import io
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import msgspec
import typer

from console.asked import home_of
from console.authoring.beside import Beside, put_beside
from console.authoring.translate import load_bytes
from console.output import clean, show_error, show_json, show_line
from console.page import link_of, save_bytes, save_page, write_page
from console.program import name_program
from console.refusal import RefusalError
from console.shape import width_of, wrap
from gateway.clock import now
from gateway.counted import counted
from gateway.map import MappedDocument
from gateway.partners import load_partners
from gateway.settings import Site, content_roots
from gateway.sheet_rows import ending_of
from gateway.shelf import Shelf
from gateway.verdict import BAD, GOOD, Judge, Verdict, is_taken
from translators.findings import Finding
from translators.mapper.pieces import list_pieces
from translators.tabular.rows import ANSWER_COLUMNS

SHEET = "xl/worksheets/sheet1.xml"
MOST_HEADER = 1_000_000
MOST_PIECES = 500  # of a document shown line by line; those with a finding always are


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """In which forms the answer is wanted."""

    html: str = ""
    sheet: str = ""
    as_json: bool = False


def open_judge(home: Path) -> Judge:
    """Return what judges files by the partners and mappings of a site; its ledger is left alone."""
    site = Site(home=home)
    return Judge(load_partners(site), Shelf(content_roots(site, "mappings")))


def check_file(context: typer.Context, name: str, file: str, options: Options) -> None:
    """Tell what would become of a file the partner sends; raises Exit 1 where not all of it is taken."""
    judge = open_judge(home_of(context))
    partner = judge.partners.get(name)
    data = load_bytes(file)
    called = "" if file == "-" else Path(file).name
    verdict = judge.judge(partner, called, data)
    if options.as_json:
        show_json(describe(verdict))
    else:
        _show(verdict, file)
    if options.html:
        title = partner.title or partner.name
        save_page(Path(options.html), write_check(judge, verdict, data, title))
    if options.sheet:
        _save_sheet(judge, verdict, data, Path(options.sheet))
    if not verdict.is_good:
        raise typer.Exit(1)


def describe(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as JSON tells it."""
    return {
        "partner": verdict.partner,
        "file": verdict.name,
        "format": verdict.format,
        "good": verdict.is_good,
        "other_partners": verdict.others,
        "documents": [_describe_document(one) for one in verdict.documents],
        "around": [{"place": one.place, "findings": one.findings} for one in verdict.around],
        "answer": verdict.answer.decode("utf-8", "replace"),
    }


def _describe_document(one: MappedDocument) -> dict[str, Any]:
    return {
        "place": one.document.place,
        "kind": one.document.kind,
        "entity": one.entity_name,
        "number": one.number,
        "mapping": one.mapping,
        "state": GOOD if is_taken(one) else BAD,
        "findings": one.findings,
    }


def _save_sheet(judge: Judge, verdict: Verdict, data: bytes, path: Path) -> None:
    sheet = judge.write_sheet(verdict, data)
    if not sheet:
        raise RefusalError(
            f"{verdict.name or 'this file'} has no rows that could be given back; "
            "--sheet is for CSV, TSV and workbooks that can be read"
        )
    if path.is_file() and not _is_sheet_of_ours(path, data):
        raise RefusalError(
            f"{path} is there already and is no sheet of ours, and is left alone; name another file"
        )
    save_bytes(path, sheet)


def _is_sheet_of_ours(path: Path, checked: bytes) -> bool:
    """Return whether a file is an earlier answer, and not the one that was checked."""
    there = path.read_bytes()
    if there == checked:
        return False
    text = _read_header(there) if there.startswith(b"PK") else there
    return all(name.encode() in text for name in ANSWER_COLUMNS)


def _read_header(workbook: bytes) -> bytes:
    """Return the beginning of the sheet of a workbook; Excel would keep its texts elsewhere when it saves."""
    try:
        with ZipFile(io.BytesIO(workbook)) as package, package.open(SHEET) as part:
            return part.read(MOST_HEADER)
    except (BadZipFile, KeyError, OSError, zlib.error):
        return b""


def _show(verdict: Verdict, file: str) -> None:
    for other in verdict.others:
        show_line(
            f"this file is {other}'s, by its envelope or its name, and is judged as if "
            f"{verdict.partner} sent it; to judge it as theirs: {name_program()} partner check {other} {file}"
        )
    for one in verdict.documents:
        what = " ".join(filter(None, (one.entity_name or one.document.kind, one.number)))
        by = f" by {one.mapping}" if one.mapping else ""
        show_line(f"{one.document.place}: {what}{by}: {GOOD if is_taken(one) else BAD}")
        _show_findings(one.findings, one.document.place)
    for around in verdict.around:
        show_line(f"{around.place}:")
        _show_findings(around.findings, around.place)
    if verdict.answer:
        show_line()
        show_line(f"the answer would be {name_answer(verdict.answer)}:")
        show_line(verdict.answer.decode("utf-8", "replace").rstrip())
        show_line()
    show_line(sum_up(verdict))
    if verdict.is_good:
        show_error("whether orders are open and numbers new is looked at when the file is sent")


def _show_findings(findings: list[Finding], within: str) -> None:
    width = width_of(sys.stdout)
    for one in findings:
        told = msgspec.structs.replace(one, place="") if one.place == within else one
        rule = f" [{one.rule}]" if one.rule else ""
        for line in wrap(clean(f"{told}{rule}"), width, "    ", "      "):
            show_line(line)


def sum_up(verdict: Verdict) -> str:
    """Return the verdict in a sentence."""
    count = len(verdict.documents)
    taken = sum(map(is_taken, verdict.documents))
    if verdict.is_good:
        return f"{counted(count, 'document')}: all of it would be taken"
    errors = sum(1 for _ in verdict.list_errors())
    return f"{counted(count, 'document')}, {taken} of them would be taken; {counted(errors, 'error')} to mend"


def name_answer(answer: bytes) -> str:
    """Return what an answer consists of: `a TA1 and a 997`."""
    kinds = {"TA1": b"TA1", "997": b"ST*997", "999": b"ST*999"}
    marks = answer[3:4]
    held = [name for name, sign in kinds.items() if sign.replace(b"*", marks) in answer]
    return " and ".join(f"a {name}" for name in held)


def list_codes(finding: Finding) -> Iterator[str]:
    """Yield the codes an acknowledgment carries for a finding, such as `AK403 7`."""
    place = finding.x12
    if place is None:
        return
    codes = {
        "AK304": place.segment_code,
        "AK403": place.element_code,
        "AK502": place.set_code,
        "AK905": place.group_code,
        "TA105": place.interchange_code,
    }
    yield from (f"{name} {code}" for name, code in codes.items() if code)


def write_check(judge: Judge, verdict: Verdict, data: bytes, title: str) -> str:
    """Return the verdict as a page that stands alone."""
    sheet = judge.write_sheet(verdict, data)
    return write_page(
        "check",
        title=f"{verdict.name or 'a file'}: {sum_up(verdict)}",
        title_of=title,
        at=f"{now():%Y-%m-%d %H:%M}",
        verdict=verdict,
        summary=sum_up(verdict),
        shown=[_show_on_page(one) for one in verdict.documents],
        answer=clean_lines(verdict.answer),
        answer_name=name_answer(verdict.answer).capitalize(),
        sheet=link_of(sheet) if sheet else "",
        sheet_name=f"{verdict.name}.checked.{ending_of(sheet)}",
        codes_of=lambda finding: list(list_codes(finding)),
    )


def clean_lines(data: bytes) -> str:
    """Return a text file as a page shows it: its lines kept, no other control character."""
    return "\n".join(clean(line) for line in data.decode("utf-8", "replace").splitlines())


def _show_on_page(one: MappedDocument) -> dict[str, Any]:
    pieces = list(put_beside(list_pieces(one.document.content), [], one.findings))
    shown = [piece for at, piece in enumerate(pieces) if at < MOST_PIECES or piece.findings]
    described: dict[str, Any] = _describe_document(one)
    is_good = described["state"] == GOOD
    kept: list[Beside] = shown
    return described | {"is_good": is_good, "pieces": kept, "further": len(pieces) - len(kept)}
