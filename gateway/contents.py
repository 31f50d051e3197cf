"""Contents: a change of a partner file or of the routing rules is kept, and waits for somebody's word (B-98)."""

import hashlib
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

from sqlalchemy import Connection

from gateway.counted import counted
from gateway.gateway import Gateway
from gateway.ledger.actions import Action, record_action
from gateway.ledger.contents import (
    ContentRow,
    accept_content,
    find_contents,
    list_contents,
    record_content,
)
from gateway.ledger.errors import LedgerError
from gateway.partners.load import DEFAULTS
from gateway.routing.rules import FILE_NAME, RoutingError, load_rules

SHARED = (DEFAULTS.removesuffix(".yaml"), FILE_NAME.removesuffix(".yaml"))


def keep_contents(gateway: Gateway, tx: Connection) -> list[str]:
    """Return the files that say something else than when they were looked at last; it is kept.

    A partner file that cannot be used is in force nowhere, and may hold what no ledger should.
    """
    known, changed = find_contents(tx), []
    for name, text in _read_all(gateway):
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        before = known.get(name)
        if before is not None and before.sha256 == sha256:
            continue
        if record_content(tx, {"name": name, "sha256": sha256, "content": text}):
            changed.append(name)
    return changed


def list_unaccepted(tx: Connection) -> Iterator[tuple[str, str]]:
    """Yield the name of each file nobody answers for, with what is said of it."""
    for name, row in sorted(find_contents(tx).items()):
        if row.accepted_at is None:
            lines = sum(line[:1] in "+-" for line in differ(tx, row))
            at = f"{row.seen_at:%Y-%m-%d %H:%M} UTC"
            yield name, f"{name}.yaml is in force as it was changed {at}, {counted(lines, 'line')}"


def differ(tx: Connection, row: ContentRow) -> list[str]:
    """Return how a wording differs from the last one before it that somebody answers for."""
    before = [one for one in list_contents(tx, row.name) if one.id < row.id and one.accepted_at]
    last = before[-1] if before else None
    old = last.content.splitlines() if last else []
    names = f"{row.name}.yaml {last.seen_at:%Y-%m-%d}" if last else "", f"{row.name}.yaml"
    lines = list(unified_diff(old, row.content.splitlines(), *names, lineterm="", n=1))
    return lines[2:]


def accept(gateway: Gateway, name: str, actor: str, reason: str) -> ContentRow:
    """Return the wording that is in force and that somebody answers for now; raises LedgerError.

    What is broken is not accepted: mend it, or put back what was.
    """
    _check(gateway, name)
    with gateway.ledger.begin() as tx:
        keep_contents(gateway, tx)
        row = find_contents(tx).get(name)
        if row is None:
            raise LedgerError(f"there is no file {name}.yaml in force; see cmgateway partner list")
        if row.accepted_at is None:
            accept_content(tx, row, actor, reason)
            done = Action(actor=actor, verb="accept", subject=f"{name}.yaml", reason=reason)
            record_action(tx, done)
        return row


def _check(gateway: Gateway, name: str) -> None:
    found = gateway.partners.findings.get(name)
    if found:
        raise LedgerError(f"{name}.yaml has mistakes, see cmgateway partner check {name}")
    if f"{name}.yaml" == FILE_NAME:
        try:
            load_rules(gateway.site)
        except RoutingError as error:
            raise LedgerError(f"{name}.yaml has mistakes: {error}") from error


def _read_all(gateway: Gateway) -> Iterator[tuple[str, str]]:
    for name in (*gateway.partners.partners, *SHARED):
        path = Path(gateway.partners.folder) / f"{name}.yaml"
        try:
            yield name, path.read_bytes().decode("utf-8", "replace")
        except OSError:
            continue
