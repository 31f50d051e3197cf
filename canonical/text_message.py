"""TextMessage: words for people, sent as a document (X12 864)."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from canonical.shared import Entity, Party, Text


class Message(Entity, frozen=True, kw_only=True):
    """One message, line by line as it was sent; blank lines are left out."""

    number: Text
    subject: str | None = None
    lines: tuple[str, ...] = ()


class TextMessage(Entity, frozen=True, kw_only=True):
    """Messages for a person to read; no machine acts on them."""

    purpose: Literal["original", "cancel", "replace", "other"] = "original"
    subject: str | None = None
    sent_on: date | None = None
    parties: tuple[Party, ...] = ()
    messages: Annotated[tuple[Message, ...], Meta(min_length=1)]
