"""CloudEvents 1.0: the envelope of everything we tell other systems."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct

from canonical.entities import write_plain
from canonical.events import EVENTS
from canonical.schemas import schema_id
from canonical.shared import Entity


class EventError(Exception):
    """An event is not one of those we publish, or its data is not what its schema says."""


class CloudEvent(Struct, frozen=True, kw_only=True):
    """One event; `id` is unique for its `source`, so that a consumer can drop a repeat."""

    specversion: str = "1.0"
    id: str
    source: str
    type: str
    subject: str
    time: str
    datacontenttype: str = "application/json"
    dataschema: str
    data: dict[str, Any]


class About(Struct, frozen=True, kw_only=True):
    """What an event is about: its key, where it comes from, which order (and line), and when (UTC)."""

    key: str
    source: str
    subject: str
    at: datetime


def cloud_event(kind: str, data: Entity | dict[str, Any], about: About) -> CloudEvent:
    """Return the event, its data judged by the struct of its type; raises EventError."""
    wanted = EVENTS.get(kind)
    if wanted is None:
        raise EventError(f"there is no event type {kind}; there are {', '.join(EVENTS)}")
    plain = write_plain(data)
    try:
        entity = msgspec.convert(plain, wanted)
    except msgspec.ValidationError as error:
        raise EventError(f"the data of {kind} is not a {wanted.__name__}: {error}") from error
    return CloudEvent(
        id=about.key,
        source=about.source,
        type=kind,
        subject=about.subject,
        time=_text_of(about.at),
        dataschema=schema_id(wanted.__name__),
        data=write_plain(entity),
    )


def write_event(event: CloudEvent) -> bytes:
    """Return the event as one line of JSON, without the line end."""
    return msgspec.json.encode(event)


def _text_of(moment: datetime) -> str:
    """Return the moment as RFC 3339; without a zone it is UTC, as everything stored is."""
    known = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return known.isoformat().replace("+00:00", "Z")
