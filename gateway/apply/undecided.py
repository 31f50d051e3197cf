"""Undecided lines: an answer that decides nothing is a case, until a later answer decides."""

from collections.abc import Iterable

from canonical.changes import Change
from gateway.apply.incoming import Incoming
from gateway.ledger.cases import NewCase, close_case, list_cases, open_case

KINDS = ("line-review", "line-on-hold", "schedule-differs", "kit-unclear", "places-unclear")
MOST_CASES = 100_000


def note_undecided(incoming: Incoming, po_number: str, change: Change) -> None:
    """Open a case for each line that is on hold, in review, scheduled otherwise than answered or a kit in pieces; close those of lines decided now."""
    undecided = {
        (one.code, one.line_number): one.sentence for one in change.remarks if one.code in KINDS
    }
    known = _close_decided(incoming, po_number, undecided, {*change.replaces})
    for (kind, line_number), sentence in undecided.items():
        if (kind, line_number) in known:
            continue
        case = NewCase(
            kind=kind,
            owner="buyer",
            summary=f"{incoming.partner.name}: {sentence}",
            po_number=po_number,
            line_number=line_number,
            document_id=incoming.document_id,
        )
        open_case(incoming.tx, case)


def _close_decided(
    incoming: Incoming, po_number: str, undecided: Iterable[tuple[str, str]], decided: set[str]
) -> set[tuple[str, str]]:
    """Return the open cases that stay so."""
    stay = set[tuple[str, str]]()
    asked = {*undecided}
    spoken_of = decided | {line_number for _, line_number in asked}
    for case in list_cases(incoming.tx, po_number=po_number, limit=MOST_CASES):
        key = (case.kind, case.line_number)
        if case.kind not in KINDS:
            continue
        if key in asked or case.line_number not in spoken_of:
            stay.add(key)
            continue
        said = f"answered anew in {incoming.file_name} (document {incoming.document_id})"
        close_case(incoming.tx, case.id, "gateway", said)
    return stay
