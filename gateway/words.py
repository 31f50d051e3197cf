"""Words: what a CM reads of a file that could not all be used."""

from gateway.ledger.documents import DocumentRow
from gateway.ledger.findings import list_findings
from gateway.reply import Reply
from gateway.told import tell_sender
from translators.findings import Finding

MOST_DOCUMENTS = 100  # told one by one; nobody reads more, and the first show the kind of fault


def write_words(
    reply: Reply, parked: list[DocumentRow], around: list[Finding], *, has_sheet: bool = False
) -> str:
    """Return the text: what was not taken, why, and what the sender can do about it."""
    company, file = reply.gateway.site.company, reply.file
    at = f"{file.received_at:%Y-%m-%d %H:%M} UTC"
    if not parked and not around:
        return f"{company} took all of {file.name}, received {at}.\r\n"
    lines = [f"{company} could not use all of {file.name}, received {at}.", ""]
    told = tell_sender(around)
    for row in parked[:MOST_DOCUMENTS]:
        found = [one.finding for one in list_findings(reply.tx, document_id=row.id)]
        told += tell_sender(found, row.place)
    lines += [line for line, _ in told]
    if len(parked) > MOST_DOCUMENTS:
        lines.append(f"- and {len(parked) - MOST_DOCUMENTS} more documents of the same file")
    is_theirs = any(theirs for _, theirs in told)
    last = (
        "Correct it and send the file again."
        if is_theirs
        else "You need do nothing: we use it as soon as it is mended here."
    )
    if has_sheet and is_theirs:
        last = (
            "The same rows lie beside this, in a file of its own, with what is wrong beside"
            " each. Correct them there and send that file; what we took already is not taken twice."
        )
    return "\r\n".join([*lines, "", last, ""])
