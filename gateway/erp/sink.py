"""What any ERP door can do: plan a command, apply it, verify that it holds."""

from typing import Literal, Protocol

from msgspec import Struct

from canonical.erp_commands import ErpCommand


class ErpError(Exception):
    """A command could not be given to the ERP; the message says why."""


class ErpUnavailableError(ErpError):
    """The ERP cannot be reached now; trying again later may do."""


class ErpRejectedError(ErpError):
    """The ERP's own verdict is no, or it holds something else; a person has to look (B-92)."""


class Plan(Struct, frozen=True, kw_only=True):
    """One command as this ERP takes it; kept with its effect, so that a repeat does the same.

    `target` names where it goes (a file, a URL), `content` is what is written there.
    """

    key: str
    command: str
    target: str
    content: str


class Outcome(Struct, frozen=True, kw_only=True):
    """What became of a plan; `diverged` means that the ERP holds something else under that key."""

    result: Literal["applied", "already", "diverged"]
    reference: str
    sentence: str


class ErpSink(Protocol):
    """One ERP. Released orders do not come this way: they are files on the ERP partner's channel.

    `plan` only reads; `apply` may be repeated after a crash at any line; `verify` reads back.
    Those that reach out raise ErpUnavailableError (try again) or ErpRejectedError (do not).
    """

    def plan(self, command: ErpCommand, key: str) -> Plan:
        """Return the command as this ERP takes it, under its idempotency key."""
        ...

    def apply(self, plan: Plan) -> Outcome:
        """Make the ERP hold what the plan says; a repeat answers `already`."""
        ...

    def verify(self, plan: Plan) -> Outcome:
        """Return whether the ERP holds what the plan says."""
        ...


def deliver_command(sink: ErpSink, command: ErpCommand, key: str) -> Outcome:
    """Return the outcome of a command, read back; raises ErpRejectedError where it does not hold."""
    plan = sink.plan(command, key)
    applied = sink.apply(plan)
    held = sink.verify(plan) if applied.result != "diverged" else applied
    if held.result == "diverged":
        raise ErpRejectedError(held.sentence)
    return applied
