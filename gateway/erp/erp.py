"""What any ERP door can do: hand over released orders; plan a command, apply it, verify that it holds."""

from collections.abc import Callable, Sequence
from typing import Literal, Protocol, runtime_checkable

import msgspec
from msgspec import Struct

from canonical.erp_commands import ErpCommand
from canonical.purchase_order import PurchaseOrder
from gateway.erp.errors import (
    ErpPendingError,
    ErpRejectedError,
    ErpStaleError,
    ErpUnknownError,
)

MOST_PLANS = 4  # for one command, one after the other, where others change the same order


class Plan(Struct, frozen=True, kw_only=True):
    """One command as this ERP takes it; kept with its effect before anything is done.

    `target` names where it goes (a file, a URL, an order), `content` is all that is needed to do
    it, and what could not be found out any more once it is half done.
    """

    key: str
    command: str
    target: str
    content: str


class Outcome(Struct, frozen=True, kw_only=True):
    """What became of a plan.

    `applied` now or `already` before; `accepted` by the ERP and not done yet; `diverged`: the ERP
    holds something else.
    """

    result: Literal["applied", "already", "accepted", "diverged"]
    reference: str
    sentence: str


class Released(Struct, frozen=True, kw_only=True):
    """Orders the ERP has released since a cursor, and the cursor to ask with next time."""

    orders: tuple[PurchaseOrder, ...] = ()
    cursor: str = ""
    more: bool = False  # ask again at once


class Erp(Protocol):
    """One ERP. Every method raises ErpError of a class that says what is to be done about it.

    `released_orders` and `plan` only read; `apply` may be repeated after a crash at any line, for
    every step of it looks before it acts; `verify` reads back.
    """

    def released_orders(self, cursor: str) -> Released:
        """Return each order released since the cursor at least once; an empty one means all."""
        ...

    def plan(self, command: ErpCommand, key: str) -> Plan:
        """Return the command as this ERP takes it, under its idempotency key."""
        ...

    def apply(self, plan: Plan) -> Outcome:
        """Make the ERP hold what the plan says; a repeat answers `already`."""
        ...

    def verify(self, plan: Plan) -> Outcome:
        """Return whether the ERP holds what the plan says."""
        ...

    def close(self) -> None:
        """Hang up."""
        ...


def deliver_command(
    erp: Erp,
    command: ErpCommand,
    key: str,
    kept: Plan | None = None,
    keep: Callable[[Plan], None] = lambda _plan: None,
) -> Outcome:
    """Return the outcome of a command, read back; a plan is kept before it is acted on.

    Raises ErpRejectedError where it does not hold, ErpPendingError where it does not hold yet.
    """
    plan = kept
    for _ in range(MOST_PLANS):
        if plan is None:
            plan = erp.plan(command, key)
            keep(plan)
        # Killed here or anywhere below: the next attempt finds the plan and looks before it acts.
        try:
            return _do(erp, plan)
        except ErpStaleError:
            # Raised only where nothing of ours was written: what we would write is thought out anew.
            plan = None
    raise ErpStaleError(f"{key}: others go on changing what it is about; it is tried again")


@runtime_checkable
class ManyAtOnce(Protocol):
    """An ERP that takes many plans for little more than the price of one."""

    def apply_all(self, plans: Sequence[Plan]) -> list[Outcome]:
        """Make the ERP hold what plans of different keys say; as safe to repeat as `apply`."""
        ...

    def verify(self, plan: Plan) -> Outcome:
        """Return whether the ERP holds what the plan says."""
        ...


def do_all(erp: ManyAtOnce, plans: Sequence[Plan]) -> list[Outcome]:
    """Return the outcomes of kept plans, each read back; raises where one of them does not hold."""
    outcomes = erp.apply_all(plans)
    return [_hold_to(erp, *one) for one in zip(plans, outcomes, strict=True)]


def _do(erp: Erp, plan: Plan) -> Outcome:
    return _hold_to(erp, plan, erp.apply(plan))


def _hold_to(erp: Erp | ManyAtOnce, plan: Plan, done: Outcome) -> Outcome:
    try:
        held = erp.verify(plan) if done.result in ("applied", "already") else done
    except ErpStaleError as error:
        # Something was written by now: the plan holds, and is looked at again.
        raise ErpUnknownError(f"{error}") from error
    if held.result == "diverged":
        raise ErpRejectedError(held.sentence)
    if held.result == "accepted":
        raise ErpPendingError(held.sentence)
    return done


def write_plan(plan: Plan) -> str:
    """Return the plan as the ledger keeps it."""
    return msgspec.json.encode(plan).decode()


def read_plan(text: str) -> Plan | None:
    """Return the kept plan; None where none was made yet."""
    return msgspec.json.decode(text, type=Plan) if text else None
