"""Watch: what should have come and has not; each becomes a case once, and ends by itself."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection

from gateway.alarms import close_ended, list_alarms
from gateway.clock import now
from gateway.gateway import Gateway
from gateway.ledger.cases import NewCase, open_case
from gateway.ledger.expectations import list_open
from gateway.reconcile import mark_overdue


def watch(gateway: Gateway) -> list[str]:
    """Return the sentences of what is late now, each of them an open case."""
    with gateway.ledger.begin() as tx:
        mark_overdue(tx)
        alarms = list_alarms(gateway, tx, now())
        close_ended(tx, alarms)
        late = [*_list_overdue(tx, now()), *alarms]
        for case in late:
            open_case(tx, case)
    return [case.summary for case in late]


def _list_overdue(tx: Connection, at: datetime) -> Iterator[NewCase]:
    for one in list_open(tx, due_before=at):
        due = f"{one.due_at:%Y-%m-%d %H:%M} UTC"
        yield NewCase(
            kind=f"overdue-{one.kind}",
            owner="ops" if one.kind == "997" else "buyer",
            summary=f"{one.partner} owes the {one.kind} of order {one.po_number} since {due}",
            po_number=one.po_number,
        )
