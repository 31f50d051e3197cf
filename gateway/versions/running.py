"""Running: the published versions in force at a site, and when they are looked at again."""

from collections.abc import Mapping

from sqlalchemy import Connection

from gateway.ledger.versions import VersionRow, find_newest, list_publications, load_texts
from gateway.versions.in_force import InForce, Published
from translators.mapper.errors import MappingError
from translators.mapper.load import Library


class Versions:
    """The published versions in force, compiled once and looked at again when one is published."""

    def __init__(self, pinned: dict[str, dict[str, InForce]] | None = None) -> None:
        """Know nothing yet, or for good what is pinned."""
        self._newest = 0
        self._is_pinned = pinned is not None
        self._in_force = pinned or {}

    def look(self, tx: Connection) -> None:
        """Take in what was published meanwhile; costs one small question where nothing was."""
        newest = self._newest if self._is_pinned else find_newest(tx)
        if newest != self._newest:
            self._in_force = _load(tx)
            self._newest = newest

    def of(self, partner: str) -> Mapping[str, InForce]:
        """Return what is in force for a partner, by mapping."""
        return self._in_force.get(partner, {})

    def pinned(self, partner: str, pins: Mapping[str, Published]) -> "Versions":
        """Return versions in which a partner's documents are read by those pinned."""
        runs = {name: InForce(live=one) for name, one in pins.items()}
        return Versions(self._in_force | {partner: {**self.of(partner), **runs}})


def _load(tx: Connection) -> dict[str, dict[str, InForce]]:
    said: dict[tuple[str, str], list[VersionRow]] = {}
    for row in list_publications(tx):
        said.setdefault((row.partner, row.mapping), []).append(row)
    found: dict[str, dict[str, InForce]] = {}
    for (partner, mapping), rows in said.items():
        live, trial = choose(rows)
        found.setdefault(partner, {})[mapping] = InForce(
            live=load_version(tx, live) if live else None,
            trial=load_version(tx, trial) if trial else None,
        )
    return found


def choose(rows: list[VersionRow]) -> tuple[VersionRow | None, VersionRow | None]:
    """Return of all that was published of a mapping what is live, and what is tried beside it."""
    live = next((row for row in reversed(rows) if row.stage == "live"), None)
    last = rows[-1] if rows else None
    return live, last if last is not live else None


def load_version(tx: Connection, row: VersionRow) -> Published:
    """Return a version with its files as they were published."""
    return Published(row, load_texts(tx, row.version_id))


def find_version(tx: Connection, partner: str, mapping: str, number: int) -> Published | None:
    """Return a version by its number, with the last word about it."""
    rows = [row for row in list_publications(tx, partner, mapping) if row.number == number]
    return load_version(tx, rows[-1]) if rows else None


def find_drift(library: Library, row: VersionRow) -> str:
    """Return how the files of a mapping differ from the version that runs, '' where they do not."""
    try:
        version = library.load_mapping(row.mapping).version
    except MappingError:
        return "its files have mistakes, and are not what runs"
    if version == row.version:
        return ""
    return f"its files say something else, which does not run: cmgateway mapping publish {row.partner} {row.mapping}"


def list_drifts(tx: Connection, library: Library) -> list[str]:
    """Return a sentence for each mapping whose files are not what runs."""
    said: dict[tuple[str, str], list[VersionRow]] = {}
    for row in list_publications(tx):
        said.setdefault((row.partner, row.mapping), []).append(row)
    found = []
    for (partner, mapping), rows in said.items():
        live, trial = choose(rows)
        runs = trial or live
        drift = find_drift(library, runs) if runs else ""
        if runs and drift:
            found.append(f"{mapping} of {partner} runs as version {runs.number}; {drift}")
    return found
