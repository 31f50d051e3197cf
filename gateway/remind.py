"""Remind: a letter to a partner that an answer is due soon, or overdue, in the form its file names."""

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection

from gateway.clock import now
from gateway.gateway import Gateway
from gateway.ledger.documents import NewDocument, link_orders, record_document
from gateway.ledger.effects import NewEffect, queue_effect
from gateway.ledger.events import in_utc
from gateway.ledger.expectations import ExpectationRow
from gateway.partners import Partner
from gateway.partners.partner import Contact

NAMES = {
    "997": "the functional acknowledgment (997)",
    "855": "your answer (855)",
    "856": "your ship notice (856)",
    "861": "the receiving advice (861)",
    "865": "your answer to our change (865)",
}


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """What is written to the contact of which role; `name` is the file's without its ending."""

    title: str
    text: str
    role: str
    name: str


def remind(gateway: Gateway, tx: Connection, partner: Partner, row: ExpectationRow) -> bool:
    """Return whether the partner is told that an answer is due soon; in its own time of day."""
    at = _local(partner, row)
    letter = Letter(
        title=f"Order {row.po_number}: {_awaited(row)} is due by {at}",
        text="If it is on its way, nothing is to be done. Otherwise send it in the form we agreed,\n"
        "even where you can say only when you will know.",
        role="orders",
        name=f"reminder_{row.kind}_{row.po_number}",
    )
    return _send(gateway, tx, partner, row, letter)


def complain(
    gateway: Gateway, tx: Connection, partner: Partner, row: ExpectationRow, role: str
) -> bool:
    """Return whether a contact of the partner is told that an answer is overdue."""
    at = _local(partner, row)
    letter = Letter(
        title=f"Order {row.po_number}: {_awaited(row)} is overdue since {at}",
        text="Please send it, or tell our buyer what stands against it; a late answer still counts.",
        role=role,
        name=f"overdue_{row.kind}_{row.po_number}_{row.step + 1}",
    )
    return _send(gateway, tx, partner, row, letter)


def _awaited(row: ExpectationRow) -> str:
    return NAMES.get(row.kind, f"the {row.kind}")


def _local(partner: Partner, row: ExpectationRow) -> str:
    """Return when it is due as the partner's own clock shows it."""
    zone = partner.calendar.timezone
    return f"{in_utc(row.due_at).astimezone(ZoneInfo(zone)):%a %Y-%m-%d %H:%M} ({zone})"


def _find_contact(partner: Partner, role: str) -> Contact | None:
    """Return the contact of a role, else of the orders, else any."""
    for wanted in (role, "orders"):
        for one in partner.contacts:
            if one.role == wanted:
                return one
    return next(iter(partner.contacts), None)


def _write(gateway: Gateway, partner: Partner, letter: Letter, to: Contact | None) -> str:
    whom = (to.name if to else "") or partner.title or partner.name
    return f"{letter.title}.\n\nTo {whom}\n\n{letter.text}\n\n{gateway.site.company}\n"


def _send(
    gateway: Gateway, tx: Connection, partner: Partner, row: ExpectationRow, letter: Letter
) -> bool:
    channels = [one.name for one in partner.channels.leaving]
    said = partner.reminders
    if said.form == "none" or not channels:
        return False
    to = _find_contact(partner, letter.role)
    text = _write(gateway, partner, letter, to)
    data = (
        _write_mail(said.sender, to, letter.title, text)
        if said.form == "mail" and to
        else text.replace("\n", "\r\n").encode("utf-8-sig")
    )
    kind, ending = ("mail", "eml") if said.form == "mail" and to else ("text letter", "txt")
    sha256 = gateway.archive.store(data)
    document_id = record_document(
        tx,
        NewDocument(
            partner=partner.name,
            direction="out",
            kind=kind,
            state="applied",
            number=row.po_number,
            sha256=sha256,
            answers=row.document_id,
        ),
    )
    link_orders(tx, document_id, [row.po_number])
    safe = "".join(char if char.isalnum() or char in "._-" else "_" for char in letter.name)
    name = f"{safe}_{document_id}.{ending}"
    payload = {"channel": said.channel or channels[0], "name": name, "sha256": sha256}
    effect = NewEffect(
        document_id=document_id, number=1, kind="put", target=partner.name, payload=payload
    )
    queue_effect(tx, effect)
    return True


def _write_mail(sender: str, to: Contact, title: str, text: str) -> bytes:
    """Return the letter as RFC 5322 has mails, to be picked up by a mail server."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = to.mail
    mail["Subject"] = title
    mail["Date"] = format_datetime(in_utc(now()))
    mail.set_content(text)
    return mail.as_bytes()
