"""Control numbers: of what we send, drawn in the transaction of the document that uses them."""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Update, bindparam, case, insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql.dml import ReturningUpdate

from gateway.ledger.errors import LedgerError
from gateway.ledger.later import known_of, write_later
from gateway.ledger.rows import update_rows
from gateway.ledger.tables import control_numbers

LARGEST = 999_999_999  # nine digits: X12 I12, and element 28


def draw_control_number(tx: Connection, sender: str, receiver: str, usage: str, scope: str) -> int:
    """Return the next number of this pair, usage indicator and scope: 1 to 999999999, then 1 (B-28).

    A number whose transaction is undone is drawn again: it never left the house.
    """
    key = {"sender": sender, "receiver": receiver, "usage": usage, "scope": scope}
    drawn = _draw_held(tx, key) or _draw(tx, key)
    if drawn is not None:
        return drawn
    try:
        with tx.begin_nested():
            tx.execute(insert(control_numbers).values(**key, value=1))
    except IntegrityError:  # another process drew the first one since we looked
        return _draw(tx, key) or 1
    return 1


def bump_control_number(tx: Connection, key: tuple[str, str, str, str], drawn: int) -> None:
    """Record the last number a pair has used, after a restore from backup; never goes back.

    The key is sender, receiver, usage indicator and scope.
    """
    if not 1 <= drawn <= LARGEST:
        raise LedgerError(f"{drawn} is no control number; give the last one used, 1 to {LARGEST}")
    names = dict(zip(("sender", "receiver", "usage", "scope"), key, strict=True))
    last = draw_control_number(tx, *key)
    if drawn < last - 1:
        raise LedgerError(
            f"{' '.join(key)} has used {last - 1} already; going back to {drawn} would repeat numbers"
        )
    update_rows(tx, control_numbers, names, {"value": drawn})


def _draw(tx: Connection, key: dict[str, str]) -> int | None:
    asked = {f"of_{name}": word for name, word in key.items()}
    held = dict(known_of(tx, control_numbers))  # of other keys, which this leaves alone
    drawn: int | None = tx.execute(_next(), asked).scalar()
    if drawn is not None:
        known_of(tx, control_numbers).update(held | {tuple(key.values()): drawn})
    return drawn


def _draw_held(tx: Connection, key: dict[str, str]) -> int | None:
    """Return the next number where this transaction drew before, so that nobody else can; else None."""
    known = known_of(tx, control_numbers)
    last: int | None = known.get(tuple(key.values()))
    if last is None:
        return None
    drawn = known[tuple(key.values())] = 1 if last >= LARGEST else last + 1
    asked = {f"of_{name}": word for name, word in key.items()}
    write_later(tx, _set(), [asked | {"drawn": drawn}])
    return drawn


@cache
def _next() -> ReturningUpdate[Any]:
    value = control_numbers.c.value
    following = case((value >= LARGEST, 1), else_=value + 1)
    return update(control_numbers).where(*_same()).values(value=following).returning(value)


@cache
def _set() -> Update:
    return update(control_numbers).where(*_same()).values(value=bindparam("drawn"))


def _same() -> list[ColumnElement[bool]]:
    names = ("sender", "receiver", "usage", "scope")
    return [control_numbers.c[name] == bindparam(f"of_{name}") for name in names]
