"""Versions: what was published of each mapping, at which stage, and what shadows made of documents."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, Row, Select, func, select

from gateway.clock import now
from gateway.ledger.rows import delete_rows, find_row, insert_row
from gateway.ledger.tables import documents, files
from gateway.ledger.version_tables import mapping_versions, publications, shadows

Stage = Literal["test", "shadow", "live"]
Texts = dict[str, str]  # each file of a version
_NEWEST = select(func.max(publications.c.id))  # built once: it is asked with every few files


class NewVersion(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be published: of which mapping, for whom, and its content."""

    partner: str
    mapping: str
    version: str  # SHA-256 over the texts, as documents name it
    texts: Texts


class NewPublication(msgspec.Struct, frozen=True, kw_only=True):
    """At which stage a version is from now on, who says so, and why."""

    stage: Stage
    actor: str
    reason: str
    accepted: str = "{}"  # the difference that was seen and agreed to, as JSON


class VersionRow(msgspec.Struct, frozen=True, kw_only=True):
    """One version with one time it was published; `content` is read where somebody needs it."""

    id: int  # of the publication
    version_id: int
    partner: str
    mapping: str
    number: int
    version: str
    stage: Stage
    actor: str
    reason: str
    accepted: Any
    published_at: datetime


def publish_version(tx: Connection, new: NewVersion, at: NewPublication) -> int:
    """Return the number of the version, new or the one of the same content, now at a stage.

    Whoever publishes holds the versions of that mapping: see `gateway.versions.publish`.
    """
    key = {"partner": new.partner, "mapping": new.mapping}
    known = find_row(tx, mapping_versions, key | {"version": new.version})
    if known is not None:
        version_id, number = int(known["id"]), int(known["number"])
    else:
        number = _count(tx, new) + 1
        content = msgspec.json.encode(new.texts).decode()
        row = key | {"number": number, "version": new.version, "content": content}
        version_id = insert_row(tx, mapping_versions, row | {"created_at": now()})
    put = msgspec.structs.asdict(at) | {"version_id": version_id, "published_at": now()}
    insert_row(tx, publications, put)
    return number


def _count(tx: Connection, new: NewVersion) -> int:
    same = (mapping_versions.c.partner == new.partner, mapping_versions.c.mapping == new.mapping)
    found: int = tx.scalar(select(func.count()).select_from(mapping_versions).where(*same)) or 0
    return found


def find_newest(tx: Connection) -> int:
    """Return the id of the last publication of all, 0 before the first; costs next to nothing."""
    newest: int | None = tx.execute(_NEWEST).scalar()
    return newest or 0


def list_publications(
    tx: Connection, partner: str | None = None, mapping: str | None = None
) -> list[VersionRow]:
    """Return all that was published, the oldest first."""
    columns = [column for column in mapping_versions.c if column.name not in {"id", "content"}]
    query = select(publications, *columns).join(mapping_versions).order_by(publications.c.id)
    if partner is not None:
        query = query.where(mapping_versions.c.partner == partner)
    if mapping is not None:
        query = query.where(mapping_versions.c.mapping == mapping)
    return [_read_row(row) for row in tx.execute(query)]


def _read_row(row: Row[Any]) -> VersionRow:
    kept = {name: getattr(row, name) for name in VersionRow.__struct_fields__ if name != "accepted"}
    return VersionRow(**kept, accepted=msgspec.json.decode(row.accepted))


def load_texts(tx: Connection, version_id: int) -> Texts:
    """Return the files of a version, each with its text."""
    query = select(mapping_versions.c.content).where(mapping_versions.c.id == version_id)
    return msgspec.json.decode(tx.execute(query).scalar_one(), type=dict[str, str])


class Numbers:
    """Under which number what documents name was published."""

    def __init__(self, tx: Connection) -> None:
        """Read all numbers there are; they are few."""
        names = ("partner", "mapping", "version", "number")
        query = select(*(mapping_versions.c[name] for name in names))
        self._numbers = {tuple(row[:3]): int(row[3]) for row in tx.execute(query)}

    def name(self, partner: str, mapping: str, version: str) -> str:
        """Return `base/855_4010 version 3`, the start of the hash where it was never published."""
        number = self._numbers.get((partner, mapping, version))
        return f"{mapping} version {number}" if number else f"{mapping} {version[:12]}".strip()

    def find(self, partner: str, mapping: str, version: str) -> int | None:
        """Return the number, None where that content was never published."""
        return self._numbers.get((partner, mapping, version))


def record_shadow(tx: Connection, document_id: int, version_id: int, reasons: Any) -> None:
    """Keep what a version in shadow made of a document; what it made of it before is replaced."""
    key = {"document_id": document_id, "version_id": version_id}
    delete_rows(tx, shadows, key)
    text = msgspec.json.encode(reasons).decode()
    tx.execute(shadows.insert().values(key | {"reasons": text, "created_at": now()}))


class ShadowRow(msgspec.Struct, frozen=True, kw_only=True):
    """What a version in shadow made of one document."""

    document_id: int
    file: str
    place: str
    number: str
    reasons: str  # JSON


def list_shadows(tx: Connection, version_id: int) -> list[ShadowRow]:
    """Return the documents a version read in shadow, the oldest first."""
    query = (
        select(
            shadows.c.document_id,
            files.c.name.label("file"),
            documents.c.place,
            documents.c.number,
            shadows.c.reasons,
        )
        .join(documents, documents.c.id == shadows.c.document_id)
        .join(files, files.c.id == documents.c.file_id)
        .where(shadows.c.version_id == version_id)
        .order_by(shadows.c.document_id)
    )
    return [ShadowRow(**row) for row in _mappings(tx, query)]


class ReadFile(msgspec.Struct, frozen=True, kw_only=True):
    """An archived file in which a mapping read something."""

    id: int
    name: str
    sha256: str


def list_read_files(
    tx: Connection, partner: str, mappings: Iterable[str], since: datetime
) -> list[ReadFile]:
    """Return the files of a partner that hold documents of these mappings, the oldest first."""
    read = select(documents.c.file_id).where(
        documents.c.mapping.in_(list(mappings)), documents.c.direction == "in"
    )
    query = (
        select(files.c.id, files.c.name, files.c.sha256)
        .where(files.c.partner == partner, files.c.received_at >= since, files.c.id.in_(read))
        .order_by(files.c.id)
    )
    return [ReadFile(**row) for row in _mappings(tx, query)]


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What the ledger holds of one document of a file."""

    ordinal: int
    entity: str
    content: str
    id: int = 0
    number: str = ""
    sha256: str = ""  # of what was sent


def list_sent(tx: Connection, partner: str, mapping: str, since: datetime) -> list[Kept]:
    """Return what a mapping wrote for a partner, the oldest first."""
    columns = [documents.c[name] for name in Kept.__struct_fields__]
    query = select(*columns).where(
        documents.c.partner == partner,
        documents.c.mapping == mapping,
        documents.c.direction == "out",
        documents.c.created_at >= since,
    )
    return [Kept(**row) for row in _mappings(tx, query.order_by(documents.c.id))]


def list_kept(tx: Connection, file_id: int) -> dict[int, Kept]:
    """Return what the ledger holds of the documents of a file, by their ordinal."""
    query = select(documents.c.ordinal, documents.c.entity, documents.c.content).where(
        documents.c.file_id == file_id, documents.c.direction == "in"
    )
    return {row["ordinal"]: Kept(**row) for row in _mappings(tx, query)}


def has_taken_effect(tx: Connection, partner: str, mapping: str) -> bool:
    """Return whether documents this mapping reads have changed anything."""
    states = ("applied", "routed", "delivered")
    query = select(documents.c.id).where(
        documents.c.partner == partner,
        documents.c.mapping == mapping,
        documents.c.direction == "in",
        documents.c.state.in_(states),
    )
    return tx.execute(query.limit(1)).first() is not None


def _mappings(tx: Connection, query: Select[Any]) -> Iterable[Any]:
    return tx.execute(query).mappings()
