"""Trial: what comes of each document of a file, beside the segments or rows it comes from."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import msgspec

from canonical.entities import write_json
from console.authoring.beside import Beside, put_beside
from console.authoring.choice import Choice
from console.authoring.reading import ReadPart, read_documents
from translators.document import Document
from translators.findings import Finding, without_repeats
from translators.mapper.explain import Value, explain
from translators.mapper.pieces import list_pieces
from translators.mapper.read_mapping import ReadMapping

MOST_PIECES = 200  # shown of a file, unless all are asked for
MOST_VALUES = 20 * MOST_PIECES


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one document; `pieces` only of those shown beside their source."""

    place: str
    kind: str = ""
    mapping: str = ""
    makes: str = ""
    entity: Any = None
    findings: list[Finding] = []
    pieces: list[Beside] = []
    further: int = 0  # pieces that are not shown
    values: list[Value] = []


@dataclass(slots=True)
class Room:
    """How many pieces may still be shown beside their source; None for all of them."""

    left: int | None

    def is_full(self) -> bool:
        """Return whether no more is shown: what comes may be read the quick way."""
        return self.left == 0

    def take(self, pieces: int) -> None:
        """Note that so many more are shown."""
        if self.left is not None:
            self.left = max(0, self.left - pieces)


def list_trials(data: bytes, choice: Choice, most: int | None) -> Iterator[Trial]:
    """Yield what comes of each document and envelope; so many pieces are put beside their source."""
    room = Room(most)
    for part in read_documents(data, choice, quick=room.is_full):
        trial = _try_part(part, choice, room.left)
        room.take(len(trial.pieces))
        yield trial


def _try_part(part: ReadPart, choice: Choice, left: int | None) -> Trial:
    document = part.document
    if document is None:
        return Trial(place=part.place, findings=part.findings)
    reader = choice.find(document) if document.content is not None else []
    if isinstance(reader, list):
        return Trial(place=part.place, kind=document.kind, findings=[*part.findings, *reader])
    if left == 0 or hasattr(document.content, "map_by"):
        mapped = reader.map(document)
        further = without_repeats(part.findings, mapped.findings)
        return Trial(
            place=part.place,
            kind=document.kind,
            mapping=reader.name,
            makes=reader.entity,
            entity=_plain(mapped.entity),
            findings=[*part.findings, *further],
        )
    return _put_beside(part, document, reader, left)


def _put_beside(part: ReadPart, document: Document, reader: ReadMapping, left: int | None) -> Trial:
    explained = explain(reader.source, document)
    further = without_repeats(part.findings, explained.mapped.findings)
    findings = [*part.findings, *further]
    values = list(islice(explained.list_values(), None if left is None else MOST_VALUES))
    pieces = list(list_pieces(document.content))
    beside = list(put_beside(pieces[:left], values, findings))
    return Trial(
        place=part.place,
        kind=document.kind,
        mapping=reader.name,
        makes=reader.entity,
        entity=_plain(explained.mapped.entity),
        findings=findings,
        pieces=beside,
        further=max(0, len(pieces) - len(beside)),
        values=[value for value in values if not value.source],
    )


def _plain(entity: Any) -> Any:
    return None if entity is None else msgspec.json.decode(write_json(entity))
