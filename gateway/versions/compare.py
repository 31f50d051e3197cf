"""Compare: the archived files of a partner read by two versions, without effect, the clock held still."""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from canonical.entities import read_json
from canonical.shared import Entity
from gateway.archive import ArchiveError
from gateway.clock import StillClock, now, use_clock
from gateway.gateway import Gateway
from gateway.ledger.errors import LedgerError
from gateway.ledger.versions import Kept, ReadFile, list_kept, list_read_files, list_sent
from gateway.map import number_of
from gateway.partners import Partner
from gateway.partners.tolerance import tolerance_of
from gateway.versions.difference import About, Difference, Gathering, Side, Spot
from gateway.versions.pairs import Pair, Reading, Sides
from gateway.versions.reasons import list_reasons
from translators.mapper.causes import Causes, find_causes
from translators.mapper.read_mapping import Mapped, ReadMapping
from translators.mapper.write_mapping import WriteMapping
from translators.mapper.written_changes import list_changes_of_sent, list_written_changes

BEGIN = datetime(1970, 1, 1)  # noqa: DTZ001 the ledger keeps UTC without a zone


@dataclass(slots=True, frozen=True)
class Version:
    """One of two versions that are compared, as people call it; without a mapping, what the ledger holds."""

    name: str
    mapping: ReadMapping | WriteMapping | None

    @property
    def side(self) -> Side:
        """Return what is said of it beside what differs."""
        return Side(name=self.name, version=self.mapping.version if self.mapping else "")


RECORDED = Version("what the ledger holds", None)


@dataclass(slots=True, frozen=True)
class Comparison:
    """What is to be compared: two versions, over whose files, and received since when."""

    partner: Partner
    old: Version
    new: Version
    since: datetime = BEGIN


def compare_versions(gateway: Gateway, wanted: Comparison) -> Difference:
    """Return what the new version makes otherwise of what is archived; nothing is changed by it."""
    old, new = wanted.old.mapping, wanted.new.mapping
    if new is None or type(old) not in (type(new), type(None)):
        raise LedgerError("a mapping that reads is compared with one that reads")
    causes = find_causes(old.source if old else None, new.source)
    gathering = Gathering()
    with use_clock(StillClock(now())):
        if isinstance(new, WriteMapping):
            _gather_written(gateway, wanted, causes, gathering)
        else:
            _gather_read(gateway, wanted, causes, gathering)
    about = About(
        partner=wanted.partner.name, mapping=new.name, old=wanted.old.side, new=wanted.new.side
    )
    return gathering.finish(about, causes.list_all())


def _gather_read(
    gateway: Gateway, wanted: Comparison, causes: Causes, gathering: Gathering
) -> None:
    old, new = wanted.old.mapping, wanted.new.mapping
    sides = Sides(new, old)  # type: ignore[arg-type]  # both read
    names = frozenset(one.name for one in (old, new) if one is not None)
    tolerance = tolerance_of(wanted.partner, now().date())
    reading = Reading(wanted.partner, sides, tolerance, names)
    for file in _list_files(gateway, wanted, names):
        for pair in _list_pairs(gateway, reading, file):
            reasons = list(list_reasons(causes, pair.old, pair.new))
            gathering.add(_spot(file, pair), reasons)


def _gather_written(
    gateway: Gateway, wanted: Comparison, causes: Causes, gathering: Gathering
) -> None:
    """Compare what is written of each entity that was sent; control numbers are no part of it."""
    old, new = wanted.old.mapping, wanted.new.mapping
    if not isinstance(new, WriteMapping):
        raise TypeError(wanted.new.name)
    with gateway.ledger.read() as tx:
        sent = list_sent(tx, wanted.partner.name, new.name, wanted.since)
    for one in sent:
        entity = _read_kept(one)
        if entity is None:
            continue
        after = (new.write(entity), new.makes)
        if isinstance(old, WriteMapping):
            changes = list_written_changes((old.write(entity), old.makes), after)
        else:
            changes = list_changes_of_sent(_load(gateway, one.sha256), after)
        reasons = [(causes.find(change.path, change.old, change.new), change) for change in changes]
        spot = Spot(file=f"document d{one.id}", place="", number=one.number)
        gathering.add(spot, reasons)


def _list_files(gateway: Gateway, wanted: Comparison, names: frozenset[str]) -> list[ReadFile]:
    with gateway.ledger.read() as tx:
        return list_read_files(tx, wanted.partner.name, names, wanted.since)


def _list_pairs(gateway: Gateway, reading: Reading, file: ReadFile) -> list[Pair]:
    """Return the documents of a file; of one the archive has lost there is nothing to compare."""
    try:
        pairs = list(reading.read(file.name, gateway.archive.load(file.sha256)))
    except ArchiveError:
        return []
    if reading.sides.old is not None:
        return pairs
    with gateway.ledger.read() as tx:
        kept = list_kept(tx, file.id)
    return [_beside_kept(pair, kept.get(pair.ordinal)) for pair in pairs]


def _beside_kept(pair: Pair, kept: Kept | None) -> Pair:
    """Return the document beside what the ledger holds of it, whose findings are not compared."""
    entity = _read_kept(kept) if kept is not None else None
    told = pair.new.findings if pair.new else []
    return Pair(pair.ordinal, pair.place, Mapped(entity, told), pair.new, pair.found)


def _load(gateway: Gateway, sha256: str) -> bytes:
    try:
        return gateway.archive.load(sha256)
    except ArchiveError:
        return b""


def _read_kept(kept: Kept) -> Entity | None:
    try:
        return read_json(kept.entity, kept.content) if kept.content else None
    except (msgspec.MsgspecError, KeyError):  # by an older schema
        return None


def _spot(file: ReadFile, pair: Pair) -> Spot:
    read = next((one for one in (pair.new, pair.old) if one is not None and one.entity), None)
    return Spot(file=file.name, place=pair.place, number=number_of(read.entity) if read else "")
