"""Reasons: each value and finding of one document that differs between two versions, with its causes."""

from collections.abc import Iterator

import msgspec

from translators.findings import Finding
from translators.mapper.causes import Cause, Causes
from translators.mapper.changes import Change, list_changes
from translators.mapper.read_mapping import Mapped

FINDING = "finding"
Reason = tuple[tuple[Cause, ...], Change]


def list_reasons(causes: Causes, old: Mapped | None, new: Mapped | None) -> Iterator[Reason]:
    """Yield each value and finding of a document that differs, with why."""
    one, other = old.entity if old else None, new.entity if new else None
    said, says = old.findings if old else [], new.findings if new else []
    if one == other and said == says:
        return
    gone, come = _without(said, says), _without(says, said)
    for change in list_changes(one, other):
        told = next((one for one in (*come, *gone) if one.level == "error"), None)
        if not change.path and told is not None:  # what speaks against it is the reason
            yield causes.find_of(told), change
        else:
            yield causes.find(change.path, change.old, change.new), change
    for is_new, findings in ((False, gone), (True, come)):
        for finding in findings:
            yield causes.find_of(finding), _finding_change(is_new, finding)


def _without(some: list[Finding], others: list[Finding]) -> list[Finding]:
    """Return the findings the other side does not have; the line of their rule may have moved."""
    known = {msgspec.structs.replace(one, rule="") for one in others}
    return [one for one in some if msgspec.structs.replace(one, rule="") not in known]


def _finding_change(is_new: bool, finding: Finding) -> Change:
    text = str(msgspec.structs.replace(finding, place="", advice=""))
    if is_new:
        return Change(path=FINDING, kind="added", new=text)
    return Change(path=FINDING, kind="removed", old=text)
