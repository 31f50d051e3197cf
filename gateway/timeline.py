"""Timeline: who said what of an order, when, and in which file and segment or row it stands."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

import msgspec
from sqlalchemy import Connection, select

from canonical.functional_ack import FunctionalAck
from canonical.places import balances_by_place
from canonical.postings import Balance, Posting, balance_of
from gateway.clock import now
from gateway.counted import counted
from gateway.ledger.cases import list_cases
from gateway.ledger.commitments import CommitmentRow, list_commitments
from gateway.ledger.decisions import DecisionRow, list_decisions
from gateway.ledger.documents import DocumentQuery, DocumentRow, list_documents
from gateway.ledger.effects import EffectRow, list_effects
from gateway.ledger.expectations import ExpectationRow, list_open
from gateway.ledger.files import find_file
from gateway.ledger.orders import OrderRow, find_order
from gateway.ledger.states import SETTLED_DOCUMENTS
from gateway.ledger.tables import files
from gateway.ledger.versions import Numbers

MOST = 10_000
# Documents that are known by a number of their own, which no order number is mistaken for.
_SAY = {
    "ShipNotice": "shipped: shipment",
    "ReceivingAdvice": "counted in: receipt",
    "OrderStatus": "reported how far it is: report",
}


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was said or done: `file` and `place` tell where to look it up."""

    at: datetime
    who: str
    what: str
    file: str = ""
    place: str = ""
    details: tuple[str, ...] = ()
    document_id: int | None = None
    mapping: str = ""  # by which version of which mapping it was read or written


class PlaceBalance(msgspec.Struct, frozen=True, kw_only=True):
    """What was said of an order line for one of its places; for none where nobody said which."""

    place: str
    ordered: Decimal
    accepted: Decimal
    backordered: Decimal
    rejected: Decimal
    shipped: Decimal


class LineBalance(msgspec.Struct, frozen=True, kw_only=True):
    """What was said of one order line, added up."""

    line_number: str
    item: str
    unit: str
    ordered: Decimal
    changed: Decimal
    accepted: Decimal
    backordered: Decimal
    rejected: Decimal
    cancelled: Decimal
    shipped: Decimal
    unanswered: Decimal  # ordered, and nobody has said anything of it
    to_ship: Decimal  # promised, and it has not left
    received: Decimal
    held: Decimal
    refused: Decimal
    short: Decimal
    to_receive: Decimal  # it has left, and was not counted in
    places: tuple["PlaceBalance", ...] = ()


class Awaited(msgspec.Struct, frozen=True, kw_only=True):
    """An answer that is still to come."""

    kind: str
    partner: str
    due_at: datetime
    is_late: bool


class Timeline(msgspec.Struct, frozen=True, kw_only=True):
    """All of one order, the oldest entry first."""

    po_number: str
    partner: str
    state: str
    entries: tuple[Entry, ...]
    lines: tuple[LineBalance, ...]
    awaited: tuple[Awaited, ...] = ()


def find_timeline(tx: Connection, po_number: str) -> Timeline | None:
    """Return the timeline of an order, None where the ledger has no such order."""
    return None if find_order(tx, po_number) is None else order_timeline(tx, po_number)


def order_timeline(tx: Connection, po_number: str) -> Timeline:
    """Return the timeline of an order the ledger has; of any other an empty one."""
    order = find_order(tx, po_number)
    postings = list_commitments(tx, po_number, with_superseded=True)
    spoken = _list_spoken(tx, po_number)
    entries = [
        *(entry for row in spoken for entry in _tell(tx, po_number, row, postings)),
        *_tell_repeats(tx, [row for row in spoken if row.number == po_number]),
        *_tell_cases(tx, po_number),
    ]
    told = _name_mappings(tx, entries, spoken)
    return Timeline(
        po_number=po_number,
        partner=order.partner if order else "",
        state=order.state if order else "unknown",
        entries=tuple(sorted(told, key=lambda entry: entry.at)),
        lines=tuple(_balance_lines(order, postings)) if order else (),
        awaited=tuple(_await(row) for row in list_open(tx) if row.po_number == po_number),
    )


def _list_spoken(tx: Connection, po_number: str) -> list[DocumentRow]:
    """Return the documents that speak of the order: linked to it, or parked under its number."""
    linked = list_documents(tx, DocumentQuery(po_number=po_number), limit=MOST)
    named = list_documents(tx, DocumentQuery(number=po_number), limit=MOST)
    rows = {row.id: row for row in (*linked, *named) if row.entity not in _SAY or row in linked}
    return [rows[key] for key in sorted(rows)]


def _tell(
    tx: Connection, po_number: str, row: DocumentRow, postings: list[CommitmentRow]
) -> Iterator[Entry]:
    own = [posting for posting in postings if posting.document_id == row.id]
    effects = list_effects(tx, document_id=row.id, limit=MOST)
    if row.direction == "out":
        yield _tell_sent(row, effects)
    elif row.state not in SETTLED_DOCUMENTS:
        yield _entry(tx, row, f"{_name_of(row)} is {row.state}: {row.reason}")
    elif row.entity == "FunctionalAck":
        yield _entry(tx, row, _say_acknowledged(tx, po_number, row))
    else:
        yield _entry(tx, row, _say_document(po_number, row, own))
        yield from (
            _tell_posting(tx, row, posting) for posting in own if row.entity != "PurchaseOrder"
        )
    yield from _tell_updates(po_number, row, effects)


def _name_mappings(
    tx: Connection, entries: list[Entry], spoken: list[DocumentRow]
) -> Iterator[Entry]:
    """Yield the entries, those of documents that came or left with the version of their mapping."""
    numbers = Numbers(tx)
    named = {row.id: numbers.name(row.partner, row.mapping, row.mapping_version) for row in spoken}
    for entry in entries:
        name = named.get(entry.document_id or 0, "") if entry.file else ""
        yield msgspec.structs.replace(entry, mapping=name) if name else entry


def _entry(tx: Connection, row: DocumentRow, what: str, place: str = "") -> Entry:
    file = find_file(tx, row.file_id) if row.file_id is not None else None
    return Entry(
        at=file.received_at if file else row.created_at,
        who=row.partner,
        what=what,
        file=file.name if file else "",
        place=place or row.place,
        document_id=row.id,
    )


def _name_of(row: DocumentRow) -> str:
    return f"{row.entity or 'document'} {row.number}".strip()


def _say_document(po_number: str, row: DocumentRow, own: list[CommitmentRow]) -> str:
    if row.entity in _SAY:
        return f"{_SAY[row.entity]} {row.number}"
    if row.entity == "PurchaseOrder":
        return f"released the order: {counted(len(own), 'line')}"
    if row.entity == "OrderChange":
        return f"asked for a change: {counted(len(own), 'line')}"
    if row.entity != "OrderAck":
        return f"sent {_name_of(row)}"
    if row.number != po_number:
        return f"answered order {row.number}, and part of that is ordered here"
    return "answered the order"


def _tell_sent(row: DocumentRow, effects: list[EffectRow]) -> Entry:
    """Return when the file left, or why it has not."""
    put = next((effect for effect in effects if effect.kind == "put"), None)
    control = f", control number {row.interchange_control}" if row.interchange_control else ""
    done = put is not None and put.state == "done"
    what = f"sent {row.kind} to {row.partner}{control}"
    if put is not None and not done:
        what = f"to be {what}: {put.state}{f', {put.error}' if put.error else ''}"
    return Entry(
        at=(put.done_at if put else None) or row.created_at,
        who="cmgateway",
        what=what,
        file=str(put.payload.get("name", "")) if put else "",
        document_id=row.id,
    )


def _say_acknowledged(tx: Connection, po_number: str, row: DocumentRow) -> str:
    """Return what a 997 says of the sets that carried this order, in its own words."""
    ack = msgspec.json.decode(row.content, type=FunctionalAck)
    sent = list_documents(tx, DocumentQuery(po_number=po_number, direction="out"), limit=MOST)
    answers = {answer.control_number.strip(): answer.status for answer in ack.sets}
    meant = [one for one in sent if _is_meant(one, ack)]
    said = {answers.get(one.set_control.strip(), ack.status) for one in meant} or {ack.status}
    words = ", ".join(sorted(word.replace("_", " ") for word in said))
    return f"acknowledged group {ack.group_control} with a 997: {words}"


def _is_meant(sent: DocumentRow, ack: FunctionalAck) -> bool:
    same = sent.group_control.strip().lstrip("0") == ack.group_control.strip().lstrip("0")
    return same and sent.group_id == ack.group_id


def _tell_posting(tx: Connection, row: DocumentRow, said: CommitmentRow) -> Entry:
    later = "" if said.superseded_by is None else f" (replaced by document {said.superseded_by})"
    return _entry(tx, row, f"{write_posting(said.posting)}{later}", said.posting.place)


def write_posting(posting: Posting) -> str:
    """Return a posting as people say it: `line 2: accepted 60 EA, ship by 2026-12-10`."""
    when = ""
    if posting.promised_on is not None:
        means = posting.means if posting.means not in ("", "other") else "promised"
        when = f", {means} by {posting.promised_on}"
    why = f", because {posting.reason}" if posting.reason else ""
    if posting.kind in ("asked", "progress"):
        why = f": {posting.reason.replace('_', ' ')}"
    amount = f"{posting.quantity.normalize():f} {posting.unit}"
    where = f" for {posting.ship_to}" if posting.ship_to else ""
    return f"line {posting.line_number}: {posting.kind} {amount}{where}{when}{why}"


def _tell_updates(po_number: str, row: DocumentRow, effects: list[EffectRow]) -> Iterator[Entry]:
    """Yield what the ERP was told because of a document, or why it was not."""
    for effect in effects:
        if effect.kind != "erp" or not _is_about(effect, po_number):
            continue
        command = effect.payload.get("command", "update")
        state = {"done": "done", "stuck": f"stuck: {effect.error}", "pending": "waiting"}
        yield Entry(
            at=effect.done_at or effect.created_at,
            who="cmgateway",
            what=f"{effect.target} update {command}: {state.get(effect.state, effect.state)}",
            place=f"effect {effect.key}",
            document_id=row.id,
        )


def _is_about(effect: EffectRow, po_number: str) -> bool:
    lines = effect.payload.get("lines") or ()
    inside = {line.get("po_number") for line in lines if isinstance(line, dict)}
    return po_number in {
        effect.payload.get("po_number"),
        effect.order_key.partition(":")[2],
        *inside,
    }


def _tell_repeats(tx: Connection, spoken: list[DocumentRow]) -> Iterator[Entry]:
    """Yield each later arrival of the same bytes: the sender may believe that it counted again."""
    came = {row.file_id for row in spoken if row.file_id is not None}
    query = select(files).where(files.c.duplicate_of.in_(came)).order_by(files.c.id)
    for row in tx.execute(query):
        what = f"sent the same bytes again: nothing was changed (file {row.id} repeats {row.duplicate_of})"
        yield Entry(at=row.received_at, who=row.partner, what=what, file=row.name)


def _tell_cases(tx: Connection, po_number: str) -> Iterator[Entry]:
    decided = list_decisions(tx, po_number=po_number, limit=MOST)
    for case in list_cases(tx, state=None, po_number=po_number, limit=MOST):
        yield Entry(
            at=case.created_at,
            who="cmgateway",
            what=f"{case.kind}: {case.summary}",
            place=f"case {case.id}",
            details=tuple(
                line for one in decided if one.case_id == case.id for line in write_reasons(one)
            ),
            document_id=case.document_id,
        )
        if case.closed_at is not None:
            what = f"closed the case: {case.resolution}"
            yield Entry(at=case.closed_at, who=case.closed_by, what=what, place=f"case {case.id}")


def write_reasons(decision: DecisionRow) -> Iterator[str]:
    """Yield each candidate with what spoke for it or against it, then what was decided."""
    for one in decision.candidates:
        losses, wins = one.get("losses") or (), one.get("wins") or ()
        verdict = "cannot" if losses else f"can, score {one.get('score', '0')}"
        yield f"{one.get('partner', '')} {verdict}: {', '.join(losses or wins)}"
    chosen = f" to {decision.chosen}" if decision.chosen else ""
    is_told = decision.chosen and decision.reason.startswith(f"{decision.chosen}: ")
    why = "" if is_told else f": {decision.reason}"
    yield f"{decision.outcome}{chosen}, decided by {decision.decided_by}{why}"


def _balance_lines(order: OrderRow, postings: list[CommitmentRow]) -> Iterator[LineBalance]:
    for line in order.entity.lines:
        number = line.line_number
        standing = [
            row.posting
            for row in postings
            if row.posting.line_number == number and row.superseded_by is None
        ]
        balance = balance_of(standing)
        yield LineBalance(
            line_number=number,
            item=line.item.buyer or line.item.vendor or "",
            unit=line.ordered.unit,
            ordered=balance.ordered,
            changed=balance.changed,
            accepted=balance.accepted,
            backordered=balance.backordered,
            rejected=balance.rejected,
            cancelled=balance.cancelled,
            shipped=balance.shipped,
            unanswered=balance.open,
            to_ship=balance.to_ship,
            received=balance.received,
            held=balance.held,
            refused=balance.refused,
            short=balance.short,
            to_receive=balance.to_receive,
            places=tuple(_balance_places(standing)),
        )


def _balance_places(standing: list[Posting]) -> Iterator[PlaceBalance]:
    if not any(one.ship_to for one in standing):
        return
    for place, balance in balances_by_place(standing).items():
        if balance == Balance():
            continue  # asked for, or reported: nothing that adds up
        yield PlaceBalance(
            place=place,
            ordered=balance.ordered,
            accepted=balance.accepted,
            backordered=balance.backordered,
            rejected=balance.rejected,
            shipped=balance.shipped,
        )


def _await(row: ExpectationRow) -> Awaited:
    return Awaited(
        kind=row.kind, partner=row.partner, due_at=row.due_at, is_late=row.due_at < now()
    )
