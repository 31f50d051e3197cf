"""Slips: a line whose promised day is moved to a later one again is told to the buyer (F18)."""

import itertools
from collections.abc import Iterable, Mapping

from canonical.postings import ANSWERS
from canonical.shared import PromisedDate
from gateway.apply.incoming import Incoming
from gateway.ledger.cases import NewCase, open_case
from gateway.ledger.changes import list_changes
from gateway.ledger.commitments import CommitmentRow, list_commitments
from translators.findings import Finding

KIND = "slipped-again"
_ADVICE = "promise a day you can keep; what is moved again and again counts as not kept"


def tell_slips(
    incoming: Incoming,
    po_number: str,
    before: Mapping[str, PromisedDate],
    after: Mapping[str, PromisedDate],
) -> list[Finding]:
    """Return a warning for each line that this answer moves to a later day, not for the first time."""
    found = []
    # What answers a change of ours is no slip: a later day may be what we asked for.
    left_out = {one.answered_by for one in list_changes(incoming.tx, po_number)}
    left_out.add(incoming.document_id)
    for line_number, promised in after.items():
        known = before.get(line_number)
        if known is None or promised.on <= known.on:
            continue
        rows = list_commitments(incoming.tx, po_number, line_number, with_superseded=True)
        slips = count_slips(row for row in rows if row.document_id not in left_out) + 1
        if slips > 1:
            found.append(_tell(incoming, po_number, line_number, (slips, known, promised)))
    return found


def count_slips(rows: Iterable[CommitmentRow]) -> int:
    """Return how often the last day promised of a line was moved to a later one."""
    days: dict[int, str] = {}
    for row in rows:
        if row.posting.kind in ANSWERS and row.posting.promised_on is not None:
            day = row.posting.promised_on.isoformat()
            days[row.document_id] = max(days.get(row.document_id, ""), day)
    said = [days[document] for document in sorted(days)]
    return sum(later > earlier for earlier, later in itertools.pairwise(said))


def _tell(
    incoming: Incoming,
    po_number: str,
    line_number: str,
    moved: tuple[int, PromisedDate, PromisedDate],
) -> Finding:
    slips, known, promised = moved
    sentence = (
        f"line {line_number} of order {po_number}: moved from {known.on} to {promised.on},"
        f" to a later day for the {slips}{_ending(slips)} time"
    )
    case = NewCase(
        kind=KIND,
        owner="buyer",
        summary=f"{incoming.partner.name}: {sentence}",
        po_number=po_number,
        line_number=line_number,
    )
    open_case(incoming.tx, case)
    place = incoming.places.get("", "")
    return Finding(level="warning", code=KIND, sentence=sentence, advice=_ADVICE, place=place)


def _ending(number: int) -> str:
    return {2: "nd", 3: "rd"}.get(number, "th")
