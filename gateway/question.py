"""Question: a sender asks through its own channel what became of its files, and is answered in words (C-45)."""

from collections.abc import Iterator

from sqlalchemy import Connection

from gateway.gateway import Gateway
from gateway.ledger.documents import NewDocument, find_document_at, record_document
from gateway.ledger.effects import list_effects
from gateway.ledger.files import FileRow, list_files, set_file_state
from gateway.ledger.findings import list_findings
from gateway.ledger.rates import ASK
from gateway.ledger.sent import list_answers, list_sent
from gateway.ledger.sightings import list_sightings
from gateway.reply import TEXT_ANSWER, Reply, put_answer
from gateway.told import tell_sender

NEWEST = 20  # of one name, and of those who name none
MOST_LINES = 50
_LONGEST_LINE = 250
WORDS = {
    "received": "with us, and not read yet",
    "read": "with us, and being read",
    "mapped": "with us, and being read",
    "applied": "taken",
    "routed": "taken",
    "delivered": "taken, and all it asked for is done",
    "parked": "not all of it could be used",
    "quarantined": "it must not be taken as it is",
    "waiting": "it waits for its other part",
    "duplicate": "the same came before; nothing is done twice",
    "ignored": "read, and without effect of its own",
}


def is_question(name: str) -> bool:
    """Return whether a file asks, by its name, what became of others."""
    return name.lower().endswith(ASK)


def answer_question(gateway: Gateway, tx: Connection, file: FileRow, data: bytes) -> None:
    """Queue the answer to a question, once; the same question again is answered anew.

    Nobody hears of what another sent.
    """
    if find_document_at(tx, file.id, TEXT_ANSWER) is not None:
        return  # seen again before its source was removed
    partner = gateway.partners.get(file.partner)
    names = [line.strip() for line in data.decode("utf-8-sig", "replace").splitlines()]
    asked = [name[:_LONGEST_LINE] for name in names if name][:MOST_LINES]
    words = "\r\n".join(_write(tx, file, asked)).encode("utf-8-sig")
    document_id = record_document(
        tx,
        NewDocument(
            partner=partner.name,
            direction="out",
            kind="text answer",
            state="applied",
            ordinal=TEXT_ANSWER,
            file_id=file.id,
            number=file.name[:80],
            sha256=gateway.archive.store(words),
        ),
    )
    reply = Reply(gateway, tx, file, partner)
    put_answer(reply, document_id, f"{file.name}.answer.txt", words)
    if file.state == "received":
        set_file_state(tx, file.id, "ignored", "a question about files; it is answered")


def _write(tx: Connection, file: FileRow, asked: list[str]) -> Iterator[str]:
    if not asked:
        yield f"The newest {NEWEST} files we have of you:"
        yield ""
        sent = [one for one in list_files(tx, partner=file.partner) if not is_question(one.name)]
        for one in sent[:NEWEST]:
            yield from _tell(tx, one)
        yield from _tell_left(tx, file, "")
        return
    for name in asked:
        found = list_sent(tx, file.partner, name, NEWEST)
        yield f"{name}:"
        for one in found:
            yield from _tell(tx, one)
        left = list(_tell_left(tx, file, name))
        yield from left
        if not found and not left:
            yield "- no file of this name came from you, and none that holds this number."
            yield "  what to do: send it, or ask for all with a question that names none"
        yield ""


def _tell(tx: Connection, file: FileRow) -> Iterator[str]:
    at = f"{file.received_at:%Y-%m-%d %H:%M:%S} UTC"
    yield f"- {file.name}, {file.size} bytes, received {at}: {WORDS[file.state]}"
    found = list_findings(tx, file_id=file.duplicate_of or file.id)
    errors = list(dict.fromkeys(row.finding for row in found if row.level == "error"))
    yield from (f"  {line}" for line, _ in tell_sender(errors[:NEWEST]))
    for document_id in list_answers(tx, file.duplicate_of or file.id):
        for effect in list_effects(tx, document_id=document_id):
            if effect.kind == "put":
                yield f"  answered by {effect.payload.get('name')}, which is {_WAYS[effect.state]}"


_WAYS = {
    "pending": "on its way",
    "taken": "on its way",
    "done": "in your folder, or was",
    "stuck": "held up here; we are looking after it",
    "skipped": "not sent",
}


def _tell_left(tx: Connection, file: FileRow, name: str) -> Iterator[str]:
    """Yield what lies at the source and is not taken; without a name all of it."""
    for row in list_sightings(tx, file.channel):
        is_meant = row.name == name or (not name and row.verdict in ("wait", "quarantine"))
        if is_meant and row.name != file.name:
            yield f"- {row.name} lies there since {row.since:%Y-%m-%d %H:%M} UTC and is not taken: {row.reason}"
