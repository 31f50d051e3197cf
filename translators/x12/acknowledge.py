"""Acknowledge: the TA1 and the 997 or 999 that answer an interchange, by what was found in it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from translators.findings import Finding, has_errors
from translators.x12.delimiters import NO_COMPONENT, Delimiters
from translators.x12.functional import Functional, choose_style, copy_safely, list_answer
from translators.x12.grammar import find_version, load_elements
from translators.x12.structure import Group, Interchange
from translators.x12.writer import (
    OutEnvelope,
    OutGroup,
    WrittenSegment,
    WrittenSet,
    check_delimiters,
    write_groups,
)

_VAGUE = frozenset(("022", "024"))  # TA105 codes that say little; any other goes first (B-32)
_UNMEANT = frozenset(("005", "006", "007", "008", "009", "020"))  # sender, receiver, usage (B-18)
_NEAREST = {"032": "016"}  # TA105 that came after 005010: a bad repetition separator, ISA11
_ACKS = frozenset(("997", "999"))


@dataclass(slots=True, frozen=True)
class Numbers:
    """Control numbers of an answer: its ISA13, and the GS06 of its first group, the rest following."""

    interchange: int
    group: int


def write_acknowledgment(  # noqa: PLR0913  # two choices, by name
    interchange: Interchange,
    groups: Sequence[Group],
    numbers: Numbers,
    now: datetime,
    *,
    rejected: bool = False,
    functional: Functional = "997",
    with_ta1: bool = True,
) -> tuple[bytes, list[Finding]]:
    """Return one interchange that answers one interchange: its TA1, if due, and a 997 per group.

    `functional` 999 asks for a 999 where the group is of 005010 or later, which alone has it.
    Some partners cannot read a TA1: without one, what is wrong around their groups stays unsaid.

    It goes back the way it came, in the sender's version (B-33, B-34); groups of one version share
    a group, so `len(list_batches(groups))` numbers of groups are used. b'' where no answer is due,
    and with findings where the sender's own ids cannot be written back. `rejected` says that the
    gateway refuses the interchange, whatever its groups hold.
    """
    rejected = rejected or is_unmeant(interchange)
    is_due = with_ta1 and needs_ta1(interchange, rejected)
    ta1 = [write_ta1(interchange, rejected=rejected)] if is_due else []
    batches = [] if rejected else list_batches(groups)
    if not interchange.header or not (ta1 or batches):
        return b"", []
    marks = _choose_marks(interchange)
    out = [
        _answer_batch(batch, numbers.group + at, marks, functional)
        for at, batch in enumerate(batches)
    ]
    envelope = _mirror(interchange, numbers)
    return write_groups(out, envelope, marks, now, ta1)


def needs_ta1(interchange: Interchange, rejected: bool = False) -> bool:
    """Return whether a TA1 is due: ISA14 asks for it, or else nothing would tell (B-24, B-31).

    Unasked it tells of a refused envelope, of an error around the groups (a lost IEA, a count that
    is not right), and of a group that no 997 can name: a sender must not take these for good.
    """
    if not interchange.header or (interchange.acks and not interchange.groups):
        return False
    faults = _list_faults(interchange)
    verdict = "R" if rejected else judge_interchange(interchange)
    asked = interchange.header.element(14)
    is_told = asked == "1" or (asked == "3" and verdict == "E")
    return is_told or verdict == "R" or has_errors(faults) or _has_nameless(interchange)


def list_batches(groups: Sequence[Group]) -> list[list[Group]]:
    """Return the groups to answer, those of one version and address together, never FA (B-33).

    A group without GS01 or GS06 cannot be named in an answer; the TA1 speaks for it.
    """
    answered = [group for group in groups if not _is_ack(group) and _has_name(group)]
    return [list(batch) for _, batch in groupby(sorted(answered, key=_key), _key)]


def judge_interchange(interchange: Interchange) -> str:
    """Return TA104: R where an error left no set readable, E with any other fault, else A.

    R also where the sender, the receiver or the usage is not one that may be: no set is taken.
    """
    faults = _list_faults(interchange)
    if is_unmeant(interchange):
        return "R"
    if not faults:
        return "E" if _has_nameless(interchange) else "A"
    sets = any(group.sets for group in interchange.groups)
    return "E" if sets or not has_errors(faults) else "R"


def is_unmeant(interchange: Interchange) -> bool:
    """Return whether it came from, or is meant for, somebody it must not be, or a wrong usage."""
    return any(
        fault.level == "error" and _read_code(fault) in _UNMEANT
        for fault in _list_faults(interchange)
    )


def write_ta1(interchange: Interchange, *, rejected: bool = False) -> WrittenSegment:
    """Return the TA1 segment: exactly one note code, the most telling one (B-32)."""
    header = interchange.header
    faults = sorted(
        _list_faults(interchange),
        key=lambda fault: (fault.level != "error", _read_code(fault) in _VAGUE),
    )
    verdict = "R" if rejected else judge_interchange(interchange)
    code = _read_code(faults[0]) if faults else ("000" if verdict == "A" else "024")
    code = code if code in _list_codes(header.element(12)) else _NEAREST.get(code, "024")
    marks = _choose_marks(interchange)
    control, day, time = (copy_safely(header.element(at), marks, 9) for at in (13, 9, 10))
    return ("TA1", control, day, time, verdict, code)


def _answer_batch(
    batch: list[Group], control: int, marks: Delimiters, functional: Functional
) -> OutGroup:
    header, isa = batch[0].header, batch[0].interchange.header
    version = _read_version(batch[0])
    style = choose_style(functional, version)
    sets = [
        WrittenSet(style.set_id, f"{at:04d}", list(list_answer(group, style, marks)))
        for at, group in enumerate(batch, 1)
    ]
    sender = header.element(3).strip() or isa.element(8).strip()
    receiver = header.element(2).strip() or isa.element(6).strip()
    return OutGroup("FA", sender, receiver, control, version, sets)


def _list_faults(interchange: Interchange) -> list[Finding]:
    """Return what has a TA105 of its own, found around the groups, around the sets, or at a set."""
    groups = interchange.groups
    found = [*interchange.findings, *(one for group in groups for one in group.findings)]
    found += [one for group in groups for set_ in group.sets for one in set_.findings]
    return [one for one in found if _read_code(one)]


def _list_codes(control_version: str) -> Collection[str]:
    """Return TA105 as the version of an interchange has it; of an unknown one any will do."""
    version = find_version(f"0{control_version[1:]}0") or "005010"
    return load_elements(version)["I18"].codes


def _is_ack(group: Group) -> bool:
    """Return whether a group brings acknowledgments, under whatever GS01 (B-33)."""
    if group.header.element(1) == "FA":
        return True
    return bool(group.sets) and all(set_.set_id in _ACKS for set_ in group.sets)


def _has_name(group: Group) -> bool:
    return all(any(map(str.isalnum, group.header.element(at))) for at in (1, 6))


def _has_nameless(interchange: Interchange) -> bool:
    """Return whether a group cannot be named in a 997, which needs its GS01 and GS06."""
    return any(
        not _is_ack(group) and not _has_name(group) for group in interchange.groups if group.header
    )


def _read_code(finding: Finding) -> str:
    if finding.level == "note" or finding.x12 is None:
        return ""
    return finding.x12.interchange_code or ""


def _key(group: Group) -> tuple[str, str, str]:
    return (_read_version(group), group.header.element(2), group.header.element(3))


def _read_version(group: Group) -> str:
    declared = group.header.element(8)[:6]
    return find_version(declared) or (
        declared if declared.isascii() and declared.isdigit() else "004010"
    )


def _mirror(interchange: Interchange, numbers: Numbers) -> OutEnvelope:
    header = interchange.header
    version = header.element(12)
    return OutEnvelope(
        sender_qualifier=_fill_qualifier(header.element(7)),
        sender=header.element(8).strip(),
        receiver_qualifier=_fill_qualifier(header.element(5)),
        receiver=header.element(6).strip(),
        group_id="FA",
        interchange_control=numbers.interchange,
        group_control=numbers.group,
        version=version if len(version) == 5 and version.isdigit() else "00401",
        usage=interchange.usage if interchange.usage in {"P", "T", "I"} else "P",
    )


def _fill_qualifier(text: str) -> str:
    """Return a qualifier of two characters, ZZ where there is none: an answer is better than none."""
    return text.strip().ljust(2) if text.strip() else "ZZ"


def _choose_marks(interchange: Interchange) -> Delimiters:
    """Return the sender's delimiters, or the usual ones where his are unfit."""
    marks = interchange.delimiters
    unfit = marks.component == NO_COMPONENT or check_delimiters(marks)
    return Delimiters() if unfit else marks
