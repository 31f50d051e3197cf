"""Shadowed: what the last version in shadow made otherwise of all that came, gathered by cause."""

import msgspec

from gateway.gateway import Gateway
from gateway.ledger.versions import VersionRow, list_publications, list_shadows
from gateway.versions.difference import About, Difference, Gathering, Side, Spot
from gateway.versions.reasons import Reason


def gather_shadow(gateway: Gateway, partner: str, mapping: str) -> Difference | None:
    """Return the difference documents showed while a version was in shadow; None where none was."""
    with gateway.ledger.read() as tx:
        rows = list_publications(tx, partner, mapping)
        shadow = next((row for row in reversed(rows) if row.stage == "shadow"), None)
        if shadow is None:
            return None
        read = list_shadows(tx, shadow.version_id)
    gathering = Gathering()
    for one in read:
        reasons = msgspec.json.decode(one.reasons, type=list[Reason])
        gathering.add(Spot(file=one.file, place=one.place, number=one.number), reasons)
    live = [row for row in rows if row.stage == "live" and row.id < shadow.id]
    about = About(
        partner=partner,
        mapping=mapping,
        old=_side(live[-1]) if live else Side(name="nothing"),
        new=_side(shadow),
    )
    return gathering.finish(about)


def _side(row: VersionRow) -> Side:
    return Side(name=f"version {row.number}", version=row.version)
