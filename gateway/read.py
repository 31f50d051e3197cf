"""Read: the bytes of a file as documents, whatever its format."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext

from sqlalchemy import Connection

from gateway.agreed import ReadDocument, agree, find_format, read_agreed
from gateway.arrivals import CONFLICT, check_arrival, check_group_arrival, hash_interchange
from gateway.clock import now
from gateway.compiled import keep_under
from gateway.containers import Member
from gateway.drift import guard
from gateway.gateway import Gateway
from gateway.ledger.files import FileRow
from gateway.partners import Agreement, Partner, Wanted, find_agreement
from gateway.partners.spread import find_spread
from gateway.partners.tolerance import tolerance_of
from gateway.parts import refuse_part
from gateway.pgp import (
    PgpError,
    is_pgp,
    is_refused_open,
    name_inside,
    open_pgp,
    refuse_open,
    refuse_pgp,
)
from gateway.secrets import SecretError
from translators.compiled.quick import Quick
from translators.document import Document
from translators.mapper.read_mapping import ReadMapping
from translators.x12.documents import document_of, kind_of
from translators.x12.reader import read_x12
from translators.x12.structure import Group, Interchange, Set

REFUSING = (CONFLICT, "group-number-again")  # found around a set, and refuse it

Part = ReadDocument | Interchange


def read_received(
    gateway: Gateway, partner: Partner, file: FileRow, data: bytes, tx: Connection | None = None
) -> Iterator[Part]:
    """Yield what is in a file as it came; of one that was to be encrypted and is not, only why not."""
    if is_refused_open(partner, file.channel, file.name, data):
        yield ReadDocument(1, refuse_open(file.name))
        return
    yield from read_file(gateway, partner, file.name, data, tx)


def read_file(
    gateway: Gateway, partner: Partner, name: str, data: bytes, tx: Connection | None = None
) -> Iterator[Part]:
    """Yield each document as it is read, and each X12 interchange after its last document.

    What came before is asked in the transaction given, which may have looked it up; else at that moment.
    """
    if is_pgp(data):
        yield from _read_message(gateway, partner, name, data, tx)
        return
    found = find_format(data)
    if found == "x12":
        yield from _read_x12(gateway, partner, data, tx)
    elif found == "csv" and find_spread(partner, name) is not None:
        with nullcontext(tx) if tx else gateway.ledger.read() as asked:
            findings = refuse_part(asked, gateway.shelf, partner, Member(name=name, data=data))
        if findings:
            yield ReadDocument(1, Document(kind="csv", place="the whole file", findings=findings))
    else:
        parts = read_agreed(gateway.shelf, partner, name, data, found)
        yield from guard(gateway, partner, parts)


def _read_message(
    gateway: Gateway, partner: Partner, name: str, data: bytes, tx: Connection | None
) -> Iterator[Part]:
    """Yield why a PGP message was not opened when it came; where it can be by now, what is in it."""
    most = max((one.take.max_bytes for one in partner.channels.arriving), default=0)
    try:
        inside = open_pgp(gateway.secrets, partner, data, most)
    except (PgpError, SecretError) as error:
        yield ReadDocument(1, refuse_pgp(name, error))
        return
    yield from read_file(gateway, partner, name_inside(name), inside, tx)


def _read_x12(
    gateway: Gateway, partner: Partner, data: bytes, tx: Connection | None
) -> Iterator[Part]:
    ordinal = 0
    keep = keep_under(gateway.site.home / "var" / "compiled")
    quick = Quick(lambda set_: _find_reader(gateway, partner, set_), keep=keep, size=len(data))
    for part in read_x12(data, tolerance_of(partner, now().date()), quick.take):
        if isinstance(part, Set):
            ordinal += 1
            _check_arrival(
                nullcontext(tx) if tx else gateway.ledger.read(), partner, part.group, data
            )
            document = document_of(part)
            agreement = _agree(gateway, partner, document, part.group)
            part.findings = list(document.findings)
            yield ReadDocument(ordinal, document, agreement)
            part.release()
        elif isinstance(part, Interchange):  # a group is answered with its interchange
            part.sha256 = part.sha256 or hash_interchange(part, data)
            yield part


def _find_reader(gateway: Gateway, partner: Partner, set_: Set) -> ReadMapping | None:
    """Return the mapping agreed for sets of this kind, or None."""
    if partner.alarms.field_defaults_percent is not None:
        return None  # the fast pass does not tell which values are by default
    agreed = find_agreement(partner, Wanted(direction="in", kind=kind_of(set_)))
    found = gateway.shelf.find_reader(agreed.mapping) if isinstance(agreed, Agreement) else None
    return found if isinstance(found, ReadMapping) else None


def _check_arrival(
    asked: AbstractContextManager[Connection], partner: Partner, group: Group, data: bytes
) -> None:
    """Add to an interchange, and to a group, what its control numbers tell, at its first set."""
    interchange = group.interchange
    if len(group.sets) > 1 or not interchange.header:
        return
    with asked as tx:
        if not interchange.sha256:
            interchange.sha256 = hash_interchange(interchange, data)
            interchange.findings += check_arrival(tx, partner, interchange)
        group.findings += check_group_arrival(tx, partner, group)


def _agree(
    gateway: Gateway, partner: Partner, document: Document, group: Group
) -> Agreement | None:
    """Return what is agreed about the set; numbers that came before are among what speaks against it."""
    around = (*group.interchange.findings, *group.findings)
    refusals = [one for one in around if one.code in REFUSING]
    return agree(gateway.partners, partner, document, refusals)
