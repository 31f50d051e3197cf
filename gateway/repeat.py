"""Repeat: who sends the same bytes again is given the same answer again, as it was (B-25, B-29)."""

from sqlalchemy import Connection

from gateway.ledger.effects import NewEffect, list_effects, queue_effect
from gateway.ledger.files import FileRow
from gateway.ledger.sent import list_answers

AGAIN = "again-"


def repeat_answer(tx: Connection, file: FileRow) -> None:
    """Queue once more what was put in answer to the first file of these bytes: byte for byte, same numbers.

    A sender that lost our 997 sends its file again, and must not be met with silence. Where the
    answer still lies there it is found, and not put beside itself.
    """
    if file.duplicate_of is None:
        return
    for document_id in list_answers(tx, file.duplicate_of):
        for effect in list_effects(tx, document_id=document_id):
            if effect.kind == "put" and effect.state == "done" and not effect.key.startswith(AGAIN):
                again = NewEffect(
                    document_id=document_id,
                    name=f"{AGAIN}{file.id}-{effect.key}",
                    kind="put",
                    target=effect.target,
                    payload=effect.payload,
                    order_key=effect.order_key,
                )
                queue_effect(tx, again)
