"""Again: a file done again, each of its effects as a person chose, previewed by doing it and undoing it (F13)."""

from collections.abc import Sequence
from contextlib import suppress

import msgspec
from sqlalchemy import Connection

from flows.process import process_file, process_inside
from gateway.gateway import Gateway
from gateway.ledger.actions import Action, record_action
from gateway.ledger.effects import EffectRow, retry_effect, skip_effect
from gateway.ledger.errors import LedgerError
from gateway.ledger.files import FileRow
from gateway.ledger.repeats import FINAL, repeat_effect
from gateway.rerun import list_effects_of, refuse_file, reopen, reopen_file
from gateway.summary import Outcome
from gateway.versions.pins import pin_versions

ALL = "all"


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What a person wants: effects by key to be done once more, or never; who and why."""

    again: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    actor: str = ""
    reason: str = ""
    version: str = ""  # of the mappings: newest, used, a number; see gateway.versions.pins

    def wants_again(self, effect: EffectRow) -> bool:
        """Return whether a final effect is to be done once more."""
        return effect.key in self.again or (ALL in self.again and effect.state == "done")


class Consequence(msgspec.Struct, frozen=True, kw_only=True):
    """One effect of a file, as it stood before, and what becomes of it."""

    file_id: int
    effect: EffectRow
    is_new: bool = False
    happens: str

    @property
    def stands(self) -> str:
        """Return how it stood: already done and when, or how far it is."""
        effect = self.effect
        if self.is_new:
            return "not there yet"
        if effect.state == "done" and effect.done_at is not None:
            return f"already done {effect.done_at:%Y-%m-%d %H:%M}"
        return effect.state


def preview(
    gateway: Gateway, file: FileRow, wish: Wish
) -> tuple[Outcome | None, list[Consequence]]:
    """Return what doing the file again would come to; it is done, and undone."""
    found: list[tuple[Outcome | None, list[Consequence]]] = []
    with suppress(_UndoneError), gateway.ledger.begin() as tx:
        found.append(_do(gateway, tx, file, wish))
        raise _UndoneError
    return found[0]


def do_again(
    gateway: Gateway, file: FileRow, wish: Wish
) -> tuple[Outcome | None, list[Consequence]]:
    """Do a file again where it is parked, and with each effect what is wanted; all of it is recorded.

    Where effects must not be done, or the file is not read by what runs now, it is all one
    transaction, so that nobody is faster.
    """
    with gateway.ledger.read() as tx:
        is_pinned = pin_versions(gateway, tx, file, wish.version) is not gateway
    if wish.never or is_pinned:
        with gateway.ledger.begin() as tx:
            return _do(gateway, tx, file, wish)
    with gateway.ledger.read() as tx:
        before = list_effects_of(tx, file.id)
    outcome = None
    if reopen_file(gateway, file.id, actor=wish.actor, reason=wish.reason):
        outcome = process_file(gateway, file.id)
    with gateway.ledger.begin() as tx:
        return outcome, _settle(tx, file, before, wish)


def must_know(wish: Wish, consequences: Sequence[Consequence]) -> None:
    """Raise LedgerError where a key is wanted that is not among the effects."""
    known = {one.effect.key for one in consequences} | {ALL}
    strange = sorted((wish.again | wish.never) - known)
    if strange:
        raise LedgerError(
            f"there is no effect {', '.join(strange)} among these; --dry-run lists all of them"
        )


class _UndoneError(Exception):
    """Ends the transaction of a preview without a trace."""


def _do(
    gateway: Gateway, tx: Connection, file: FileRow, wish: Wish
) -> tuple[Outcome | None, list[Consequence]]:
    before = list_effects_of(tx, file.id)
    outcome = None
    pinned = pin_versions(gateway, tx, file, wish.version)
    if not refuse_file(file) and reopen(tx, file.id, actor=wish.actor, reason=wish.reason):
        outcome = process_inside(pinned, tx, file.id)
    return outcome, _settle(tx, file, before, wish)


def _settle(
    tx: Connection, file: FileRow, before: Sequence[EffectRow], wish: Wish
) -> list[Consequence]:
    """Do with each effect what is wanted, and return what that is."""
    known = {effect.key for effect in before}
    return [
        Consequence(
            file_id=file.id,
            effect=effect,
            is_new=effect.key not in known,
            happens=_settle_one(tx, effect, wish, is_new=effect.key not in known),
        )
        for effect in list_effects_of(tx, file.id)
    ]


def _settle_one(tx: Connection, effect: EffectRow, wish: Wish, *, is_new: bool) -> str:
    if effect.state in FINAL:
        return _settle_final(tx, effect, wish)
    if effect.key in wish.never:
        skip_effect(tx, effect.id, wish.reason)
        _record(tx, "suppress", effect, wish)
        return "never done"
    if effect.state == "stuck":
        retry_effect(tx, effect.id)
        _record(tx, "retry", effect, wish)
        return "tried again"
    return "done" if is_new else "goes on by itself"


def _settle_final(tx: Connection, effect: EffectRow, wish: Wish) -> str:
    if effect.key in wish.never or not wish.wants_again(effect):
        return "left alone"
    repeat_effect(tx, effect.id)
    _record(tx, "again", effect, wish)
    return "done once more"


def _record(tx: Connection, verb: str, effect: EffectRow, wish: Wish) -> None:
    subject = f"effect {effect.key}"
    record_action(tx, Action(actor=wish.actor, verb=verb, subject=subject, reason=wish.reason))
