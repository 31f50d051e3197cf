"""Findings of the ledger, as ops read them: where, what is wrong, what to do."""

from collections.abc import Iterable

from console.output import clean, show_line
from gateway.ledger.actions import ActionRow
from gateway.ledger.findings import FindingRow


def show_found(rows: Iterable[FindingRow]) -> None:
    """Write each finding with its document, place, sentence, advice and the rule that asked for it."""
    found = list(rows)
    if found:
        show_line("\nfindings")
    for row in found:
        of = f"d{row.document_id} " if row.document_id is not None else ""
        place = f" at {row.finding.place}" if row.finding.place else ""
        field = f" {row.finding.field}" if row.finding.field else ""
        show_line(clean(f"{of}{row.level} {row.code}{field}{place}: {row.sentence}"))
        if row.finding.advice:
            show_line(clean(f"    what to do: {row.finding.advice}"))
        if row.finding.rule:
            show_line(clean(f"    rule: {row.finding.rule}"))


def show_actions(rows: Iterable[ActionRow]) -> None:
    """Write what people did, when and why."""
    for row in rows:
        why = f": {row.reason}" if row.reason else ""
        show_line(f"{row.done_at:%Y-%m-%d %H:%M} {row.actor}: {row.verb}{why}")
