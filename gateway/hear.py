"""Hear: what an answer says of reroutes under way; whoever says yes first has the line (B-103)."""

from gateway.apply.incoming import Incoming
from gateway.decide import rules_of
from gateway.ledger.changes import ChangeRow, list_changes
from gateway.ledger.orders import find_order
from gateway.ledger.reroutes import RerouteRow, change_reroute, get_reroute, list_reroutes
from gateway.needs import Need, list_needs
from gateway.reroute import end_reroute, place, withdraw
from gateway.twice import close_twice, hear_called_off, says_yes, settle_twice


def hear_reroutes(incoming: Incoming, po_number: str) -> None:
    """Take each reroute from or to an order a step on, where its answer calls for one."""
    known = list_reroutes(incoming.tx, po_number)
    for row in known:
        if row.new_po_number == po_number and not row.is_under_way:
            hear_called_off(incoming, row)
    under_way = [one for one in known if one.is_under_way]
    if under_way:
        _hear_under_way(incoming, po_number, under_way)


def _hear_under_way(incoming: Incoming, po_number: str, under_way: list[RerouteRow]) -> None:
    order = find_order(incoming.tx, po_number)
    if order is None:
        return
    late_by = rules_of(incoming.gateway).shortage.late_by_days
    needs = list_needs(incoming.tx, order.entity, incoming.document_id, late_by)
    for row in under_way:
        need = next((one for one in needs if one.line.line_number == row.line_number), None)
        if need is None:
            continue
        if row.new_po_number == po_number:
            _hear_next(incoming, row, need)
        else:
            _hear_former(incoming, row)
    for number in {one.line_number for one in under_way if one.po_number == po_number}:
        _hear_late(incoming, po_number, number, late_by)
    for row in under_way:
        if row.new_po_number == po_number and row.state == "declined":
            _hear_yes_after_no(incoming, row, late_by)


def _hear_next(incoming: Incoming, row: RerouteRow, need: Need) -> None:
    """End a reroute when the CM that was ordered from said yes or no."""
    if row.state not in ("placed", "taken"):
        return
    balance = need.balance
    promised = max(balance.accepted + balance.backordered, balance.shipped)
    where = f"order {row.new_po_number}, in {incoming.file_name}"
    if row.state == "placed" and promised > 0 and (balance.open <= 0 or balance.shipped > 0):
        said = f"{row.to_partner} took {promised.normalize():f} of {row.quantity.normalize():f} {row.unit} with {where}"
        end_reroute(incoming, row, "taken", said)
    elif balance.wanted <= 0:
        said = f"we took back order {row.new_po_number}, and {row.to_partner} agreed in {incoming.file_name}"
        end_reroute(incoming, row, "withdrawn", said)
    elif promised <= 0 and balance.rejected >= balance.wanted:
        said = f"{row.to_partner} refused {where}; the need goes on with that order"
        end_reroute(incoming, row, "declined", said)
        _give_to_former(incoming, get_reroute(incoming.tx, row.id))


def _give_to_former(incoming: Incoming, row: RerouteRow) -> None:
    """Let the former CM have what it promised too late, now that the next one does not make it."""
    need = _need_of(incoming, row.po_number, row.line_number, None)
    if need is not None and need.promised_twice > 0:
        said = f"{row.to_partner} refused order {row.new_po_number} in {incoming.file_name}; {row.from_partner} promises it"
        withdraw(incoming, row, said)
        close_twice(incoming, row)


def _hear_yes_after_no(incoming: Incoming, row: RerouteRow, late_by: int | None) -> None:
    """Give the line to the CM that refused and now takes it, where nobody else has it meanwhile."""
    need = _need_of(incoming, row.new_po_number, row.line_number, late_by)
    if need is None or any(one.is_under_way for one in need.reroutes):
        return
    if need.balance.accepted > 0 and need.balance.open <= 0 and need.missing <= 0:
        said = f"{row.to_partner} takes it after all with order {row.new_po_number}, as it says in {incoming.file_name}"
        end_reroute(incoming, row, "taken", said)


def _hear_former(incoming: Incoming, row: RerouteRow) -> None:
    """Go on when the CM that had the line agreed to make less; call it off when it would not."""
    asked = _find_asked(incoming, row)
    state = asked.state if asked else ""
    if asked and state in ("agreed", "partly_agreed") and not row.released:
        change_reroute(incoming.tx, row.id, change_number=asked.number, released=True)
        if row.state == "reducing":
            place(incoming, get_reroute(incoming.tx, row.id))
    elif state == "refused" and row.state in ("reducing", "stuck"):
        said = (
            f"{row.from_partner} makes it after all: it refused our change in {incoming.file_name}"
        )
        withdraw(incoming, row, said)


def _find_asked(incoming: Incoming, row: RerouteRow) -> ChangeRow | None:
    """Return the change that asks the former CM to make less, or what replaced it for that line."""
    found = None
    for one in list_changes(incoming.tx, row.po_number) if row.change_number else ():
        is_later = found is not None and found.state == "replaced"
        is_about = any(line.line_number == row.line_number for line in one.entity.lines)
        if one.number == row.change_number or (is_later and is_about):
            found = one
    return found


def _hear_late(incoming: Incoming, po_number: str, line_number: str, late_by: int | None) -> None:
    """Settle that the CM that had the line promises what went elsewhere: the first yes counts."""
    need = _need_of(incoming, po_number, line_number, late_by)
    for row in reversed(need.reroutes if need else []):
        need = _need_of(incoming, po_number, line_number, late_by)
        if need is None:
            return
        if need.promised_twice <= 0:
            close_twice(incoming, row)
        if row.state in ("reducing", "stuck"):
            if need.missing < 0:
                said = f"{row.from_partner} makes it after all, as it says in {incoming.file_name}"
                withdraw(incoming, row, said)
        elif row.is_under_way and need.promised_twice > 0 and says_yes(incoming, row):
            settle_twice(incoming, row)


def _need_of(
    incoming: Incoming, po_number: str, line_number: str, late_by: int | None
) -> Need | None:
    order = find_order(incoming.tx, po_number)
    if order is None:
        return None
    needs = list_needs(incoming.tx, order.entity, incoming.document_id, late_by)
    return next((one for one in needs if one.line.line_number == line_number), None)
