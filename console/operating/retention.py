"""Retention: what is deleted from the archive after its time, and the proof of what was."""

from typing import Annotated

import typer

from console.asked import actor, open_site
from console.operating.options import AsJson, DryRun, Limit, Reason
from console.output import plain, show_json, show_line, show_table
from console.refusal import RefusalError
from gateway.clock import now
from gateway.counted import counted
from gateway.ledger.deletions import list_deletions
from gateway.retention import Due, delete_due, list_due

app = typer.Typer(
    help="What is deleted from the archive after its time; proofs.", no_args_is_help=True
)


@app.command()
def due(context: typer.Context, *, as_json: AsJson = False) -> None:
    """List what is older than its partners' `retention`, and why some of it is kept all the same."""
    gateway = open_site(context)
    with gateway.ledger.read() as tx:
        found = [*list_due(gateway, tx, now())]
    if as_json:
        show_json(plain(found))
        return
    _show_due(found)
    going = sum(not one.kept for one in found)
    show_line(f"{going} of {len(found)} would be deleted: cmgateway retention delete --reason …")


@app.command()
def delete(
    context: typer.Context, reason: Reason, *, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Delete from the archive what is due and nobody needs; its size, hash, rule and time are kept.

    What the ledger knows of a file stays: only its bytes go.
    """
    if dry_run:
        due(context, as_json=as_json)
        return
    if not reason.strip():
        raise RefusalError("say with --reason why; the ledger keeps it")
    gone = delete_due(open_site(context), actor=actor(), reason=reason.strip())
    if as_json:
        show_json(plain(gone))
        return
    size = sum(one.size for one in gone)
    show_line(f"{counted(len(gone), 'file')} deleted, {size:,} bytes: cmgateway retention proofs")


@app.command()
def proofs(
    context: typer.Context,
    sha256: Annotated[str, typer.Argument(help="A SHA-256 or its beginning; else all.")] = "",
    limit: Limit = 100,
    *,
    as_json: AsJson = False,
) -> None:
    """List what was deleted: hash, size, when, by which rule, who and why."""
    gateway = open_site(context)
    with gateway.ledger.read() as tx:
        found = [*list_deletions(tx, sha256, limit)]
    if as_json:
        show_json(plain(found))
        return
    show_table(
        ("deleted (UTC)", "SHA-256", "bytes", "what it was", "rule", "by", "reason"),
        [
            (
                one.deleted_at or "begun",
                one.sha256,
                one.size,
                ", ".join(one.what),
                one.rule,
                one.actor,
                one.reason,
            )
            for one in found
        ],
    )


def _show_due(found: list[Due]) -> None:
    show_table(
        ("SHA-256", "what it is", "rule", "kept because"),
        [(one.sha256[:12], ", ".join(one.what), one.rule, one.kept) for one in found],
    )
