"""Overview: what is open, what is late and what is silent, at one look."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Column, Connection, Table, func, select

from gateway.clock import now
from gateway.ledger.cases import CaseRow, list_cases
from gateway.ledger.documents import DocumentQuery, DocumentRow, list_documents
from gateway.ledger.effects import EffectRow, list_effects
from gateway.ledger.expectations import ExpectationRow, list_open
from gateway.ledger.files import FileRow, list_held_files
from gateway.ledger.polls import PollRow, list_polls
from gateway.ledger.sightings import SightingRow, list_sightings
from gateway.ledger.states import HELD, UNFINISHED_EFFECTS, UNFINISHED_FILES
from gateway.ledger.tables import documents, effects, files

TOLD_AFTER = timedelta(minutes=1)  # a file that waits for less is only being made sure of
SILENT_AFTER = timedelta(minutes=2)  # a running gateway notes a poll every fifteen seconds


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """One channel and how it is: alive, in error, or not looked into for too long."""

    channel: str
    polled_at: datetime
    state: str  # alive, error, silent
    error: str = ""


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """The state of a site; ages are in seconds, None where nothing waits."""

    at: datetime
    files: dict[str, int]
    documents: dict[str, int]
    effects: dict[str, int]
    parked_files: list[FileRow]
    parked_documents: list[DocumentRow]
    stuck_effects: list[EffectRow]
    open_cases: list[CaseRow]
    overdue: list[ExpectationRow]
    channels: list[Channel]
    left: list[SightingRow]
    oldest_file_seconds: int | None
    oldest_effect_seconds: int | None

    @property
    def is_quiet(self) -> bool:
        """Return whether nobody has to look at anything."""
        silent = any(channel.state != "alive" for channel in self.channels)
        parked = self.parked_files or self.parked_documents
        return not (parked or self.stuck_effects or self.open_cases or self.overdue or silent)


def overview(tx: Connection, limit: int = 50) -> Overview:
    """Return the state of the site now; of each list the first `limit`."""
    at = now()
    return Overview(
        at=at,
        files=_count(tx, files),
        documents=_count(tx, documents),
        effects=_count(tx, effects),
        parked_files=list_held_files(tx, limit),
        parked_documents=[
            one for state in HELD for one in list_documents(tx, DocumentQuery(state=state), limit)
        ],
        stuck_effects=list_effects(tx, state="stuck", limit=limit),
        open_cases=list_cases(tx, limit=limit),
        overdue=list_open(tx, due_before=at)[:limit],
        channels=[_judge(row, at) for row in list_polls(tx)],
        left=[row for row in list_sightings(tx) if _is_told(row, at)][:limit],
        oldest_file_seconds=_age(tx, files, UNFINISHED_FILES, files.c.received_at),
        oldest_effect_seconds=_age(tx, effects, UNFINISHED_EFFECTS, effects.c.created_at),
    )


def _count(tx: Connection, table: Table) -> dict[str, int]:
    query = select(table.c.state, func.count()).group_by(table.c.state).order_by(table.c.state)
    return {str(state): int(number) for state, number in tx.execute(query)}


def _age(tx: Connection, table: Table, states: tuple[str, ...], begun: Column[Any]) -> int | None:
    oldest = tx.scalar(select(func.min(begun)).where(table.c.state.in_(states)))
    return None if oldest is None else max(0, int((now() - oldest).total_seconds()))


def _is_told(row: SightingRow, at: datetime) -> bool:
    """Return whether somebody may wonder why a file is still there; what is left by rule is not told."""
    return row.verdict != "ignore" and at - row.since > TOLD_AFTER


def _judge(row: PollRow, at: datetime) -> Channel:
    is_silent = at - row.polled_at > SILENT_AFTER
    state = "silent" if is_silent else "alive" if row.alive else "error"
    return Channel(channel=row.channel, polled_at=row.polled_at, state=state, error=row.error)
