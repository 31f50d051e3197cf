"""Guide sample: a good file line by line, with what each line is and what we read there."""

from typing import Any

from console.authoring.beside import list_given, put_beside
from console.authoring.checking import clean_lines
from console.page import link_of
from gateway.partners.partner import AgreedDocument
from gateway.samples import Arriving, Leaving
from gateway.verdict import Judge
from translators.mapper.explain import Value, explain
from translators.mapper.read_mapping import ReadMapping
from translators.tabular.options import TableOptions
from translators.x12.delimiters import read_delimiters
from translators.x12.grammar import load_segments

MOST_LINES = 80


def annotate(judge: Judge, agreed: AgreedDocument, sample: Arriving) -> dict[str, Any]:
    """Return a file of the partner as the page shows it, with what we read."""
    reader = judge.shelf.find_reader(agreed.mapping)
    values: list[Value] = []
    notes: dict[str, list[str]] = {}
    pieces: dict[str, str] = {}
    for one in sample.verdict.documents:
        if not isinstance(reader, ReadMapping):
            continue
        given = list(explain(reader.source, one.document).list_values())
        values += given
        for piece in put_beside((), given, one.findings):
            notes[piece.place] = list(list_given(piece.values))
            pieces[piece.place] = piece.values[0].text
    shown = {"name": sample.name, "data": sample.data, "link": link_of(sample.data)}
    told: dict[str, Any] = {"case": sample.case, "lines": [], "text": "", "read": []}
    if agreed.kind.startswith("x12 "):
        told["lines"] = _list_segments(sample.data, agreed, notes)
    elif sample.table is not None:
        told["lines"] = _list_rows(sample, notes)
    else:
        told["text"] = clean_lines(sample.data)
        told["read"] = [
            {"place": place, "text": pieces[place], "given": given}
            for place, given in notes.items()
        ]
    return shown | told


def annotate_ours(agreed: AgreedDocument, sample: Leaving) -> dict[str, Any]:
    """Return a file of ours as the page shows it."""
    shown = {"name": sample.name, "data": sample.data, "link": link_of(sample.data)}
    told: dict[str, Any] = {"case": sample.case, "lines": [], "text": "", "read": []}
    if agreed.kind.startswith("x12 "):
        told["lines"] = _list_segments(sample.data, agreed, {})
    elif sample.data.startswith(b"PK"):
        told["lines"] = _list_cells(sample.data)
    else:
        told["text"] = clean_lines(sample.data)
    return shown | told


def _list_segments(
    data: bytes, agreed: AgreedDocument, notes: dict[str, list[str]]
) -> list[dict[str, Any]]:
    marks = read_delimiters(data)[0]
    rules = load_segments(agreed.kind.split()[2])
    by_number = {_number_of(place): given for place, given in notes.items()}
    texts = [text.strip("\r\n") for text in data.decode("utf-8", "replace").split(marks.segment)]
    lines: list[dict[str, Any]] = []
    number = 0
    for text in filter(None, texts):
        tag = text.partition(marks.element)[0]
        number = 1 if tag == "ST" else number + 1 if number else 0
        rule = rules.get(tag)
        given = by_number.get(number, []) if number else []
        line = {
            "text": f"{text}{marks.segment}",
            "title": rule.name if rule else "",
            "given": given,
        }
        lines.append({"number": number or "", **line})
        number = 0 if tag == "SE" else number
    return lines[:MOST_LINES]


def _number_of(place: str) -> int:
    """Return 14 of `segment 14: ACK*IR`, 4 of `row 4`, 0 of anything else."""
    word = place.partition(":")[0].removeprefix("segment ").removeprefix("row ")
    return int(word) if word.isascii() and word.isdigit() else 0


def _list_rows(sample: Arriving, notes: dict[str, list[str]]) -> list[dict[str, Any]]:
    table = sample.table
    if table is None:
        return []
    by_number = {_number_of(place): given for place, given in notes.items()}
    mark = table.delimiter or " | "
    rows = [table.header, *table.rows]
    return [
        {
            "number": number,
            "text": mark.join(row),
            "title": "headers" if number == 1 else "",
            "given": by_number.get(number, []),
        }
        for number, row in enumerate(rows, 1)
    ][:MOST_LINES]


def _list_cells(data: bytes) -> list[dict[str, Any]]:
    from translators.tabular.xlsx_reader import read_sheet_rows  # noqa: PLC0415 loads openpyxl

    rows = read_sheet_rows(data, TableOptions(delimiter=""))
    texts = [" | ".join(rows.header), *(" | ".join(row.values.values()) for row in rows.rows)]
    return [
        {"number": at, "text": text, "title": "headers" if at == 1 else "", "given": []}
        for at, text in enumerate(texts, 1)
    ]
