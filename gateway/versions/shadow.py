"""Shadow: what a version beside the live one makes of a document; it cannot disturb the live one."""

from collections import defaultdict
from itertools import islice

import msgspec

from gateway.versions.in_force import InForce
from gateway.versions.pairs import map_fully
from gateway.versions.reasons import Reason, list_reasons
from translators.document import Document
from translators.mapper.causes import Cause
from translators.mapper.changes import Change
from translators.mapper.read_mapping import Mapped, ReadMapping
from translators.reading import read_documents, reads_alike

MOST_REASONS = 200  # kept of one document


class Shadow(msgspec.Struct, frozen=True, kw_only=True):
    """What differs of one document, by which version in shadow."""

    version_id: int
    reasons: list[Reason]


def read_in_shadow(
    published: InForce | None, reader: ReadMapping, data: bytes
) -> dict[int, Document] | None:
    """Return the documents of a file as the version in shadow reads it, by ordinal.

    None where there is none, or where it makes the same documents of a file.
    """
    shadow = published.shadow if published else None
    beside = shadow.mapping if shadow else None
    if not isinstance(beside, ReadMapping) or reads_alike(reader, beside):
        return None
    try:
        documents = dict(enumerate(read_documents(data, beside), start=1))
    except Exception:  # noqa: BLE001 the live document goes on, whatever a shadow does
        _tell_failure(beside.name)
        documents = {}
    return defaultdict(lambda: Document(kind="", place="", content=None), documents)


def compare_in_shadow(published: InForce, document: Document, live: Mapped) -> Shadow | None:
    """Return what the version in shadow makes otherwise of a document; None where there is none."""
    shadow = published.shadow
    if shadow is None:
        return None
    try:
        beside = shadow.mapping
        new = map_fully(beside, document) if isinstance(beside, ReadMapping) else None
        reasons = list(islice(list_reasons(published.find_causes(), live, new), MOST_REASONS))
    except Exception as error:  # noqa: BLE001 as above
        # Whatever it does, the live document goes on; that it failed is what is told of it.
        _tell_failure(shadow.row.mapping)
        cause = Cause(where=shadow.row.mapping, what=f"{type(error).__name__}: {error}"[:300])
        reasons = [((cause,), Change(path="", kind="removed", old=shadow.row.mapping))]
    return Shadow(version_id=shadow.row.version_id, reasons=reasons)


def _tell_failure(mapping: str) -> None:
    import structlog  # noqa: PLC0415 a tenth of a second, needed where something failed

    structlog.get_logger().exception("a version in shadow failed", mapping=mapping)
