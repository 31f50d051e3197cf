"""Drift: a table whose header is not the one that was taken last is held, with what is likely meant (F11)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Connection

from gateway.agreed import ReadDocument, find_format, read_agreed
from gateway.archive import ArchiveError
from gateway.gateway import Gateway
from gateway.ledger.actions import Action, record_action
from gateway.ledger.cases import NewCase, close_case, find_open_case, open_case
from gateway.ledger.files import FileRow, find_file
from gateway.ledger.headers import HeaderRow, find_header, record_header
from gateway.ledger.orders import list_orders
from gateway.partners import Partner, PartnerError
from translators.document import Document
from translators.findings import Finding
from translators.mapper.read_mapping import ReadMapping
from translators.mapper.row_format import RowFormat
from translators.reading import read_documents
from translators.tabular.rows import Row

if TYPE_CHECKING:
    from translators.drafting.resemble import Alias

DRIFT = "header-drift"
MOST_ORDERS = 2_000
GATEWAY = "the gateway"
_UNNAMED = "column "  # a header that lacks is called by its place


class Drift(msgspec.Struct, frozen=True, kw_only=True):
    """What is other than in the last table: columns that are gone, new ones, and what is likely meant."""

    partner: str
    mapping: str
    before: tuple[str, ...]
    now: tuple[str, ...]
    lost: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()  # of those that are gone, what the mapping has no other for
    moved: tuple[str, ...] = ()  # columns without a name, which are known by their place alone
    aliases: "tuple[Alias, ...]" = ()


def guard(
    gateway: Gateway, partner: Partner, parts: Iterable[ReadDocument]
) -> Iterator[ReadDocument]:
    """Yield the documents of a file; those of a table that drifted say so, and are held by it."""
    read = list(parts)
    drift = find_drift(gateway, partner, read)
    for part in read:
        if drift is not None and rows_of(part.document):
            part.document.findings.append(_tell(drift))
        yield part


def find_drift(gateway: Gateway, partner: Partner, parts: Sequence[ReadDocument]) -> Drift | None:
    """Return how the header of a table differs, where the mapping would miss something."""
    first = next((one for one in parts if one.agreement and rows_of(one.document)), None)
    if first is None or first.agreement is None:
        return None
    reader = gateway.shelf.find_reader(first.agreement.mapping)
    if not isinstance(reader, ReadMapping) or not isinstance(reader.format, RowFormat):
        return None
    rows = [row for one in parts for row in rows_of(one.document)]
    now = tuple(rows[0].values)
    with gateway.ledger.read() as tx:
        known = find_header(tx, partner.name, reader.name)
        drift = _compare(partner, reader, known, now)
        if drift is None:
            return None
        found = _find_aliases(gateway, tx, drift, reader, known, rows)
    if known is None and not found:
        return None  # the first of its kind: what it lacks is told, and may never have been there
    return msgspec.structs.replace(drift, aliases=tuple(found))


def find_file_drift(gateway: Gateway, file: FileRow) -> Drift | None:
    """Return how the header of a file differs for what `gateway` reads it by, as that is now."""
    partner = gateway.partners.get(file.partner)
    data = gateway.archive.load(file.sha256)
    parts = list(read_agreed(gateway.shelf, partner, file.name, data, find_format(data)))
    return find_drift(gateway, partner, parts)


def say_unpublished(gateway: Gateway, file: FileRow) -> str:
    """Return that the files of a mapping know a header which the version that runs does not, or ''."""
    try:
        drift = find_file_drift(gateway.look_for_versions().for_partner(file.partner), file)
        if drift is None or find_file_drift(gateway, file) is not None:
            return ""
    except (ArchiveError, PartnerError):  # its bytes are gone, or its partner is
        return ""
    return (
        f"mappings/{drift.mapping}.yaml knows this header by now, and what runs is a published "
        f"version that does not: cmgateway mapping publish {drift.partner} {drift.mapping} "
        f"--reason …, then cmgateway rerun {file.id}"
    )


def _compare(
    partner: Partner, reader: ReadMapping, known: HeaderRow | None, now: tuple[str, ...]
) -> Drift | None:
    if not isinstance(reader.format, RowFormat):
        return None
    read, needed = reader.format.read, reader.format.needed
    before = known.columns if known else tuple(sorted(read))
    lost = tuple(name for name in before if name in read and name not in now)
    unnamed = [name for name in read & set(now) if name.startswith(_UNNAMED)]
    moved = tuple(sorted(unnamed)) if known and _is_moved(before, now) else ()
    if not lost and not moved:
        return None
    return Drift(
        partner=partner.name,
        mapping=reader.name,
        before=before,
        now=now,
        lost=lost,
        needed=tuple(name for name in lost if name in needed),
        moved=moved,
    )


def _is_moved(before: tuple[str, ...], now: tuple[str, ...]) -> bool:
    """Return whether a column may stand at another place than before."""
    return before != now[: len(before)]


def _find_aliases(  # noqa: PLR0913, PLR0917 all that is known of a table
    gateway: Gateway,
    tx: Connection,
    drift: Drift,
    reader: ReadMapping,
    known: HeaderRow | None,
    rows: Sequence[Row],
) -> "list[Alias]":
    from translators.drafting.resemble import find_aliases  # noqa: PLC0415 only a drift needs it
    from translators.drafting.words import FILE, load_words  # noqa: PLC0415 as above

    orders = [row.entity for row in list_orders(tx, partner=drift.partner, limit=MOST_ORDERS)]
    words = load_words(gateway.shelf.library.find_file(FILE))
    before = _load_rows(gateway, tx, reader, known)
    return find_aliases(drift.lost, before, rows, orders, words)


def _load_rows(
    gateway: Gateway, tx: Connection, reader: ReadMapping, known: HeaderRow | None
) -> list[Row]:
    """Return the rows of the last table that was taken; none where its bytes are gone."""
    file = find_file(tx, known.file_id) if known else None
    try:
        data = gateway.archive.load(file.sha256) if file else b""
    except ArchiveError:
        return []
    return [row for one in read_documents(data, reader) for row in rows_of(one)] if data else []


def rows_of(document: Document) -> Sequence[Row]:
    """Return the rows of a document, none where it has none."""
    rows = document.content
    return rows if isinstance(rows, list) and rows and isinstance(rows[0], Row) else ()


def _tell(drift: Drift) -> Finding:
    return Finding(
        level="error",
        code=DRIFT,
        sentence=describe(drift),
        advice="send the columns as before, or tell us that they changed; nothing was taken",
        place="header",
        rule=f"{drift.mapping}.yaml",
    )


def describe(drift: Drift) -> str:
    """Return what is other than before, in a sentence."""
    by_column = {one.column: one for one in drift.aliases}
    parts = []
    for name in drift.lost:
        alias = by_column.get(name)
        now = "and no new column is like it"
        if alias is not None:
            why = "; ".join(alias.evidence)
            now = f"{alias.found!r} seems to be it now ({alias.confidence:.2f}: {why})"
        parts.append(f"column {name!r} is gone, {now}")
    if drift.moved:
        parts.append(f"columns stand elsewhere, and {', '.join(drift.moved)} is known by its place")
    return "; ".join(parts)


def remember(tx: Connection, partner: str, mapping: str, document: Document, file_id: int) -> None:
    """Keep the header of a table that is taken; a case about another one ends with it."""
    rows = rows_of(document)
    if not rows:
        return
    case = find_open_case(tx, DRIFT, subject_of(partner, mapping))
    if case is not None:
        close_case(tx, case.id, GATEWAY, f"file {file_id} came with a header that is known")
    columns = tuple(rows[0].values)
    known = find_header(tx, partner, mapping)
    if known is None or known.columns != columns:
        record_header(tx, partner, mapping, columns, file_id)


def open_drift_case(tx: Connection, partner: str, file_id: int, finding: Finding) -> None:
    """Open the case of a header that drifted, with the commands that settle it."""
    mapping = finding.rule.removesuffix(".yaml")
    summary = (
        f"file {file_id} of {partner} is held: {finding.sentence}. See cmgateway mapping header"
        f" {file_id}; accept it with --accept --reason, then cmgateway rerun {file_id}"
    )
    new = NewCase(kind=DRIFT, owner="ops", summary=summary, subject=subject_of(partner, mapping))
    open_case(tx, new)


def subject_of(partner: str, mapping: str) -> str:
    """Return what the case of a header is about."""
    return f"header of {partner}, {mapping}"


def accept(tx: Connection, drift: Drift, file_id: int, action: Action) -> None:
    """Record that a header holds from now on: what is gone is gone, what has another name is known by it."""
    named = {one.found: one.column for one in drift.aliases}
    columns = tuple(named.get(name, name) for name in drift.now)
    record_header(tx, drift.partner, drift.mapping, columns, file_id)
    record_action(tx, action)
    case = find_open_case(tx, DRIFT, subject_of(drift.partner, drift.mapping))
    if case is not None:
        close_case(tx, case.id, action.actor, action.reason)
