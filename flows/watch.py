"""Watch: what should have come and has not; each becomes a case once, and ends by itself."""

from gateway.alarms import close_ended, list_alarms
from gateway.clock import now
from gateway.contents import keep_contents
from gateway.gateway import Gateway
from gateway.ledger.cases import open_case
from gateway.lone import give_up
from gateway.overdue import pursue_overdue, remind_partners
from gateway.reconcile import mark_overdue


def watch(gateway: Gateway) -> list[str]:
    """Return the sentences of what is late now, each of them an open case."""
    with gateway.ledger.begin() as tx:
        keep_contents(gateway, tx)
        mark_overdue(tx)
        remind_partners(gateway, tx)
        give_up(gateway, tx)
        overdue = pursue_overdue(gateway, tx)
        alarms = list_alarms(gateway, tx, now())
        close_ended(tx, alarms)
        for case in alarms:
            open_case(tx, case)
    return [*overdue, *(case.summary for case in alarms)]
