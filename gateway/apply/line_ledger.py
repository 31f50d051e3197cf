"""Line ledger: the postings of one order that stand, read once, changed in memory, written at the end."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from canonical.postings import ANSWERS, Balance, Posting, balance_of
from canonical.shared import PromisedDate
from gateway.apply.incoming import Incoming
from gateway.ledger.commitments import CommitmentRow, list_commitments, post, supersede_rows


@dataclass(slots=True)
class LineLedger:
    """What was said of one order: three statements a document, however many lines it has."""

    po_number: str
    rows: list[CommitmentRow]
    replaced: list[int] = field(default_factory=list)
    added: list[Posting] = field(default_factory=list)

    def replace(self, line_numbers: Collection[str], kinds: Collection[str]) -> None:
        """Let what stands of these lines and kinds be replaced; what is added later stays."""
        gone = {
            row.id
            for row in self.rows
            if row.posting.line_number in line_numbers and row.posting.kind in kinds
        }
        self._drop(gone)

    def replace_documents(self, document_ids: Collection[int], kinds: Collection[str]) -> None:
        """Let what these documents said be replaced."""
        gone = {
            row.id
            for row in self.rows
            if row.document_id in document_ids and row.posting.kind in kinds
        }
        self._drop(gone)

    def _drop(self, gone: set[int]) -> None:
        self.replaced += sorted(gone)
        self.rows = [row for row in self.rows if row.id not in gone]

    def add(self, postings: Iterable[Posting]) -> None:
        """Let these stand from now on."""
        self.added += postings

    @property
    def postings(self) -> list[Posting]:
        """Return all that stands."""
        return [*(row.posting for row in self.rows), *self.added]

    def of_line(self, line_number: str) -> list[Posting]:
        """Return what stands of one line."""
        return [one for one in self.postings if one.line_number == line_number]

    def balances(self) -> dict[str, Balance]:
        """Return what stands of each line, added up."""
        lines: dict[str, list[Posting]] = {}
        for one in self.postings:
            lines.setdefault(one.line_number, []).append(one)
        return {number: balance_of(postings) for number, postings in lines.items()}

    def promises(self) -> dict[str, PromisedDate]:
        """Return the last day each line is promised by."""
        last: dict[str, PromisedDate] = {}
        for one in self.postings:
            if one.kind not in ANSWERS or one.promised_on is None:
                continue
            known = last.get(one.line_number)
            if known is None or known.on < one.promised_on:
                means = one.means or "other"
                last[one.line_number] = PromisedDate(on=one.promised_on, means=means)  # type: ignore[arg-type]
        return last

    def save(self, incoming: Incoming) -> None:
        """Write what was replaced and added; the document is the source of both."""
        supersede_rows(incoming.tx, self.replaced, incoming.document_id)
        post(incoming.tx, self.added, incoming.document_id)


def open_line_ledger(incoming: Incoming, po_number: str) -> LineLedger:
    """Return what stands of an order by now."""
    return LineLedger(po_number, list_commitments(incoming.tx, po_number))
