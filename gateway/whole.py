"""Whole: a file of heads and a file of lines wait for each other, and are read as one when both are there (B-87)."""

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Connection

from gateway.archive import ArchiveError
from gateway.clock import now
from gateway.gateway import Gateway
from gateway.ledger.arriving import Arrival, record_file
from gateway.ledger.documents import DocumentQuery, list_documents, set_document_state
from gateway.ledger.files import FileRow, find_file, mark_settled, set_file_state
from gateway.ledger.findings import record_findings
from gateway.ledger.observations import Observation
from gateway.ledger.parts import (
    NewPart,
    PartRow,
    Whose,
    close_parts,
    hold_parts,
    list_open_keys,
    list_open_parts,
    record_parts,
)
from gateway.ledger.states import HELD, WAITING
from gateway.partners import Partner
from gateway.partners.spread import MARK, Spread, find_spread
from gateway.parts import Part, read_part, say_missing
from translators.findings import Finding
from translators.tabular.joined import Joined, write_joined
from translators.tabular.rows import Row

MOST_DOCUMENTS = 100_000
_LONGEST_KEY, _LONGEST_HEAD, _LONGEST_LINES = 200, 45, 200  # characters, as the ledger keeps them


@dataclass(slots=True)
class _Desk:
    """Where parts are joined: one transaction, and the parts read in it by their bytes."""

    gateway: Gateway
    tx: Connection
    partner: Partner
    known: dict[str, Part | list[Finding]] = field(default_factory=dict)


def record_part(gateway: Gateway, tx: Connection, file: FileRow, part: Part) -> list[FileRow]:
    """Return the file as it is now, and the one that was read of it and its other parts, if all came."""
    whose = Whose(partner=file.partner, mapping=part.spread.document.mapping)
    hold_parts(tx, whose)
    some = [NewPart(key=cut_key(key), number=part.announced[key]) for key in part.rows]
    if not record_parts(tx, file.id, whose, part.spread.role, some):
        return [file]  # seen again before its source was removed
    if part.findings:
        record_findings(tx, part.findings, file_id=file.id)
    desk = _Desk(gateway, tx, gateway.partners.get(file.partner), {file.sha256: part})
    whole = _join(desk, part.spread, [one.key for one in some])
    if file.state == "received":
        _settle(tx, file, part.spread, whole)
    return [find_file(tx, file.id) or file, *([whole] if whole else [])]


def _join(desk: _Desk, spread: Spread, keys: list[str]) -> FileRow | None:
    """Return the file made of all that is complete now, None where nothing is."""
    whose = Whose(partner=desk.partner.name, mapping=spread.document.mapping)
    waits: dict[str, list[PartRow]] = {key: [] for key in keys}
    for row in list_open_parts(desk.tx, whose, keys):
        if _counts(row, spread):
            waits[row.key].append(row)
    joined, used, closed = [], dict[int, PartRow](), list[PartRow]()
    for key, rows in waits.items():
        chosen = _choose(rows)
        one = _read_joined(desk, key, chosen)
        if one is not None:
            joined.append(one)
            used |= {row.file_id: row for row in chosen}
            closed += rows
    if not joined:
        return None
    whole = _record_whole(desk, spread, joined, list(used.values()))
    close_parts(desk.tx, [row.id for row in closed], whole.id)
    for file_id in {row.file_id for row in closed}:
        _end_waiting(desk.tx, file_id, whole)
    return whole


def _counts(row: PartRow, spread: Spread) -> bool:
    """Return whether a part may be joined: a repeated file stands for the first for a while only."""
    late = now() - row.received_at > timedelta(hours=spread.document.wait_hours)
    return row.state in (WAITING, "received", *HELD) or (row.state == "duplicate" and not late)


def _choose(rows: list[PartRow]) -> list[PartRow]:
    """Return the newest head and its lines, or nothing while they are not complete.

    Where the head says how many lines there are, they may come in several files; else the newest has them.
    """
    head = next((row for row in rows if row.role == "head"), None)
    lines = {row.sha256: row for row in reversed(rows) if row.role == "lines"}  # each bytes once
    newest = sorted(lines.values(), key=lambda row: -row.id)
    if head is None or not newest:
        return []
    if not head.number:
        return [head, newest[0]]
    total, taken = 0, list[PartRow]()
    for row in newest:
        total += row.number
        taken.insert(0, row)
        if total >= head.number:
            break
    return [head, *taken] if total == head.number else []


def _read_joined(desk: _Desk, key: str, chosen: list[PartRow]) -> Joined | None:
    rows = [(row.role, _load(desk, row).get(key, [])) for row in chosen]
    heads = [row for role, some in rows if role == "head" for row in some]
    lines = [row for role, some in rows if role == "lines" for row in some]
    return Joined(heads[0], tuple(lines)) if heads and lines else None


def _load(desk: _Desk, row: PartRow) -> dict[str, list[Row]]:
    """Return the rows of a part; none where its bytes, or the rule that reads them, are gone."""
    if row.sha256 not in desk.known:
        desk.known[row.sha256] = _read(desk, row)
    part = desk.known[row.sha256]
    return {} if isinstance(part, list) else {cut_key(key): some for key, some in part.rows.items()}


def _read(desk: _Desk, row: PartRow) -> Part | list[Finding]:
    spread = find_spread(desk.partner, row.name)
    try:
        data = desk.gateway.archive.load(row.sha256)
    except ArchiveError:
        return []
    shelf = desk.gateway.for_partner(desk.partner.name).shelf
    return read_part(shelf, spread, data) if spread else []


def _record_whole(
    desk: _Desk, spread: Spread, joined: list[Joined], used: list[PartRow]
) -> FileRow:
    part = next(one for one in desk.known.values() if isinstance(one, Part))
    data = write_joined(joined, spread.document.by, part.options)
    heads = [row for row in used if row.role == "head"]
    lines = [row for row in used if row.role == "lines"]
    first = find_file(desk.tx, lines[-1].file_id)
    of = ", ".join(f"{row.name} (file {row.file_id})" for row in [*heads, *lines])
    look = Observation(at=now(), verdict="take", reason=f"read together of {of}", size=len(data))
    arrival = Arrival(
        partner=desk.partner.name,
        channel=first.channel if first else "",
        name=_plain(heads[-1].name)[-_LONGEST_HEAD:]
        + MARK
        + _plain(lines[-1].name)[-_LONGEST_LINES:],
        sha256=desk.gateway.archive.store(data),
        size=len(data),
        observations=(look,),
    )
    whole = record_file(desk.tx, arrival)
    mark_settled(desk.tx, whole.id)  # there is nothing of it at the source
    return whole


def _plain(name: str) -> str:
    return name.rpartition("/")[2]


def cut_key(key: str) -> str:
    """Return a key as the ledger keeps it."""
    return key[:_LONGEST_KEY].replace("\x00", "")


def _end_waiting(tx: Connection, file_id: int, whole: FileRow) -> None:
    """Call a file that waited, or was given up, ignored when nothing of it waits any longer."""
    file = find_file(tx, file_id)
    if file is None or file.state not in (WAITING, *HELD):
        return
    if list_open_keys(tx, file.partner, file.sha256):
        return
    why = f"read together with its other part as file {whole.id}"
    query = DocumentQuery(file_id=file.id, direction="in")
    for row in list_documents(tx, query, limit=MOST_DOCUMENTS):
        if row.state in HELD:
            set_document_state(tx, row.id, "ignored", why)
    set_file_state(tx, file.id, "ignored", why)


def _settle(tx: Connection, file: FileRow, spread: Spread, whole: FileRow | None) -> None:
    """Say of a file that has just come what became of it: it waits, or was read with another."""
    keys = list_open_keys(tx, file.partner, file.sha256)
    if keys:
        set_file_state(tx, file.id, WAITING, say_missing(spread, keys, came="came yet"))
    elif whole is not None:
        why = f"read together with its other part as file {whole.id}"
        set_file_state(tx, file.id, "ignored", why)
