"""The shelf: compiled mappings, taken anew as soon as one of their files changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gateway.versions.in_force import InForce
from translators.findings import Finding
from translators.mapper.compile import compile_mapping
from translators.mapper.errors import MappingError
from translators.mapper.load import Library
from translators.mapper.read_mapping import ReadMapping
from translators.mapper.write_mapping import WriteMapping

Stamps = tuple[tuple[str, int, int], ...]


@dataclass(slots=True)
class _Kept:
    mapping: ReadMapping | WriteMapping
    stamps: Stamps


class Shelf:
    """Mappings by name; reading one costs a stat of its files, compiling happens once a change."""

    def __init__(self, roots: tuple[Path, ...]) -> None:
        """Look for mappings under these folders; the first that has a name wins."""
        self.library = Library(roots)
        self._kept: dict[str, _Kept] = {}

    def held(self, published: Mapping[str, InForce] | None = None) -> "Shelf":
        """Return a shelf whose mappings stay as they are first found, for the time of one file.

        What is published for a partner stands before what its files say.
        """
        return _HeldShelf(self, published or {})

    def find_published(self, name: str) -> InForce | None:
        """Return what is published of a mapping, None where its files are what runs."""
        del name
        return None

    def find_reader(self, name: str) -> ReadMapping | list[Finding]:
        """Return the mapping that reads documents, or what is wrong with it."""
        found = self.find(name)
        if isinstance(found, WriteMapping):
            return [_wrong_way(name, "writes", "reads")]
        return found

    def find_writer(self, name: str) -> WriteMapping | list[Finding]:
        """Return the mapping that writes documents, or what is wrong with it."""
        found = self.find(name)
        if isinstance(found, ReadMapping):
            return [_wrong_way(name, "reads", "writes")]
        return found

    def find(self, name: str) -> ReadMapping | WriteMapping | list[Finding]:
        """Return the mapping as its files say now, or what is wrong with it."""
        kept = self._kept.get(name)
        if kept is not None and kept.stamps == self._stamps(kept.mapping.files):
            return kept.mapping
        try:
            mapping = compile_mapping(self.library.load_mapping(name))
        except MappingError as error:
            return list(error.findings)
        self._kept[name] = _Kept(mapping, self._stamps(mapping.files))
        return mapping

    def _stamps(self, files: tuple[str, ...]) -> Stamps:
        return tuple(self._stamp(file) for file in files)

    def _stamp(self, file: str) -> tuple[str, int, int]:
        path = self.library.find_file(file)
        if path is None:
            return ("", 0, 0)
        stat = path.stat()
        return (str(path), stat.st_mtime_ns, stat.st_size)


class _HeldShelf(Shelf):
    """Documents of one file are read by one state of a mapping, and its files are looked at once."""

    def __init__(self, shelf: Shelf, published: Mapping[str, InForce]) -> None:
        self.library = shelf.library
        self._shelf = shelf
        self._published = published
        self._found: dict[str, ReadMapping | WriteMapping | list[Finding]] = {}

    def find(self, name: str) -> ReadMapping | WriteMapping | list[Finding]:
        if name not in self._found:
            published = self._published.get(name)
            runs = published.runs if published else None
            self._found[name] = self._shelf.find(name) if runs is None else runs.mapping
        return self._found[name]

    def find_published(self, name: str) -> InForce | None:
        return self._published.get(name)


def _wrong_way(name: str, does: str, wanted: str) -> Finding:
    return Finding(
        level="error",
        code="wrong-way",
        sentence=f"mapping {name} {does} documents, wanted is one that {wanted} them",
        advice="name another mapping in the partner file",
        rule=f"{name}.yaml",
    )
