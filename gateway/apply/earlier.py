"""Earlier documents of the same number: what a replacement replaces, or a cancellation takes back (B-75)."""

from canonical.shared import Entity
from gateway.apply.incoming import Incoming
from gateway.apply.remarks import refuse
from gateway.ledger.documents import DocumentQuery, list_documents
from gateway.ledger.locks import hold
from gateway.ledger.states import SETTLED_DOCUMENTS
from translators.findings import Finding

TAKES_BACK = ("replace", "cancel")
DONE = {"replace": "replaced", "cancel": "cancelled"}
KNOWN = {"shipment": "shipment-known", "receipt": "receipt-known"}


def list_earlier(incoming: Incoming, entity: type[Entity], number: str) -> list[int]:
    """Return the documents of this number that took effect, whatever files they came in; they are held."""
    hold(incoming.tx, f"{entity.__name__} {incoming.partner.name} {number}")
    query = DocumentQuery(
        partner=incoming.partner.name, direction="in", entity=entity.__name__, number=number
    )
    rows = list_documents(incoming.tx, query, limit=1000)
    return [
        row.id for row in rows if row.state in SETTLED_DOCUMENTS and row.id != incoming.document_id
    ]


def check_purpose(
    incoming: Incoming, word: str, number: str, purpose: str, earlier: list[int]
) -> Finding | None:
    """Return what stands against a document as a whole: its purpose, or its number is used or unknown."""
    what, place = f"{word} {number}", incoming.places.get("", "")
    if purpose not in ("original", *TAKES_BACK):
        sentence = f"{what} is sent with purpose {purpose}"
        advice = "send it as an original, or replace or cancel the earlier one as a whole"
        return refuse("not-yet", sentence, advice, place)
    if purpose == "original" and earlier:
        sentence = (
            f"{what} was sent before, with other content or cancelled (document {earlier[0]})"
        )
        advice = "give another one a number of its own, or send it as a replacement (05)"
        return refuse(KNOWN[word], sentence, advice, place)
    if purpose in TAKES_BACK and not earlier:
        sentence = f"{what} is to be {DONE[purpose]}, and was never taken"
        advice = "send it as an original" if purpose == "replace" else "correct its number"
        return refuse("nothing-sent", sentence, advice, place)
    return None
