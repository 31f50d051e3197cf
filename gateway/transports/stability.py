"""Stability: which of the files seen are complete, and why; pure (B-88).

All files of a listing are judged at once, so that a poll of many waits no longer than one of few.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Literal

import msgspec

from gateway.transports.transport import Sighting

Verdict = Literal["take", "wait", "hold", "ignore", "quarantine"]  # hold: complete, not now
Way = Literal["still", "marker", "trailer"]

# How uploading programs name what is not complete yet.
UPLOADS = (".*", "*.part", "*.filepart", "*.tmp", "*.crdownload", "*.partial", "~*")


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """When a file of a channel is taken: any one of the ways is enough.

    *still*: size and time were the same in `polls` listings one after the other and for `seconds`.
    *marker*: a file of the same name with one of the `markers` added stands beside it.
    *trailer*: an X12 file ends with its IEA.
    An empty file, or an X12 file without its IEA, must be still for `patience` seconds.
    """

    ways: tuple[Way, ...] = ("still", "marker", "trailer")
    polls: int = 2
    seconds: float = 0
    patience: float = 60
    markers: tuple[str, ...] = (".done", ".ok")
    include: tuple[str, ...] = ("*",)
    exclude: tuple[str, ...] = UPLOADS
    max_size: int = 500_000_000


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """What is remembered of a file from one poll to the next."""

    sighting: Sighting
    polls: int  # listings that showed it unchanged, this one included
    since: datetime  # by our clock, when it was first seen as it is


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be done with a file now, and why; the reason is kept as an observation."""

    sighting: Sighting
    verdict: Verdict
    reason: str


def watch_files(
    previous: Mapping[str, Watch], present: Iterable[Sighting], at: datetime
) -> dict[str, Watch]:
    """Return what to remember of the present files; those that are gone are forgotten."""
    return {
        sighting.name: _watch(previous.get(sighting.name), sighting, at) for sighting in present
    }


def decide_files(watches: Mapping[str, Watch], rules: Rules, at: datetime) -> list[Decision]:
    """Return one decision for each file seen, in the order of the listing."""
    return [_decide(watch, watches, rules, at) for watch in watches.values()]


def list_markers(name: str, names: Iterable[str], rules: Rules) -> list[str]:
    """Return the markers beside a file, to be removed with it."""
    wanted = {name + marker for marker in rules.markers}
    return [one for one in names if one in wanted]


def _watch(before: Watch | None, sighting: Sighting, at: datetime) -> Watch:
    if before is None or not _is_same(before.sighting, sighting):
        return Watch(sighting=sighting, polls=1, since=at)
    return Watch(sighting=sighting, polls=before.polls + 1, since=before.since)


def _is_same(one: Sighting, other: Sighting) -> bool:
    return (one.size, one.modified_at) == (other.size, other.modified_at)


def _decide(watch: Watch, watches: Mapping[str, Watch], rules: Rules, at: datetime) -> Decision:
    sighting = watch.sighting
    verdict, reason = (
        _judge_name(sighting, watches, rules)
        or _judge_size(sighting, rules)
        or _judge_completeness(watch, watches, rules, at)
    )
    return Decision(sighting=sighting, verdict=verdict, reason=reason)


def _judge_name(
    sighting: Sighting, watches: Mapping[str, Watch], rules: Rules
) -> tuple[Verdict, str] | None:
    name = sighting.name
    if sighting.refused:
        return "quarantine", sighting.refused
    if pattern := _find_match(name, rules.exclude):
        return "ignore", f"the name fits {pattern}, which is excluded"
    for marker in rules.markers:
        if "marker" in rules.ways and name.endswith(marker):
            return _judge_marker(name.removesuffix(marker), watches)
    if not _find_match(name, rules.include):
        return "ignore", f"the name fits none of {', '.join(rules.include)}"
    return None


def _judge_marker(marked: str, watches: Mapping[str, Watch]) -> tuple[Verdict, str]:
    if marked in watches:
        return "ignore", f"it marks {marked} as complete"
    return "wait", f"it marks {marked}, which is not there"


def _judge_size(sighting: Sighting, rules: Rules) -> tuple[Verdict, str] | None:
    if sighting.size > rules.max_size:
        return "quarantine", f"{sighting.size} bytes are more than the {rules.max_size} allowed"
    return None


def _judge_completeness(
    watch: Watch, watches: Mapping[str, Watch], rules: Rules, at: datetime
) -> tuple[Verdict, str]:
    sighting = watch.sighting
    if "marker" in rules.ways and (marker := _find_marker(sighting, watches, rules)):
        return "take", f"{marker} stands beside it"
    if "trailer" in rules.ways and sighting.is_complete:
        return "take", "it ends with its IEA"
    if "still" not in rules.ways:
        return "wait", f"waiting for its {' or '.join(rules.ways)}"
    return _judge_stillness(watch, rules, at)


def _find_marker(sighting: Sighting, watches: Mapping[str, Watch], rules: Rules) -> str | None:
    for name in list_markers(sighting.name, watches, rules):
        marked_at = watches[name].sighting.modified_at
        # An older marker was left over by a file of the same name before this one.
        if marked_at is None or sighting.modified_at is None or marked_at >= sighting.modified_at:
            return name
    return None


def _judge_stillness(watch: Watch, rules: Rules, at: datetime) -> tuple[Verdict, str]:
    sighting = watch.sighting
    seconds = (at - watch.since).total_seconds()
    wanted, doubt = rules.seconds, ""
    if sighting.size == 0 or sighting.is_complete is False:
        wanted = max(wanted, rules.patience)
        doubt = "empty; " if sighting.size == 0 else "X12 without its IEA; "
    seen = f"{doubt}{sighting.size} bytes unchanged in {watch.polls} polls for {seconds:.1f} s"
    if watch.polls >= rules.polls and seconds >= wanted:
        return "take", seen
    return "wait", f"{seen}, wanted are {rules.polls} polls and {wanted:g} s"


def _find_match(name: str, patterns: Iterable[str]) -> str | None:
    return next((pattern for pattern in patterns if fnmatchcase(name, pattern)), None)
