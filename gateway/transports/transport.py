"""What every transport does: list, fetch, settle, put."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec


class TransportError(Exception):
    """The other side did not do what was asked; trying again later may help."""


class ChangedError(TransportError):
    """The file is not as it was seen: it is still being written, or was replaced; seen again it may do."""


class Sighting(msgspec.Struct, frozen=True, kw_only=True):
    """One name in a listing, as it was at that moment; `modified_at` is UTC without a zone.

    `refused` says why it must never be taken, such as `is a symbolic link`; `is_complete` is
    whether its end says that nothing follows, or None where nobody looked.
    """

    name: str
    size: int
    modified_at: datetime | None = None
    refused: str = ""
    is_complete: bool | None = None


class Transport(Protocol):
    """A place that files come from and go to; every method raises TransportError or OSError."""

    def list(self) -> list[Sighting]:
        """Return all there is, in the order of arrival, also what must not be taken."""

    def fetch(self, sighting: Sighting) -> bytes:
        """Return the bytes of a file; raises ChangedError where it is not as it was seen."""

    def settle(self, sighting: Sighting) -> bool:
        """Remove a fetched file from the source; false where another stands under its name now."""

    def put(self, name: str, data: bytes) -> str:
        """Return the name under which the bytes now stand, whole; never overwrites others."""

    def put_all(self, files: Sequence[tuple[str, bytes]]) -> tuple[str, ...]:
        """Return what `put` would of each name and its bytes; all are safe when it returns."""
