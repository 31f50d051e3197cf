"""Compare: the archived files of a partner read by two versions, without effect, the clock held still."""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from canonical.entities import read_json
from canonical.shared import Entity
from gateway.archive import ArchiveError
from gateway.clock import now
from gateway.gateway import Gateway
from gateway.ledger.versions import Kept, ReadFile, list_kept, list_read_files
from gateway.map import number_of
from gateway.partners import Partner
from gateway.partners.tolerance import tolerance_of
from gateway.versions.difference import About, Difference, Gathering, Side, Spot
from gateway.versions.pairs import Pair, Reading, Sides
from gateway.versions.reasons import list_reasons
from translators.mapper.causes import find_causes
from translators.mapper.read_mapping import Mapped, ReadMapping

BEGIN = datetime(1970, 1, 1)  # noqa: DTZ001 the ledger keeps UTC without a zone


@dataclass(slots=True, frozen=True)
class Version:
    """One of two versions that are compared, as people call it; without a mapping, what the ledger holds."""

    name: str
    mapping: ReadMapping | None

    @property
    def side(self) -> Side:
        """Return what is said of it beside what differs."""
        return Side(name=self.name, version=self.mapping.version if self.mapping else "")


@dataclass(slots=True, frozen=True)
class Comparison:
    """What is to be compared: two versions, over whose files, and received since when."""

    partner: Partner
    old: Version
    new: Version
    since: datetime = BEGIN


def compare_versions(gateway: Gateway, wanted: Comparison) -> Difference:
    """Return what the new version makes otherwise of archived files; nothing is changed by it."""
    new, old = wanted.new.mapping, wanted.old.mapping
    if new is None:
        raise TypeError(wanted.new.name)
    names = frozenset(one.name for one in (old, new) if one is not None)
    tolerance = tolerance_of(wanted.partner, now().date())  # one day for all, and for both
    reading = Reading(wanted.partner, Sides(new, old), tolerance, names)
    causes = find_causes(old.source if old else None, new.source)
    gathering = Gathering()
    for file in _list_files(gateway, wanted, names):
        for pair in _list_pairs(gateway, reading, file):
            reasons = list(list_reasons(causes, pair.old, pair.new))
            gathering.add(_spot(file, pair), reasons)
    about = About(
        partner=wanted.partner.name, mapping=new.name, old=wanted.old.side, new=wanted.new.side
    )
    return gathering.finish(about, causes.list_all())


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
    entity: Entity | None = None
    if kept is not None and kept.content:
        try:
            entity = read_json(kept.entity, kept.content)
        except msgspec.MsgspecError:  # an older schema; then all of it is new
            entity = None
    told = pair.new.findings if pair.new else []
    return Pair(pair.ordinal, pair.place, Mapped(entity, told), pair.new, pair.found)


def _spot(file: ReadFile, pair: Pair) -> Spot:
    read = next((one for one in (pair.new, pair.old) if one is not None and one.entity), None)
    return Spot(file=file.name, place=pair.place, number=number_of(read.entity) if read else "")
