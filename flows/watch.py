"""Watch: what should have come and has not; each becomes a case once (never silent)."""

from datetime import timedelta

from gateway.clock import now
from gateway.gateway import Gateway
from gateway.ledger.cases import NewCase, open_case
from gateway.ledger.effects import list_effects
from gateway.ledger.expectations import list_open
from gateway.ledger.files import list_unfinished_files

OLD = timedelta(minutes=15)


def watch(gateway: Gateway) -> list[str]:
    """Return the sentences of what is late now, each of them an open case."""
    at = now()
    with gateway.ledger.begin() as tx:
        late = [
            NewCase(
                kind=f"overdue-{one.kind}",
                owner="buyer" if one.kind != "997" else "ops",
                summary=f"{one.partner} owes the {one.kind} of order {one.po_number} since {one.due_at:%Y-%m-%d %H:%M} UTC",
                po_number=one.po_number,
            )
            for one in list_open(tx, due_before=at)
        ]
        late += [
            NewCase(
                kind="old-file",
                owner="ops",
                summary=f"file {one.id} ({one.name} of {one.partner}) waits since {one.received_at:%Y-%m-%d %H:%M} UTC",
            )
            for one in list_unfinished_files(tx)
            if at - one.received_at > OLD
        ]
        late += [
            NewCase(
                kind="stuck-effect",
                owner="ops",
                summary=f"effect {one.key} to {one.target} is stuck: {one.error}",
                document_id=one.document_id,
            )
            for one in list_effects(tx, state="stuck")
        ]
        for case in late:
            open_case(tx, case)
    return [case.summary for case in late]
