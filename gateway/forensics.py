"""Forensics: what a partner's control numbers tell, one after the other (F17)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Literal

import msgspec
from sqlalchemy import Connection

from gateway.ledger.actions import Action, record_action
from gateway.ledger.epochs import EpochRow, NewEpoch, begin_epoch, list_epochs
from gateway.ledger.errors import LedgerError
from gateway.ledger.files import FileRow, list_duplicates
from gateway.ledger.interchanges import InterchangeRow, list_interchanges
from gateway.partners import Partner

LARGEST = 999_999_999
Word = Literal["first", "next", "gap", "rewind", "duplicate", "reuse", "refused", "epoch"]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a partner's numbers: what came, and how it follows what came before."""

    at: datetime
    sender: str
    receiver: str
    usage: str
    control: int | None  # of an epoch there is none
    word: Word
    said: str
    file_id: int | None = None


def list_steps(tx: Connection, partner: Partner) -> list[Step]:
    """Return all steps of a partner's numbers, the oldest first."""
    senders = [f"{one.qualifier}/{one.id}"[:40] for one in partner.identities.list_x12()]
    rows, begun = list_interchanges(tx, senders), list_epochs(tx, senders)
    repeats = _list_repeats(list_duplicates(tx, partner.name), rows)
    steps = [*judge(rows, begun), *((step.at, step) for step in repeats)]
    return [step for _, step in sorted(steps, key=itemgetter(0))]


def judge(
    rows: Sequence[InterchangeRow], begun: Sequence[EpochRow]
) -> Iterator[tuple[datetime, Step]]:
    """Yield a step for each interchange and epoch, and when it counts; each pair and indicator apart.

    An epoch counts from its first interchange on, which may have come before it was declared.
    """
    pairs = {(row.sender, row.receiver, row.usage) for row in rows}
    pairs |= {(one.sender, one.receiver, one.usage) for one in begun}
    for pair in sorted(pairs):
        own = [row for row in rows if (row.sender, row.receiver, row.usage) == pair]
        starts = [one for one in begun if (one.sender, one.receiver, one.usage) == pair]
        yield from _judge_pair(own, starts)


def _judge_pair(
    rows: list[InterchangeRow], begun: list[EpochRow]
) -> Iterator[tuple[datetime, Step]]:
    known: dict[int, InterchangeRow] = {}
    last: InterchangeRow | None = None
    left = list(begun)
    for row in rows:
        while left and row.id > left[0].after_id:
            begins = left.pop(0)
            yield min(begins.began_at, row.received_at), _step_of_epoch(begins)
            known, last = {}, None
        word, said = _judge_row(row, known.get(row.control), last)
        yield row.received_at, _step(row, word, said)
        if row.accepted:
            known[row.control] = row
            last = last if word == "duplicate" else row
    for one in left:
        yield one.began_at, _step_of_epoch(one)


def _judge_row(
    row: InterchangeRow, known: InterchangeRow | None, last: InterchangeRow | None
) -> tuple[Word, str]:
    if known is not None and known.sha256 == row.sha256:
        return "duplicate", f"the same interchange came in file {known.file_id}"
    if known is not None:
        taken = "taken all the same" if row.accepted else "refused"
        return "reuse", f"file {known.file_id} had this number with other content; {taken}"
    if not row.accepted:
        return "refused", "nothing of it took effect; its number may come again"
    return ("first", "") if last is None else _judge_sequence(row, last)


def _judge_sequence(row: InterchangeRow, last: InterchangeRow) -> tuple[Word, str]:
    expected = 1 if last.control == LARGEST else last.control + 1
    if row.control == expected:
        return "next", ""
    if row.control < expected:
        return "rewind", f"{expected:09d} was expected; a file came late, or the counter was reset"
    missing = row.control - expected
    numbers = f"{expected:09d}" if missing == 1 else f"{expected:09d} to {row.control - 1:09d}"
    return "gap", f"{numbers} did not come"


def _step(row: InterchangeRow, word: Word, said: str) -> Step:
    return Step(
        at=row.received_at,
        sender=row.sender,
        receiver=row.receiver,
        usage=row.usage,
        control=row.control,
        word=word,
        said=said,
        file_id=row.file_id,
    )


def _step_of_epoch(row: EpochRow) -> Step:
    return Step(
        at=row.began_at,
        sender=row.sender,
        receiver=row.receiver,
        usage=row.usage,
        control=None,
        word="epoch",
        said=f"a new epoch, by {row.actor}: {row.reason}",
    )


def _list_repeats(again: Iterable[FileRow], rows: Sequence[InterchangeRow]) -> Iterator[Step]:
    """Yield the interchanges of files whose bytes came before: those were not even read."""
    by_file: dict[int, list[InterchangeRow]] = {}
    for row in rows:
        by_file.setdefault(row.file_id, []).append(row)
    for file in again:
        for row in by_file.get(file.duplicate_of or 0, []):
            step = _step(row, "duplicate", f"the same bytes came as file {row.file_id}")
            yield msgspec.structs.replace(step, at=file.received_at, file_id=file.id)


def begin_epochs(
    tx: Connection, partner: Partner, *, actor: str, reason: str, from_file: int | None = None
) -> list[str]:
    """Begin a new epoch for each pair the partner has sent under, and return which.

    With a file, the epoch begins with that file; else behind what was accepted last. Recorded with
    who and why. Raises LedgerError where nothing of the partner ever came, or not that file.
    """
    senders = [f"{one.qualifier}/{one.id}"[:40] for one in partner.identities.list_x12()]
    newest: dict[tuple[str, str, str], int] = {}
    for row in list_interchanges(tx, senders):
        pair = (row.sender, row.receiver, row.usage)
        if from_file is None and row.accepted:
            newest[pair] = row.id
        elif row.file_id == from_file:
            newest.setdefault(pair, row.id - 1)
    if not newest:
        what = f"in file {from_file}" if from_file is not None else "so far"
        raise LedgerError(f"no interchange of {partner.name} came {what}; nothing begins anew")
    for (sender, receiver, usage), after_id in newest.items():
        begin_epoch(
            tx,
            NewEpoch(
                sender=sender,
                receiver=receiver,
                usage=usage,
                after_id=after_id,
                actor=actor,
                reason=reason,
            ),
        )
    subject = f"partner {partner.name}"
    record_action(tx, Action(actor=actor, verb="new-epoch", subject=subject, reason=reason))
    return [f"{sender} to {receiver}, {usage}" for sender, receiver, usage in newest]
