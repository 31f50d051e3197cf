"""Files: a whole X12 file at once, as commands and tests look at it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from translators.document import Document
from translators.findings import Finding, has_errors
from translators.x12.documents import document_of
from translators.x12.quirks import STRICT, Tolerance
from translators.x12.reader import read_x12
from translators.x12.structure import Interchange, Set


@dataclass(slots=True)
class X12File:
    """All a file holds: its interchanges with their groups and sets, and one document per set."""

    interchanges: list[Interchange] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)

    @property
    def has_errors(self) -> bool:
        """Return whether anything in the file is wrong."""
        return any(has_errors(findings) for _, findings in self.list_findings())

    def list_findings(self) -> Iterator[tuple[str, list[Finding]]]:
        """Yield each place of the file with what was found there: documents, groups, interchanges."""
        for document in self.documents:
            yield document.place, document.findings
        for interchange in self.interchanges:
            for at, group in enumerate(interchange.groups, 1):
                yield f"interchange {interchange.ordinal}, group {at}", group.findings
            yield f"interchange {interchange.ordinal}", interchange.findings


def read_file(data: bytes, tolerance: Tolerance = STRICT) -> X12File:
    """Return everything a file holds, checked; for files that fit into memory as values."""
    file = X12File()
    for part in read_x12(data, tolerance):
        if isinstance(part, Set):
            file.documents.append(document_of(part))
        elif isinstance(part, Interchange):
            file.interchanges.append(part)
    return file


def check_written(data: bytes, tolerance: Tolerance = STRICT) -> list[Finding]:
    """Return the errors and warnings our own checker finds in what is about to leave us.

    Places are those of the file that was written, so that the mapping at fault can be found.
    """
    file = read_file(data, tolerance)
    found = [one for _, findings in file.list_findings() for one in findings]
    return [one for one in found if one.level != "note"]
