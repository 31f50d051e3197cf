"""An 824: what the partner's application made of documents we sent (B-42)."""

from collections.abc import Iterable

from canonical.application_advice import Answer, ApplicationAdvice
from gateway.apply.incoming import Incoming
from gateway.apply.remarks import refuse
from gateway.ledger.cases import NewCase, open_case
from gateway.ledger.documents import (
    DocumentQuery,
    DocumentRow,
    find_sent,
    link_orders,
    list_documents,
)
from translators.findings import Finding
from translators.x12.grammar import GROUP_OF

_GOOD = frozenset(("accepted", "accepted_with_changes"))


def apply_application_advice(incoming: Incoming, advice: ApplicationAdvice) -> list[Finding]:
    """Return what was found; each refused document of ours becomes a case with the reasons given."""
    named = [(answer, _find_sent(incoming, answer)) for answer in advice.answers]
    if named and not any(document for _, document in named):
        numbers = ", ".join(answer.reference.value for answer, _ in named[:5])
        sentence = f"nothing sent to {incoming.partner.name} is known as {numbers}"
        hint = "ask the partner which document is meant; nothing was changed"
        return [refuse("nothing-sent", sentence, hint, incoming.places.get("", ""))]
    orders = [document.number for _, document in named if document and document.number]
    link_orders(incoming.tx, incoming.document_id, orders)
    return [
        _complain(incoming, answer, document)
        for answer, document in named
        if document is not None and answer.status not in _GOOD
    ]


def _find_sent(incoming: Incoming, answer: Answer) -> DocumentRow | None:
    """Return the document of ours an answer means: by group and set number, else by its own number."""
    partner, group_id = incoming.partner.name, GROUP_OF.get(answer.set_id or "", "")
    if answer.group_control and group_id:
        control = answer.set_control
        found = find_sent(incoming.tx, partner, group_id, answer.group_control, control)
        if found is not None:
            return found
    query = DocumentQuery(partner=partner, direction="out", number=answer.reference.value)
    return next(iter(list_documents(incoming.tx, query, limit=1)), None)


def _complain(incoming: Incoming, answer: Answer, document: DocumentRow) -> Finding:
    why = "; ".join(_list_reasons(answer)) or "without saying why"
    done = answer.status.replace("_", " ")
    sentence = (
        f"{incoming.partner.name} answers our {document.kind} {document.number}: {done}: {why}"
    )
    if answer.status in {"rejected", "partially_accepted", "other"}:
        case = NewCase(
            kind="rejected-by-partner",
            owner="buyer",
            summary=sentence,
            po_number=document.number,
            document_id=incoming.document_id,
        )
        open_case(incoming.tx, case)
    return Finding(
        level="warning",
        code="rejected-by-partner",
        sentence=sentence,
        advice="settle it with the partner, then send the document again",
        place=incoming.places.get("", ""),
    )


def _list_reasons(answer: Answer) -> Iterable[str]:
    for problem in answer.problems:
        text = " ".join(problem.notes) or problem.text or f"code {problem.code}"
        where = f"{problem.segment} (segment {problem.ordinal}): " if problem.segment else ""
        yield f"{where}{text}"
