"""Lone: files whose other part is late are read as they are, and a person is told (never silent)."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import Connection

from gateway.clock import now
from gateway.gateway import Gateway
from gateway.ledger.files import FileRow, set_file_state
from gateway.ledger.parts import list_lone_files, list_open_keys
from gateway.ledger.states import WAITING
from gateway.partners.spread import Spread, find_spread
from gateway.parts import say_missing


def give_up(gateway: Gateway, tx: Connection) -> None:
    """Let files be read as they are that waited for their other part as long as is agreed."""
    for file, spread in _list_late(gateway, tx):
        if file.state == WAITING:
            set_file_state(tx, file.id, "received", f"no {spread.other} came for it in time")


def list_missing(gateway: Gateway, tx: Connection) -> Iterator[tuple[FileRow, str]]:
    """Yield the files whose other part is late, with what is missing."""
    for file, spread in _list_late(gateway, tx):
        keys = list_open_keys(tx, file.partner, file.sha256) or []
        yield (
            file,
            f"{file.name} of {file.partner} waits since {_at(file)}: {say_missing(spread, keys)}",
        )


def _list_late(gateway: Gateway, tx: Connection) -> Iterator[tuple[FileRow, Spread]]:
    for file in list_lone_files(tx):
        known = gateway.partners.partners.get(file.partner)
        spread = find_spread(known, file.name) if known else None
        if spread and now() - file.received_at >= timedelta(hours=spread.document.wait_hours):
            yield file, spread


def _at(file: FileRow) -> str:
    return f"{file.received_at:%Y-%m-%d %H:%M} UTC"
