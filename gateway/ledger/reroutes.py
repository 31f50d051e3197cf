"""Reroutes: order lines on their way from one CM to another, and how far each is (B-100)."""

from collections.abc import Hashable, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import BindParameter, Connection, Select, bindparam, or_, select

from gateway.clock import now
from gateway.ledger.errors import LedgerError
from gateway.ledger.later import known_of
from gateway.ledger.routing_tables import reroutes
from gateway.ledger.rows import find_row, insert_row, update_rows
from gateway.ledger.states import REROUTE_STATES, must_be


class NewReroute(msgspec.Struct, frozen=True, kw_only=True):
    """So much of an order line that goes from one CM to another because of a decision."""

    case_id: int
    decision_id: int
    po_number: str
    line_number: str
    quantity: Decimal
    unit: str
    from_partner: str
    to_partner: str
    state: str
    document_id: int  # what called for it


class RerouteRow(NewReroute, frozen=True, kw_only=True):
    """One reroute of the ledger."""

    id: int
    new_po_number: str
    change_number: str  # of the change that asks the former CM to make less
    released: bool  # the former CM agreed that it makes less
    reason: str
    created_at: datetime
    updated_at: datetime

    @property
    def is_under_way(self) -> bool:
        """Return whether the goods may still come this way; what a next CM declined goes on with its order."""
        return self.state != "withdrawn"

    @property
    def is_placed(self) -> bool:
        """Return whether the new order has left."""
        return self.state in ("placed", "taken", "declined")


def record_reroute(tx: Connection, new: NewReroute) -> int:
    """Return the id of a reroute that begins now."""
    must_be(new.state, REROUTE_STATES, "state of a reroute")
    at = now()
    values = msgspec.structs.asdict(new) | {"quantity": f"{new.quantity:f}"}
    return insert_row(tx, reroutes, values | {"created_at": at, "updated_at": at})


def change_reroute(tx: Connection, reroute_id: int, **values: Any) -> None:
    """Record how far a reroute is: `state`, `new_po_number`, `change_number`, `released`, `reason`."""
    must_be(values.get("state", REROUTE_STATES[0]), REROUTE_STATES, "state of a reroute")
    if not update_rows(tx, reroutes, {"id": reroute_id}, values | {"updated_at": now()}):
        raise LedgerError(f"there is no reroute {reroute_id} in the ledger")


def get_reroute(tx: Connection, reroute_id: int) -> RerouteRow:
    """Return the reroute with this id; raises LedgerError where there is none."""
    row = find_row(tx, reroutes, {"id": reroute_id})
    if row is None:
        raise LedgerError(f"there is no reroute {reroute_id} in the ledger")
    return _read_row(dict(row))


def find_reroute_of_case(tx: Connection, case_id: int) -> RerouteRow | None:
    """Return the newest reroute that a case led to."""
    row = find_row(tx, reroutes, {"case_id": case_id})
    return None if row is None else _read_row(dict(row))


def find_reroute_to(tx: Connection, po_number: str) -> RerouteRow | None:
    """Return the reroute that an order was made for."""
    known = known_of(tx, reroutes)
    if po_number in known:
        made = [one for one in known[po_number] if one.new_po_number == po_number]
        return made[-1] if made else None
    row = find_row(tx, reroutes, {"new_po_number": po_number})
    return None if row is None else _read_row(dict(row))


def list_reroutes(
    tx: Connection,
    po_number: str = "",
    limit: int = 1000,
    states: Sequence[str] = REROUTE_STATES,
) -> list[RerouteRow]:
    """Return reroutes, the oldest first; those from or to an order where one is named."""
    known = known_of(tx, reroutes)
    if po_number in known:
        found: list[RerouteRow] = known[po_number]
        return [one for one in found if one.state in states][:limit]
    asked = {"of_states": list(states), "most": limit}
    if po_number:
        asked["of_order"] = po_number
    found_rows = tx.execute(_select(is_of_order=bool(po_number)), asked).mappings()
    return [_read_row(dict(row)) for row in found_rows]


@cache
def _select(*, is_of_order: bool) -> Select[Any]:
    """Return the statement, built once: every answer and shipment asks it."""
    query = select(reroutes).where(
        reroutes.c.state.in_(bindparam("of_states", expanding=True)),
    )
    if is_of_order:
        named: BindParameter[str] = bindparam("of_order")
        query = query.where(or_(reroutes.c.po_number == named, reroutes.c.new_po_number == named))
    return query.order_by(reroutes.c.id).limit(bindparam("most"))


def look_up_reroutes(tx: Connection, po_numbers: Sequence[str]) -> None:
    """Look up the reroutes from and to many orders, so that none of them asks for itself."""
    found: dict[Hashable, Any] = {number: [] for number in po_numbers}
    ends = (reroutes.c.po_number, reroutes.c.new_po_number)
    query = select(reroutes).where(or_(*(end.in_(po_numbers) for end in ends)))
    for row in tx.execute(query.order_by(reroutes.c.id)).mappings():
        one = _read_row(dict(row))
        for number in {one.po_number, one.new_po_number} & found.keys():
            found[number].append(one)
    known_of(tx, reroutes).update(found)


def _read_row(values: dict[Any, Any]) -> RerouteRow:
    return RerouteRow(**values | {"quantity": Decimal(values["quantity"])})
