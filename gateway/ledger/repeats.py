"""Repeats: an effect that is done, or was given up, is to be done once more because a person says so."""

from sqlalchemy import Connection

from gateway.clock import now
from gateway.ledger.effects import find_effect
from gateway.ledger.errors import LedgerError
from gateway.ledger.rows import update_rows
from gateway.ledger.tables import effects

FINAL = ("done", "skipped")


def repeat_effect(tx: Connection, effect_id: int) -> None:
    """Make a final effect due again under its old key, by which the other side knows it.

    Raises LedgerError for one that is not final: it is done anyway, or retried.
    """
    effect = find_effect(tx, effect_id)
    if effect is None or effect.state not in FINAL:
        state = "not there" if effect is None else effect.state
        raise LedgerError(f"effect {effect_id} is {state}; only what is done is done again")
    again = {"state": "pending", "attempts": 0, "due_at": now(), "done_at": None}
    update_rows(tx, effects, {"id": effect_id}, again | {"lease_until": None, "owner": ""})
