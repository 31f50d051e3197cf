"""The packages of a shipment: their SSCC is checked and kept, one that comes again is told (B-74)."""

from canonical.ship_notice import ShipNotice
from canonical.sscc import check_sscc, list_labels
from gateway.apply.incoming import Incoming
from gateway.ledger.packages import Package, Seen, list_seen, record_packages
from translators.findings import Finding

_OWN = "give each package a number of its own, for a year at least"
_GS1 = "number packages as GS1 says; the goods are taken all the same"


def note_packages(incoming: Incoming, notice: ShipNotice) -> list[Finding]:
    """Return a warning for each package number that is wrong, or was used before."""
    labels = list_labels(notice)
    places = {sscc: incoming.said.place(paths[0]) for sscc, paths in labels.items()}
    number, partner = notice.shipment_number, incoming.partner.name
    found = [
        _warn("bad-sscc", against, _GS1, place)
        for sscc, place in places.items()
        if (against := check_sscc(sscc))
    ]
    for sscc, paths in labels.items():
        if len(paths) > 1:
            sentence = f"package number {sscc} stands on {len(paths)} packages of this shipment"
            found.append(_warn("sscc-again", sentence, _OWN, incoming.said.place(paths[1])))
    for one in list_seen(incoming.tx, {*labels}, partner, number):
        sentence = f"package number {one.sscc} was {_tell(one, partner)}"
        found.append(_warn("sscc-again", sentence, _OWN, places[one.sscc]))
    new = (
        Package(
            sscc=sscc[:40],
            partner=partner,
            shipment_number=number,
            document_id=incoming.document_id,
        )
        for sscc in labels
    )
    record_packages(incoming.tx, new)
    return found


def _tell(seen: Seen, partner: str) -> str:
    """Return where it was; of another partner only that it was (B-94)."""
    day = f"{seen.noticed_at:%Y-%m-%d}"
    if seen.partner != partner:
        return f"used by somebody else on {day}"
    return f"in shipment {seen.shipment_number} of {day}"


def _warn(code: str, sentence: str, advice: str, place: str) -> Finding:
    return Finding(level="warning", code=code, sentence=sentence, advice=advice, place=place)
