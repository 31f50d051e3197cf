"""Files: what arrived, what was found in it, what was answered and what it caused."""

from typing import Annotated

import typer
from sqlalchemy import Connection

from console.asked import actor, open_site
from console.operating.compare import list_pairs, show_pairs
from console.operating.findings import show_actions, show_found
from console.operating.history import find_left, show_history, show_left
from console.operating.options import AsJson, Limit, PartnerName, State
from console.output import plain, show_fields, show_json, show_line, show_table
from console.refusal import RefusalError
from console.shape import brief, cut
from gateway.close import close_file
from gateway.counted import counted
from gateway.ledger.actions import list_actions
from gateway.ledger.documents import DocumentQuery, DocumentRow, list_documents
from gateway.ledger.effects import EffectRow, list_effects
from gateway.ledger.files import FileRow, find_file, list_files
from gateway.ledger.findings import list_findings
from gateway.ledger.versions import Numbers

app = typer.Typer(help="What arrived and what became of it.", no_args_is_help=True)

MOST = 10_000


@app.command("list")
def list_(
    context: typer.Context,
    state: State = None,
    partner: PartnerName = None,
    limit: Limit = 100,
    *,
    as_json: AsJson = False,
) -> None:
    """List files, the newest first."""
    gateway = open_site(context)
    with gateway.ledger.read() as tx:
        rows = list_files(tx, state, partner, limit)
    if as_json:
        show_json(rows)
        return
    show_table(
        ("id", "received (UTC)", "partner", "name", "state", "reason"),
        [
            (row.id, row.received_at, row.partner, cut(row.name), row.state, brief(row.reason))
            for row in rows
        ],
    )


@app.command()
def show(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help="Id, start of the SHA-256 (6 or more), or name.")],
    *,
    history: Annotated[
        bool, typer.Option("--history", help="Show every look at it before it was taken, and why.")
    ] = False,
    raw: Annotated[bool, typer.Option("--raw", help="Write the archived bytes only.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show a file with its documents, findings, answers and effects; one not taken, with why not."""
    gateway = open_site(context)
    with gateway.ledger.read() as tx:
        if find_file(tx, key) is None and (left := find_left(tx, key)) is not None:
            show_left(left, as_json=as_json)
            return
        file = _find(tx, key)
        if raw:
            typer.echo(gateway.archive.load(file.sha256), nl=False)
        elif as_json:
            show_json(_describe(tx, file))
        else:
            _show(tx, file, history=history)


@app.command()
def compare(
    context: typer.Context,
    first: Annotated[str, typer.Argument(help="Id, start of the SHA-256 (6 or more), or name.")],
    second: Annotated[str, typer.Argument(help="The other one.")],
    *,
    whole: Annotated[bool, typer.Option("--all", help="Show what is alike, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show two files side by side, segment by segment or line by line, where they differ."""
    gateway = open_site(context)
    with gateway.ledger.read() as tx:
        one, other = _find(tx, first), _find(tx, second)
    pairs = list_pairs(gateway, one, other, whole=whole)
    if as_json:
        show_json(pairs)
    else:
        show_pairs(one, other, pairs)


@app.command()
def close(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help="Id, start of the SHA-256 (6 or more), or name.")],
    reason: Annotated[str, typer.Option(help="Why nothing more is to be done; kept.")],
) -> None:
    """Close a parked file that needs nothing more. It becomes ignored; what took effect stays."""
    if not reason.strip():
        raise RefusalError("say with --reason why nothing more is to be done; the ledger keeps it")
    gateway = open_site(context)
    with gateway.ledger.begin() as tx:
        file = _find(tx, key)
        given_up = close_file(tx, file, actor=actor(), reason=reason.strip())
    with_it = f", with {counted(given_up, 'document')} that took no effect" if given_up else ""
    show_line(f"file {file.id} is closed{with_it}")


def _find(tx: Connection, key: str) -> FileRow:
    file = find_file(tx, key)
    if file is None:
        raise RefusalError(f"there is no file {key} in the ledger; see cmgateway file list")
    return file


def _list_parts(tx: Connection, file: FileRow) -> tuple[list[DocumentRow], list[DocumentRow]]:
    """Return the documents of a file and the answers to it, in the order of the file."""
    rows = list_documents(tx, DocumentQuery(file_id=file.id), limit=MOST)
    rows.sort(key=lambda row: abs(row.ordinal))
    came = [row for row in rows if row.direction == "in"]
    return came, [row for row in rows if row.direction == "out"]


def _list_effects(tx: Connection, rows: list[DocumentRow]) -> list[EffectRow]:
    return [one for row in rows for one in list_effects(tx, document_id=row.id, limit=MOST)]


def _describe(tx: Connection, file: FileRow) -> dict[str, object]:
    came, answers = _list_parts(tx, file)
    head: dict[str, object] = plain(file)
    numbers = Numbers(tx)
    return head | {
        "documents": [
            plain(row)
            | {"mapping_number": numbers.find(row.partner, row.mapping, row.mapping_version)}
            for row in came
        ],
        "findings": [
            plain(row.finding) | {"document_id": row.document_id}
            for row in list_findings(tx, file_id=file.id)
        ],
        "answers": answers,
        "effects": _list_effects(tx, came + answers),
        "actions": list_actions(tx, f"file {file.id}"),
    }


def _show(tx: Connection, file: FileRow, *, history: bool) -> None:
    came, answers = _list_parts(tx, file)
    _show_head(file)
    if history:
        show_history(file.observations)
    _show_documents("documents", came, Numbers(tx))
    show_found(list_findings(tx, file_id=file.id))
    _show_documents("answers", answers, Numbers(tx))
    show_effects(_list_effects(tx, came + answers))
    show_actions(list_actions(tx, f"file {file.id}"))


def _show_head(file: FileRow) -> None:
    show_fields(
        [
            ("file", f"{file.id} {file.name}"),
            ("partner", f"{file.partner}, channel {file.channel}"),
            ("state", f"{file.state}{f': {file.reason}' if file.reason else ''}"),
            ("received", f"{file.received_at:%Y-%m-%d %H:%M:%S} UTC, {file.size} bytes"),
            ("sha256", file.sha256),
            ("duplicate of", file.duplicate_of),
        ]
    )


def _show_documents(title: str, rows: list[DocumentRow], numbers: Numbers) -> None:
    if rows:
        show_line(f"\n{title}")
        show_table(
            ("document", "kind", "entity", "number", "place", "state", "mapping"),
            [
                (
                    f"d{row.id}",
                    row.kind,
                    row.entity,
                    cut(row.number),
                    row.place,
                    row.state,
                    numbers.name(row.partner, row.mapping, row.mapping_version),
                )
                for row in rows
            ],
        )


def show_effects(rows: list[EffectRow]) -> None:
    """Write the effects of documents as a table, where there are any."""
    if rows:
        show_line("\neffects")
        show_table(
            ("key", "kind", "target", "what", "state", "attempts", "error"),
            [
                (one.key, one.kind, one.target, what_of(one), one.state, one.attempts, one.error)
                for one in rows
            ],
        )


def what_of(effect: EffectRow) -> str:
    """Return what an effect does: the file's name (cut where it is long), the command or the event."""
    for name in ("name", "command", "type"):
        if effect.payload.get(name):
            return cut(str(effect.payload[name]))
    return ""
