"""Cases: open problems, what was decided in them, and how they were closed."""

from collections.abc import Iterator
from typing import Annotated

import typer
from sqlalchemy import Connection

from console.asked import actor, open_site
from console.operating.compare import find_conflict, list_pairs, show_pairs
from console.operating.options import AsJson, Limit
from console.output import plain, show_fields, show_json, show_line, show_table
from console.refusal import RefusalError
from console.shape import brief
from gateway.deviation import accept_deviation, refuse_deviation
from gateway.ledger.actions import Action, record_action
from gateway.ledger.cases import CaseRow, close_case, find_case, list_cases
from gateway.ledger.decisions import list_decisions
from gateway.timeline import write_reasons

app = typer.Typer(help="Open problems, each with an owner.", no_args_is_help=True)

Id = Annotated[int, typer.Argument(help="The number of the case.")]


@app.command("list")
def list_(
    context: typer.Context,
    state: Annotated[str, typer.Option(help="open, closed or all.")] = "open",
    limit: Limit = 100,
    *,
    as_json: AsJson = False,
) -> None:
    """List cases, the longest open first."""
    gateway = open_site(context)
    with gateway.ledger.read() as tx:
        rows = list_cases(tx, None if state == "all" else state, limit=limit)
    if as_json:
        show_json(rows)
        return
    show_table(
        ("case", "opened (UTC)", "kind", "owner", "state", "summary"),
        [
            (row.id, row.created_at, row.kind, row.owner, row.state, brief(row.summary))
            for row in rows
        ],
    )


@app.command()
def show(context: typer.Context, case: Id, *, as_json: AsJson = False) -> None:
    """Show a case with its decisions, each candidate and why; of a conflict both files side by side."""
    gateway = open_site(context)
    with gateway.ledger.read() as tx:
        row = _find(tx, case)
        decisions = list_decisions(tx, case_id=case)
        conflict = find_conflict(tx, row)
    pairs = list_pairs(gateway, *conflict, whole=False) if conflict else []
    if as_json:
        beside = {"side_by_side": plain(pairs)} if conflict else {}
        show_json(plain(row) | {"decisions": plain(decisions)} | beside)
        return
    show_fields(_fields(row))
    if conflict:
        show_line()
        show_pairs(*conflict, pairs)
    for decision in decisions:
        show_line(
            f"\n{decision.decided_at:%Y-%m-%d %H:%M} UTC, rules {decision.rules_version[:12]}"
        )
        for line in write_reasons(decision):
            show_line(f"  {line}")


@app.command()
def close(
    context: typer.Context,
    case: Id,
    reason: Annotated[str, typer.Option(help="How it was settled; kept with your name.")],
) -> None:
    """Close a case; say how it was settled."""
    if not reason.strip():
        raise RefusalError("say with --reason how the case was settled; the ledger keeps it")
    gateway = open_site(context)
    with gateway.ledger.begin() as tx:
        _find(tx, case)
        close_case(tx, case, actor(), reason)
        done = Action(actor=actor(), verb="close", subject=f"case {case}", reason=reason)
        record_action(tx, done)
    show_line(f"case {case} is closed")


@app.command()
def accept(
    context: typer.Context,
    case: Id,
    reason: Annotated[str, typer.Option(help="Why; kept with your name.")],
) -> None:
    """Take an answer that is further from its order than the partner's file allows."""
    found = accept_deviation(open_site(context), case, actor(), _reason(reason))
    for one in found:
        show_line(str(one))
    show_line(f"case {case} is closed: the answer counts")


@app.command()
def refuse(
    context: typer.Context,
    case: Id,
    reason: Annotated[str, typer.Option(help="Why; the partner reads it.")],
) -> None:
    """Refuse such an answer: what was ordered holds, and the partner is told."""
    said = refuse_deviation(open_site(context), case, actor(), _reason(reason))
    show_line(f"case {case} is closed; the partner is told: {said}")


def _reason(reason: str) -> str:
    if not reason.strip():
        raise RefusalError("say with --reason why; the ledger keeps it")
    return reason


def _find(tx: Connection, case_id: int) -> CaseRow:
    row = find_case(tx, case_id)
    if row is None:
        raise RefusalError(f"there is no case {case_id} in the ledger; see cmgateway case list")
    return row


def _fields(row: CaseRow) -> Iterator[tuple[str, object]]:
    yield "case", f"{row.id} {row.kind}"
    yield "state", f"{row.state}, owner {row.owner}"
    yield "order", f"{row.po_number} line {row.line_number}" if row.line_number else row.po_number
    yield "about", row.subject
    yield "document", f"d{row.document_id}" if row.document_id else ""
    yield "summary", row.summary
    yield "opened", row.created_at
    yield "closed", f"{row.closed_at:%Y-%m-%d %H:%M} by {row.closed_by}" if row.closed_at else ""
    yield "resolution", row.resolution
