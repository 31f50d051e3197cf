"""Schedules: which 830 and 862 hold for a partner, and what they ask for by now (B-79, B-80)."""

from sqlalchemy import Connection

from canonical.demand import Need, merge_needs, pick_standing
from canonical.entities import read_json
from canonical.forecast import Forecast
from gateway.ledger.documents import DocumentQuery, list_documents

MOST = 1000  # the newest of them; each replaces the ones before


def find_standing(tx: Connection, partner: str) -> tuple[Forecast | None, Forecast | None]:
    """Return the planning and the shipping schedule a partner was sent and that hold."""
    query = DocumentQuery(partner=partner, direction="out", entity=Forecast.__name__)
    sent = (
        read_json(Forecast.__name__, row.content) for row in list_documents(tx, query, limit=MOST)
    )
    return pick_standing(reversed([one for one in sent if isinstance(one, Forecast)]))


def list_needed(tx: Connection, partner: str, item: str | None = None) -> list[Need]:
    """Return what a partner is asked for period by period, past due first."""
    needs = merge_needs(*find_standing(tx, partner))
    return [one for one in needs if item in (None, one.item)]
