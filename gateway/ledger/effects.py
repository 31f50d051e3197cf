"""Effects: what is to be done outside, each exactly once in the ledger's eyes (B-90)."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal

import msgspec
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Integer,
    Select,
    Update,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from gateway.clock import now
from gateway.ledger.errors import LedgerError
from gateway.ledger.later import is_bare, later_of, write_later
from gateway.ledger.leases import has_passed, moments
from gateway.ledger.progress import deliver_document, deliver_documents
from gateway.ledger.rows import (
    Values,
    find_row,
    insert_new,
    insert_new_row,
    read_rows,
    update_rows,
)
from gateway.ledger.states import EFFECT_STATES, UNFINISHED_EFFECTS, must_be
from gateway.ledger.tables import effects

EffectKind = Literal["put", "erp", "event", "webhook", "broker"]


class NewEffect(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to be done outside because of a document, a case, a file or an expectation."""

    document_id: int | None
    number: int = 0  # counted in the document; with it the idempotency key
    name: str = ""  # the idempotency key, where it is not counted in a document
    kind: EffectKind
    target: str  # a partner, erp, journal or receiver
    payload: dict[str, Any]
    order_key: str = ""  # the same key: strictly one after the other; empty: in any order

    @property
    def key(self) -> str:
        """Return the idempotency key that the other side is given."""
        return self.name or f"{self.document_id}-{self.number}"


def order_key_of(target: str, number: str) -> str:
    """Return the key of what must go in order: of one order, towards one side.

    A partner whose folder is away must not keep the ERP from hearing of the same order.
    """
    return f"{target}:{number}"[:80] if number else ""


class EffectRow(msgspec.Struct, frozen=True, kw_only=True):
    """One effect of the ledger."""

    id: int
    document_id: int | None
    key: str
    kind: str
    target: str
    order_key: str
    payload: dict[str, Any]
    plan: str
    state: str
    attempts: int
    due_at: datetime
    lease_until: datetime | None
    owner: str
    error: str
    result: str
    created_at: datetime
    done_at: datetime | None


def queue_effect(tx: Connection, new: NewEffect) -> str:
    """Return the key of the effect, queued now or before; a second time changes nothing.

    Raises LedgerError where the number already means another thing of that document.
    """
    if _queue_later(tx, new):
        return new.key
    if insert_new_row(tx, effects, _write_row(new)):
        return new.key
    old = _find(tx, {"key": new.key})
    if old and (old.kind, old.target, old.order_key) != (new.kind, new.target, new.order_key):
        raise LedgerError(
            f"effect {new.key} is {old.kind} to {old.target} already and cannot become "
            f"{new.kind} to {new.target}; give each effect of a document a number of its own"
        )
    return new.key


def is_awaited(tx: Connection, document_id: int) -> bool:
    """Return whether this very transaction queued effects of a document: nobody can have done them."""
    later = later_of(tx)
    return later is not None and document_id in later.queued.values()


def list_due_targets(tx: Connection) -> list[str]:
    """Return who is to be given something now."""
    return list(tx.scalars(_due_targets(), moments(now())))


def take_effects(
    tx: Connection,
    owner: str,
    limit: int = 20,
    lease: timedelta = timedelta(minutes=5),
    target: str = "",
) -> list[EffectRow]:
    """Return the effects this owner is to do now, oldest first; nobody else gets them.

    With a target, only those for it. Of one order key only the oldest unfinished effect is given out: a stuck one holds back the
    later ones of its order, and nothing else.
    """
    at = now()
    asked = moments(at) | {"most": limit} | ({"for_target": target} if target else {})
    chosen = tx.scalars(_choose(bool(target)), asked).all()
    if not chosen:
        return []
    values = {"owner_name": owner, "until": at + lease, "chosen": chosen}
    rows = read_rows(tx.execute(_take(), values))
    return sorted((_read_row(row) for row in rows), key=lambda row: row.id)


def keep_effects(tx: Connection, owner: str, lease: timedelta, ids: Collection[int]) -> int:
    """Return how many leases of this owner were made longer: those of what it has in hand."""
    mine = (effects.c.id.in_(ids), effects.c.state == "taken", effects.c.owner == owner)
    return tx.execute(update(effects).where(*mine).values(lease_until=now() + lease)).rowcount


def keep_plan(tx: Connection, effect_id: int, plan: str) -> None:
    """Record what is about to be done, before it is."""
    keep_plans(tx, {effect_id: plan})


def keep_plans(tx: Connection, plans: Mapping[int, str]) -> None:
    """Keep many plans, each with its effect."""
    rows = [{"effect": effect_id, "text": plan} for effect_id, plan in plans.items()]
    write_later(tx, _keep_plan(), rows)


def finish_effect(tx: Connection, effect_id: int, result: str = "") -> None:
    """Record that it is done outside, whoever did it; the last one delivers its document."""
    finish_effects(tx, {effect_id: result})


def finish_effects(tx: Connection, results: Mapping[int, str]) -> None:
    """Record that effects are done outside, each with its result; many cost three statements."""
    if not results:
        return
    known = {row.id: row for row in tx.execute(_states(), {"chosen": sorted(results)})}
    if lost := sorted({*results} - {*known}):
        raise LedgerError(f"there is no effect {lost[0]} in the ledger")
    at = now()
    open_ones = [row for row in known.values() if row.state != "done"]
    if not open_ones:
        return
    write_later(
        tx,
        _finish(),
        [{"effect": one.id, "said": results[one.id], "now": at} for one in open_ones],
    )
    deliver_documents(tx, {one.document_id for one in open_ones if one.document_id is not None})


def delay_effect(
    tx: Connection, effect_id: int, error: str, due_at: datetime, owner: str = ""
) -> None:
    """Put it back until a time: it failed for a reason that passes (B-91).

    With an owner, nothing changes where the lease ran out and another owner has it now.
    """
    if _is_with(tx, effect_id, owner):
        values = {"state": "pending", "error": error, "due_at": due_at}
        _end(tx, effect_id, values, ("done", "skipped"))


def stick_effect(tx: Connection, effect_id: int, error: str, owner: str = "") -> None:
    """Leave it for a person: the other side's verdict, or no attempts left (B-92)."""
    if _is_with(tx, effect_id, owner):
        _end(tx, effect_id, {"state": "stuck", "error": error}, ("done", "skipped"))


def retry_effect(tx: Connection, effect_id: int) -> None:
    """Make it due now with all its attempts; raises LedgerError where there is nothing to retry."""
    effect = _get(tx, effect_id)
    if effect.state not in {"stuck", "pending"}:
        raise LedgerError(
            f"effect {effect.key} is {effect.state}; only what is stuck or pending can be retried"
        )
    _set(tx, effect_id, {"state": "pending", "due_at": now(), "attempts": 0, "lease_until": None})


def skip_effect(tx: Connection, effect_id: int, reason: str) -> None:
    """Give it up for good, so that what waits behind it goes on; the reason is kept."""
    effect = _get(tx, effect_id)
    if effect.state not in {"stuck", "pending"}:
        raise LedgerError(
            f"effect {effect.key} is {effect.state}; only what is stuck or pending can be skipped"
        )
    _end(tx, effect_id, {"state": "skipped", "result": reason, "done_at": now()}, ())


def find_effect(tx: Connection, key: int | str) -> EffectRow | None:
    """Return the effect with this id, or with this key such as `12-1`."""
    return _find(tx, {"id" if isinstance(key, int) else "key": key})


def list_effects(
    tx: Connection, state: str | None = None, document_id: int | None = None, limit: int = 100
) -> list[EffectRow]:
    """Return effects, oldest first."""
    where = []
    if state is not None:
        where.append(effects.c.state == must_be(state, EFFECT_STATES, "state of an effect"))
    if document_id is not None:
        where.append(effects.c.document_id == document_id)
    return _list(tx, *where, limit=limit)


def count_effects_by_state(tx: Connection) -> dict[str, int]:
    """Return how many effects are in each state, 0 included."""
    query = select(effects.c.state, func.count()).group_by(effects.c.state)
    counted = {state: number for state, number in tx.execute(query)}  # noqa: C416 rows are not pairs to mypy
    return {state: counted.get(state, 0) for state in EFFECT_STATES}


@cache
def _due_targets() -> Select[Any]:
    return select(effects.c.target).where(_is_due()).distinct().order_by(effects.c.target)


@cache
def _choose(of_target: bool) -> Select[Any]:
    query = select(effects.c.id).where(_is_due(), ~_has_elder()).order_by(effects.c.id)
    if of_target:
        query = query.where(effects.c.target == bindparam("for_target"))
    return query.limit(bindparam("most", type_=Integer)).with_for_update(skip_locked=True)


@cache
def _take() -> ReturningUpdate[Any]:
    chosen = effects.c.id.in_(bindparam("chosen", expanding=True))
    query = update(effects).where(chosen)
    taken = query.values(
        state="taken",
        owner=bindparam("owner_name"),
        lease_until=bindparam("until"),
        attempts=effects.c.attempts + 1,
    )
    return taken.returning(effects)


@cache
def _keep_plan() -> Update:
    query = update(effects).where(effects.c.id == bindparam("effect"))
    return query.values(plan=bindparam("text"))


@cache
def _states() -> Select[Any]:
    chosen = effects.c.id.in_(bindparam("chosen", expanding=True))
    return select(effects.c.id, effects.c.document_id, effects.c.state).where(chosen)


@cache
def _finish() -> Update:
    query = update(effects).where(effects.c.id == bindparam("effect"), effects.c.state != "done")
    return query.values(
        state="done",
        result=bindparam("said"),
        done_at=bindparam("now"),
        error="",
        lease_until=None,
        owner="",
    )


def _is_due() -> ColumnElement[bool]:
    at: BindParameter[datetime] = bindparam("now")
    horizon: BindParameter[datetime] = bindparam("horizon")
    # What was never tried is due whatever the clock says now.
    due = or_(
        effects.c.attempts == 0,
        effects.c.due_at == at,
        has_passed(effects.c.due_at, at, horizon),
    )
    deserted = has_passed(effects.c.lease_until, at, horizon)
    waiting = and_(effects.c.state == "pending", due)
    left = and_(effects.c.state == "taken", deserted)
    # The first condition is that of the index which holds nothing else.
    return and_(effects.c.done_at.is_(None), or_(waiting, left))


def _has_elder() -> ColumnElement[bool]:
    elder = effects.alias("elder")
    return and_(
        effects.c.order_key != "",
        exists().where(
            elder.c.order_key == effects.c.order_key,
            elder.c.state.in_(UNFINISHED_EFFECTS),
            elder.c.id < effects.c.id,
        ),
    )


def _queue_later(tx: Connection, new: NewEffect) -> bool:
    """Return whether it need not be asked if the effect is there: its document is new."""
    later = later_of(tx)
    if later is None or new.document_id is None or new.key in later.queued:
        return False
    if not is_bare(tx, effects, new.document_id, stays=True):
        return False
    later.queued[new.key] = new.document_id
    write_later(tx, insert_new(effects, tx.dialect.name), [_write_row(new)])
    return True


def _write_row(new: NewEffect) -> dict[str, Any]:
    at = now()
    payload = msgspec.json.encode(new.payload).decode()
    values = msgspec.structs.asdict(new)
    del values["number"], values["name"]  # stand in the key
    added = {"key": new.key, "payload": payload, "plan": "", "state": "pending"}
    return values | added | {"due_at": at, "created_at": at}


def _end(tx: Connection, effect_id: int, values: dict[str, Any], final: tuple[str, ...]) -> None:
    """End the hold on an effect, unless it is final already; then look at its document."""
    effect = _get(tx, effect_id)
    if effect.state in final:
        return
    _set(tx, effect_id, values | {"lease_until": None, "owner": ""})
    if values["state"] in {"done", "skipped"} and effect.document_id is not None:
        deliver_document(tx, effect.document_id)


def _is_with(tx: Connection, effect_id: int, owner: str) -> bool:
    return not owner or _get(tx, effect_id).owner == owner


def _get(tx: Connection, effect_id: int) -> EffectRow:
    found = _find(tx, {"id": effect_id})
    if found is None:
        raise LedgerError(f"there is no effect {effect_id} in the ledger")
    return found


def _set(tx: Connection, effect_id: int, values: dict[str, Any]) -> None:
    update_rows(tx, effects, {"id": effect_id}, values)


def _find(tx: Connection, where: Values) -> EffectRow | None:
    row = find_row(tx, effects, where)
    return None if row is None else _read_row(dict(row))


def _list(tx: Connection, *where: ColumnElement[bool], limit: int) -> list[EffectRow]:
    query = select(effects).where(*where).order_by(effects.c.id).limit(limit)
    return [_read_row(row) for row in read_rows(tx.execute(query))]


def _read_row(row: dict[str, Any]) -> EffectRow:
    row["payload"] = msgspec.json.decode(row["payload"])
    return EffectRow(**row)
