"""Pins: by which version a file is read when it is done again (B-93)."""

from dataclasses import replace

from sqlalchemy import Connection

from gateway.gateway import Gateway
from gateway.ledger.documents import DocumentQuery, DocumentRow, list_documents
from gateway.ledger.errors import LedgerError
from gateway.ledger.files import FileRow
from gateway.ledger.states import SETTLED_DOCUMENTS
from gateway.ledger.versions import VersionRow, list_publications
from gateway.versions.in_force import Published
from gateway.versions.running import load_version

NEWEST, USED = "newest", "used"
MOST = 100_000


def pin_versions(gateway: Gateway, tx: Connection, file: FileRow, wish: str = "") -> Gateway:
    """Return the gateway that reads a file as is wished; the same one where that is what runs now.

    `newest` is what runs now, `used` what each document was read by, a number that version. Without
    a wish a document that was understood is read as it was then, whatever was published since; one
    that was not is read by what runs now, which may have been mended for it. Raises LedgerError
    where a version that is wished was never published.
    """
    gateway.versions.look(tx)
    if wish == NEWEST:
        return gateway
    pins = {}
    for row in _list_again(tx, file):
        found = _find(tx, row, wish)
        runs = gateway.versions.of(file.partner).get(row.mapping)
        live = runs.live if runs else None
        if found is not None and (live is None or live.row.version != found.version):
            pins[row.mapping] = load_version(tx, found)
    return _with(gateway, file.partner, pins) if pins else gateway


def say_pins(gateway: Gateway, pinned: Gateway, partner: str) -> list[str]:
    """Return a sentence for each mapping that is read by another version than the one that runs."""
    now, then = gateway.versions.of(partner), pinned.versions.of(partner)
    found = []
    for name, one in then.items():
        runs, read = now.get(name), one.runs
        if read is not None and one is not runs:
            said = f"version {runs.runs.row.number} runs" if runs and runs.runs else "its files run"
            found.append(
                f"read by {name} version {read.row.number}, as it was; now {said}: "
                "--mapping-version newest"
            )
    return found


def _with(gateway: Gateway, partner: str, pins: dict[str, Published]) -> Gateway:
    return replace(gateway, versions=gateway.versions.pinned(partner, pins))


def _list_again(tx: Connection, file: FileRow) -> list[DocumentRow]:
    """Return the documents of a file that would be done again and named a mapping."""
    query = DocumentQuery(file_id=file.id, direction="in")
    rows = list_documents(tx, query, limit=MOST)
    left = (*SETTLED_DOCUMENTS, "duplicate", "ignored")
    return [row for row in rows if row.mapping and row.state not in left]


def _find(tx: Connection, row: DocumentRow, wish: str) -> VersionRow | None:
    """Return the version a document is to be read by, None where what runs now shall do it."""
    rows = list_publications(tx, row.partner, row.mapping)
    if wish in ("", USED):
        known = [one for one in rows if one.version == row.mapping_version]
        if wish == USED and not known:
            raise LedgerError(
                f"document d{row.id} was read by files of {row.mapping} that were never published; "
                "only --mapping-version newest can read it"
            )
        return known[-1] if known and (wish or row.content) else None
    known = [one for one in rows if str(one.number) == wish]
    if not known:
        numbers = ", ".join(dict.fromkeys(str(one.number) for one in rows)) or "none"
        raise LedgerError(
            f"{row.mapping} of {row.partner} has no version {wish}; published: {numbers}"
        )
    return known[-1]
