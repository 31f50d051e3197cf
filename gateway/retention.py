"""Retention: bytes are deleted after the days agreed with their partners, never while anything needs them (B-95)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection

from gateway.archive import ArchiveError
from gateway.clock import now
from gateway.gateway import Gateway
from gateway.ledger.deletions import (
    FINISHED,
    Deletion,
    Needs,
    Use,
    decide_deletion,
    end_deletion,
    find_needs,
    list_deletions,
    list_old_hashes,
    list_uses,
)

TOGETHER = 200
MOST = 1_000_000


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes whose days are over; `kept` says why they stay all the same."""

    sha256: str
    what: list[str]
    rule: str
    kept: str = ""


def list_due(gateway: Gateway, tx: Connection, at: datetime) -> Iterator[Due]:
    """Yield all whose days are over for at least one partner, with what still needs it."""
    hashes = set[str]()
    for partner in gateway.partners.list_partners():
        if (days := partner.retention.days) is not None:
            hashes.update(list_old_hashes(tx, partner.name, at - timedelta(days=days)))
    needs = find_needs(tx)
    for some in _share(sorted(hashes)):
        uses: dict[str, list[Use]] = {sha256: [] for sha256 in some}
        for use in list_uses(tx, some):
            uses[use.sha256].append(use)
        for sha256, mine in uses.items():
            rules = [_rule_of(gateway, use) for use in mine]
            kept = next((why for use in mine if (why := _why_kept(gateway, use, needs, at))), "")
            yield Due(
                sha256=sha256,
                what=[use.what for use in mine],
                rule="; ".join(dict.fromkeys(rules)),
                kept=kept,
            )


def delete_due(gateway: Gateway, *, actor: str, reason: str) -> list[Deletion]:
    """Return the proofs of what was deleted; each was committed as decided before its bytes went."""
    _end_begun(gateway)
    with gateway.ledger.read() as tx:
        due = [one for one in list_due(gateway, tx, now()) if not one.kept]
    gone: list[Deletion] = []
    for one in due:
        gone += _delete(gateway, one, actor, reason)
    return gone


def _delete(gateway: Gateway, due: Due, actor: str, reason: str) -> Iterator[Deletion]:
    decided = Deletion(
        sha256=due.sha256,
        size=_size_of(gateway, due.sha256),
        what=due.what,
        rule=due.rule,
        actor=actor,
        reason=reason,
        decided_at=now(),
    )
    with gateway.ledger.begin() as tx:
        number = decide_deletion(tx, decided)
    # Killed here: `_end_begun` of the next run goes on.
    is_done = gateway.archive.discard(due.sha256)
    with gateway.ledger.begin() as tx:
        end_deletion(tx, number, is_done=is_done)
    if is_done:
        yield msgspec.structs.replace(decided, id=number, deleted_at=now())


def _size_of(gateway: Gateway, sha256: str) -> int:
    """Return the size of bytes as they were stored; 0 where they are gone, or have rotted."""
    try:
        return len(gateway.archive.load(sha256))
    except ArchiveError:
        return 0


def _end_begun(gateway: Gateway) -> None:
    """End what a run before was killed in: what is gone is noted, what is there is decided anew."""
    with gateway.ledger.begin() as tx:
        for one in [*list_deletions(tx, limit=MOST, only_begun=True)]:
            end_deletion(tx, one.id, is_done=not gateway.archive.has(one.sha256))


def _why_kept(gateway: Gateway, use: Use, needs: Needs, at: datetime) -> str:
    partner = gateway.partners.partners.get(use.partner)
    days = partner.retention.days if partner else None
    if days is None:
        return f"{use.what} of {use.partner} is kept for ever"
    if use.at >= at - timedelta(days=days):
        return f"{use.what} of {use.partner} is not {days} days old"
    if use.state not in FINISHED:
        return f"{use.what} is {use.state}"
    if use.sha256 in needs.hashes:
        return "an effect is to send it"
    if use.what.partition(" (")[0] in needs.subjects:
        return f"a case about {use.what} is open"
    return next((needs.documents[one] for one in use.documents if one in needs.documents), "")


def _rule_of(gateway: Gateway, use: Use) -> str:
    partner = gateway.partners.partners.get(use.partner)
    days = partner.retention.days if partner else None
    return f"{use.partner}: {'for ever' if days is None else f'{days} days'}"


def _share(hashes: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(hashes), TOGETHER):
        yield hashes[start : start + TOGETHER]
