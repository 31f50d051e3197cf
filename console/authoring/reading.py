"""Reading: the bytes of a file as documents and findings, one by one, without a ledger."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from console.authoring.choice import Choice
from translators.compiled.fast_pass import Taken
from translators.compiled.quick import Quick
from translators.detect import detect_format
from translators.document import Document
from translators.findings import Finding
from translators.mapper.read_mapping import ReadMapping
from translators.reading import NAMES, READABLE
from translators.reading import read_documents as read_by_mapping
from translators.x12.documents import document_of
from translators.x12.reader import read_x12
from translators.x12.structure import Group, Segment, Set

Take = Callable[[str, Segment, Group], Taken | None]


@dataclass(slots=True, frozen=True)
class ReadPart:
    """A document, or None where an envelope is told about, with what was found in it."""

    place: str
    document: Document | None = None
    findings: list[Finding] = field(default_factory=list)


def read_documents(
    data: bytes, choice: Choice, *, quick: bool | Callable[[], bool] = True
) -> Iterator[ReadPart]:
    """Yield each document as it is read, then what was found around it; never raises for bad bytes.

    What `quick` reads of a set cannot be explained: only what it means is kept. It may be asked
    before each set.
    """
    found = detect_format(data)
    if found == "x12":
        yield from _read_x12(data, choice, quick=quick)
    elif found in READABLE:
        for document in _read_named(data, found, choice.by_name(found)):
            yield ReadPart(document.place, document, document.findings)
    else:
        yield ReadPart("the whole file", None, [_refuse(found)])


def _read_x12(
    data: bytes, choice: Choice, *, quick: bool | Callable[[], bool]
) -> Iterator[ReadPart]:
    take = _take_when(quick, Quick(choice.find_quick).take) if quick else None
    for part in read_x12(data, choice.tolerance, take):
        if isinstance(part, Set):
            document = document_of(part)
            yield ReadPart(part.place, document, document.findings)
            part.release()
        elif isinstance(part, Group):
            yield ReadPart(f"group {part.header.element(6).strip()}", None, part.findings)
        else:
            yield ReadPart(f"interchange {part.ordinal}", None, part.findings)


def _take_when(quick: bool | Callable[[], bool], take: Take) -> Take:
    """Return what takes a set the quick way, where that is wanted when it comes."""
    if isinstance(quick, bool):
        return take
    return lambda text, header, group: take(text, header, group) if quick() else None


def _read_named(data: bytes, kind: str, reader: ReadMapping | list[Finding]) -> list[Document]:
    if isinstance(reader, list):
        return [Document(kind=kind, place="the whole file", findings=reader)]
    if isinstance(reader.reads, str):
        sentence = f"this is {NAMES[kind]}, and mapping {reader.name} reads {reader.reads}"
        wrong = Finding(level="error", code="other-kind", sentence=sentence)
        return [Document(kind=kind, place="the whole file", findings=[wrong])]
    return read_by_mapping(data, reader)


def _refuse(found: str) -> Finding:
    sentence = "the file is empty" if found == "empty" else f"this is {NAMES[found]}"
    if found == "binary":
        sentence = "these bytes are no format read here"
    return Finding(
        level="error",
        code="unreadable-format",
        sentence=sentence,
        advice="give X12, a table as text or workbook (.xlsx), XML or JSON",
    )
