"""Watch: what should have come and has not; each becomes a case once (never silent)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection

from gateway.clock import now
from gateway.gateway import Gateway
from gateway.ledger.cases import NewCase, open_case
from gateway.ledger.effects import list_effects
from gateway.ledger.expectations import list_open
from gateway.ledger.files import list_unfinished_files
from gateway.reconcile import mark_overdue

OLD = timedelta(minutes=15)


def watch(gateway: Gateway) -> list[str]:
    """Return the sentences of what is late now, each of them an open case."""
    with gateway.ledger.begin() as tx:
        mark_overdue(tx)
        late = [*_list_overdue(tx, now()), *_list_old_files(tx, now()), *_list_stuck(tx)]
        for case in late:
            open_case(tx, case)
    return [case.summary for case in late]


def _list_overdue(tx: Connection, at: datetime) -> Iterator[NewCase]:
    for one in list_open(tx, due_before=at):
        yield NewCase(
            kind=f"overdue-{one.kind}",
            owner="ops" if one.kind == "997" else "buyer",
            summary=f"{one.partner} owes the {one.kind} of order {one.po_number} since {_at(one.due_at)}",
            po_number=one.po_number,
        )


def _list_old_files(tx: Connection, at: datetime) -> Iterator[NewCase]:
    for one in list_unfinished_files(tx):
        if at - one.received_at > OLD:
            sentence = (
                f"file {one.id} ({one.name} of {one.partner}) waits since {_at(one.received_at)}"
            )
            yield NewCase(kind="old-file", owner="ops", summary=sentence)


def _list_stuck(tx: Connection) -> Iterator[NewCase]:
    for one in list_effects(tx, state="stuck"):
        sentence = f"effect {one.key} to {one.target} is stuck: {one.error}"
        yield NewCase(
            kind="stuck-effect", owner="ops", summary=sentence, document_id=one.document_id
        )


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
