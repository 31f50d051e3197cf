"""Spread: which files hold only one part of a document, its heads or its lines (B-87)."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Literal

from msgspec import Struct

from gateway.partners.partner import AgreedDocument, Partner
from gateway.yaml_file import YamlFile
from translators.findings import Finding

Role = Literal["head", "lines"]
MARK = "//"  # stands in the name of a file read of two; no name from outside can hold it


class Spread(Struct, frozen=True):
    """What is agreed of a file by its name: a document of which it is one part, and which."""

    document: AgreedDocument
    role: Role

    @property
    def other(self) -> str:
        """Return what the files with the other part are called."""
        return self.document.files if self.role == "head" else self.document.head

    @property
    def other_role(self) -> str:
        """Return the other part in a word."""
        return "lines" if self.role == "head" else "head"


def find_spread(partner: Partner, name: str) -> Spread | None:
    """Return of what a file of this name is one part; None where it is whole."""
    plain = name.rpartition("/")[2].lower()
    if MARK in name:
        return None
    for document in partner.documents.arriving:
        if document.head and fnmatchcase(plain, document.head.lower()):
            return Spread(document, "head")
        if document.head and fnmatchcase(plain, document.files.lower()):
            return Spread(document, "lines")
    return None


def check_spread(partner: Partner, file: YamlFile) -> Iterator[Finding]:
    """Yield what lacks, or contradicts itself, where a document comes as two files."""
    for index, one in enumerate(partner.documents.arriving):
        place = file.place(("documents", "in", index))
        if not one.head and (one.by or one.count):
            yield _find(place, "by and count are for documents with a head", "add head: *_head.csv")
        if not one.head:
            continue
        if one.kind != "csv":
            said = f"head: is for csv, and the document is {one.kind}"
            yield _find(place, said, "agree on tables of text with the partner")
        if not (one.by and one.files):
            said = (
                "a document with a head needs files: for its lines and by: for the column of both"
            )
            yield _find(place, said, 'such as files: "*_lines.csv", by: PO Number')
        if one.head.lower() == one.files.lower():
            yield _find(place, "head and lines have the same names", "tell them apart by the name")


def _find(place: str, sentence: str, advice: str) -> Finding:
    return Finding(level="error", code="bad-head", sentence=sentence, place=place, advice=advice)
