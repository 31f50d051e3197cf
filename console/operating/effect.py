"""Effects: what is to be done outside; the stuck ones are retried or given up by a person."""

from typing import Annotated

import typer
from sqlalchemy import Connection

from console.asked import actor, open_site
from console.operating.file import what_of
from console.operating.findings import show_actions
from console.operating.options import AsJson, Limit, Reason, State
from console.output import plain, show_fields, show_json, show_line, show_table
from console.refusal import RefusalError
from gateway.ledger.actions import Action, list_actions, record_action
from gateway.ledger.effects import EffectRow, find_effect, list_effects, retry_effect, skip_effect

app = typer.Typer(
    help="What is to be done outside: files to partners, ERP updates, events.", no_args_is_help=True
)

Key = Annotated[str, typer.Argument(help="The key, such as 12-1.")]


@app.command("list")
def list_(
    context: typer.Context, state: State = None, limit: Limit = 100, *, as_json: AsJson = False
) -> None:
    """List effects, the oldest first."""
    gateway = open_site(context)
    with gateway.ledger.read() as tx:
        rows = list_effects(tx, state, limit=limit)
    if as_json:
        show_json(rows)
        return
    show_table(
        ("key", "created (UTC)", "kind", "target", "what", "state", "attempts", "error"),
        [
            (
                row.key,
                row.created_at,
                row.kind,
                row.target,
                what_of(row),
                row.state,
                row.attempts,
                row.error,
            )
            for row in rows
        ],
    )


@app.command()
def show(context: typer.Context, key: Key, *, as_json: AsJson = False) -> None:
    """Show an effect: all it carries, and what people did about it."""
    gateway = open_site(context)
    with gateway.ledger.read() as tx:
        row = _find(tx, key)
        actions = list_actions(tx, f"effect {row.key}")
    if as_json:
        show_json(plain(row) | {"actions": plain(actions)})
        return
    show_fields([(name.replace("_", " "), value) for name, value in _fields(row)])
    show_json(row.payload)
    show_actions(actions)


@app.command()
def retry(context: typer.Context, key: Key, reason: Reason = "") -> None:
    """Make a stuck or waiting effect due now. A running `cmgateway up` does it."""
    gateway = open_site(context)
    with gateway.ledger.begin() as tx:
        row = _find(tx, key)
        retry_effect(tx, row.id)
        _record(tx, "retry", row, reason)
    show_line(f"effect {row.key} is due now")


@app.command()
def skip(
    context: typer.Context,
    key: Key,
    reason: Annotated[str, typer.Option(help="Why it need not be done; kept with your name.")],
) -> None:
    """Give a stuck or waiting effect up for good. What waits behind it goes on."""
    if not reason.strip():
        raise RefusalError("say with --reason why it need not be done; the ledger keeps it")
    gateway = open_site(context)
    with gateway.ledger.begin() as tx:
        row = _find(tx, key)
        skip_effect(tx, row.id, reason)
        _record(tx, "skip", row, reason)
    show_line(f"effect {row.key} is skipped: it will never be done")


def _find(tx: Connection, key: str) -> EffectRow:
    row = find_effect(tx, key)
    if row is None:
        raise RefusalError(f"there is no effect {key} in the ledger; see cmgateway effect list")
    return row


def _fields(row: EffectRow) -> list[tuple[str, object]]:
    names = ("key", "kind", "target", "state", "attempts", "due_at", "owner", "error", "result")
    return [(name, getattr(row, name)) for name in (*names, "order_key", "created_at", "done_at")]


def _record(tx: Connection, verb: str, row: EffectRow, reason: str) -> None:
    done = Action(actor=actor(), verb=verb, subject=f"effect {row.key}", reason=reason)
    record_action(tx, done)
