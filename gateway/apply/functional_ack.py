"""A 997 or 999: what became of the documents we sent (B-36, B-44)."""

from collections.abc import Iterator

from canonical.functional_ack import AckError, FunctionalAck, SetAck
from gateway.apply.incoming import Incoming
from gateway.apply.remarks import refuse
from gateway.ledger.cases import NewCase, open_case
from gateway.ledger.documents import DocumentRow, link_orders
from gateway.reconcile import Answered, meet_expectations, reconcile_group
from translators.findings import Finding, Level
from translators.x12.answer_words import say_answer_code


def apply_functional_ack(incoming: Incoming, ack: FunctionalAck) -> list[Finding]:
    """Return what was found; every document of the group we sent learns its answer."""
    answered = reconcile_group(incoming.tx, incoming.partner.name, ack)
    if not answered:
        sentence = (
            f"{ack.group_id} group {ack.group_control} was never sent to {incoming.partner.name}"
        )
        advice = "ask the partner which file is meant; nothing was changed"
        return [refuse("nothing-sent", sentence, advice, incoming.places.get("", ""))]
    orders = list[str]()
    for one in answered:
        orders += meet_expectations(incoming.tx, one, incoming.document_id)
    link_orders(incoming.tx, incoming.document_id, orders)
    found = [finding for one in answered for finding in _list_findings(incoming, one)]
    return [*found, *_list_strangers(incoming, ack, answered)]


def _list_strangers(
    incoming: Incoming, ack: FunctionalAck, answered: list[Answered]
) -> Iterator[Finding]:
    """Yield a warning for each set the answer names that our group did not hold."""
    known = {one.document.set_control.strip() for one in answered}
    for one in ack.sets:
        if one.control_number.strip() not in known:
            named = f"set {one.set_id} {one.control_number}"
            said = f"{named} is answered, and group {ack.group_control} held no such set"
            yield _tell(incoming, "ack-without-original", said, "warning")


def _list_findings(incoming: Incoming, one: Answered) -> list[Finding]:
    """Return what a person should know of one answer: refused, late, said again, or otherwise."""
    document = f"our {one.document.kind} {one.document.number}"
    if one.is_again:
        said = f"{document} was {one.state} before; the acknowledgment came again"
        return [_tell(incoming, "ack-again", said, "note")]
    found = list[Finding]()
    if one.is_late:
        found.append(
            _tell(incoming, "late-ack", f"the acknowledgment of {document} is late", "note")
        )
    if one.is_contradiction:
        said = f"{document} was {one.document.acknowledged} before, and is {one.state} now"
        found.append(_tell(incoming, "ack-contradicts", said, "warning"))
    if one.state in {"rejected", "accepted_with_errors"}:
        found.append(_complain(incoming, one.document, one.answer, one.state))
    return found


def _tell(incoming: Incoming, code: str, sentence: str, level: Level) -> Finding:
    place = incoming.places.get("", "")
    return Finding(level=level, code=code, sentence=sentence, place=place)


def _say_error(error: AckError) -> str:
    """Return where a fault of ours is, what stands there, and what the code of it means."""
    where = f"{error.segment} (segment {error.ordinal})"
    if error.element:
        where += f" element {error.element} holds '{error.value or ''}'"
    meaning = say_answer_code(error.code, error.element_code)
    return f"{where}: {meaning}" if meaning else where


def _complain(
    incoming: Incoming, document: DocumentRow, answer: SetAck | None, state: str
) -> Finding:
    faults = [_say_error(error) for error in (answer.errors if answer else ())]
    what = "; ".join(faults) or "without saying where"
    sentence = (
        f"{incoming.partner.name} could not read our {document.kind} {document.number}: {what}"
    )
    if state == "rejected":
        open_case(
            incoming.tx,
            NewCase(
                kind="rejected-by-partner",
                owner="ops",
                summary=sentence,
                po_number=document.number,
                document_id=incoming.document_id,
            ),
        )
    return Finding(
        level="warning",
        code="rejected-by-partner",
        sentence=sentence,
        advice="mend the outbound mapping, then send the order again",
        place=incoming.places.get("", ""),
    )
