"""Quota: what a channel brings beyond its share waits at its source, so that others are not delayed."""

from datetime import timedelta

from sqlalchemy import Connection

from gateway.clock import now
from gateway.ledger.brought import Brought, count_arrivals
from gateway.partners.partner import MEGABYTE, TakeRules
from gateway.transports.stability import Decision

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def has_quota(take: TakeRules) -> bool:
    """Return whether the channel has a share at all."""
    return take.max_files_per_hour is not None or take.max_megabytes_per_day is not None


def hold_to_quota(
    tx: Connection, channel: str, take: TakeRules, decisions: list[Decision]
) -> list[Decision]:
    """Return the decisions, those beyond the share turned from take to hold, the oldest first served."""
    hour = count_arrivals(tx, channel, now() - HOUR)
    day = count_arrivals(tx, channel, now() - DAY)
    held = []
    for decision in decisions:
        size = decision.sighting.size
        if decision.verdict != "take":
            held.append(decision)
        elif sentence := find_excess(take, hour, day, size):
            held.append(Decision(sighting=decision.sighting, verdict="hold", reason=sentence))
        else:
            held.append(decision)
            hour, day = _add(hour, size), _add(day, size)
    return held


def find_excess(take: TakeRules, hour: Brought, day: Brought, size: int) -> str:
    """Return why one more file of this size is too much, or nothing."""
    files, megabytes = take.max_files_per_hour, take.max_megabytes_per_day
    if files is not None and hour.files >= files:
        return f"over its quota of {files} files in an hour"
    # A file larger than the whole share would wait for ever: alone it is taken.
    if megabytes is not None and day.size and day.size + size > megabytes * MEGABYTE:
        return f"over its quota of {megabytes:g} megabytes in a day"
    return ""


def _add(brought: Brought, size: int) -> Brought:
    return Brought(files=brought.files + 1, size=brought.size + size)
