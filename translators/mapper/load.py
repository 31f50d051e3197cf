"""Find mappings and tables on our own disk and put overlay and base together."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from translators.mapper.errors import MappingError, UnknownMappingError
from translators.mapper.mapping import Mapping, list_texts, version_of, without_nulls
from translators.mapper.merge import merge
from translators.mapper.source import BlockNode, TextNode, mistake, read_yaml
from translators.mapper.suggest import did_you_mean
from translators.mapper.tables import Table, read_table, read_units
from translators.x12.grammar import LoopRule, load_grammar

UNITS = "units"


@dataclass(slots=True, frozen=True)
class Library:
    """Mappings and tables under one or several folders; the first folder that has a name wins.

    `kept` holds the texts of files that stand instead of those on disk: what was published.
    """

    roots: tuple[Path, ...]
    kept: dict[str, str] = field(default_factory=dict)

    def list_mappings(self) -> list[str]:
        """Return the names of all mappings, such as `base/855_4010`, sorted."""
        found = {
            path.relative_to(root).with_suffix("").as_posix()
            for root in self.roots
            for path in root.glob("*/*.yaml")
        }
        return sorted(found)

    def load_texts(self, files: Iterable[str]) -> dict[str, str]:
        """Return the texts of these files, all there is to keep of a version; raises MappingError."""
        texts = {file: self._load_text(file) for file in files}
        return {file: text for file, text in texts.items() if text is not None}

    def _load_text(self, file: str) -> str | None:
        path = None if file in self.kept else self.find_file(file)
        return self.kept.get(file) if path is None else _read_text(path, file)

    def find_file(self, relative: str) -> Path | None:
        """Return the file under the first root that has it, or None."""
        paths = (root / relative for root in self.roots)
        return next((path for path in paths if path.is_file()), None)

    def load_mapping(self, name: str) -> Mapping:
        """Return the mapping with its base, tables and units; raises MappingError."""
        return self.assemble_mapping(name, *self.load_own(name))

    def load_own(self, name: str) -> tuple[BlockNode, str]:
        """Return a mapping's own file, without its base, as read and as text."""
        return self._load_yaml(name)

    def assemble_mapping(self, name: str, root: BlockNode, text: str) -> Mapping:
        """Return the mapping a file's content makes together with its base and tables."""
        texts = [text]
        files = [f"{name}.yaml"]
        _check_name(root, name)
        if root.text("extends"):
            base = self._load_base(root.text("extends"), root)
            merged = merge(base[0], root, _segment_order(base[0]))
            root = merged if isinstance(merged, BlockNode) else root
            texts.append(base[1])
            files.append(f"{root.text('extends')}.yaml")
        clean = without_nulls(root)
        if not isinstance(clean, BlockNode):
            raise TypeError(name)
        return self._with_tables(name, clean, texts, files)

    def _with_tables(
        self, name: str, root: BlockNode, texts: list[str], files: list[str]
    ) -> Mapping:
        tables: dict[str, Table | None] = {}
        for node in list_texts(root, "lookup"):
            if node.text not in tables:
                tables[node.text] = self._load_table(node.text, texts, files)
        units = {}
        for owner in ("base", name.split("/", maxsplit=1)[0]):
            file = f"{owner}/tables/{UNITS}.csv"
            text = None if file in files else self._load_text(file)
            if text is not None:
                texts.append(text)
                files.append(file)
                units.update(read_units(text, file))
        return Mapping(name, root, tables, units, tuple(files), version_of(texts))

    def _load_table(self, name: str, texts: list[str], files: list[str]) -> Table | None:
        owner, _, table = name.partition("/")
        file = f"{owner}/tables/{table}.csv"
        text = self._load_text(file) if _is_plain(name) else None
        if text is None:
            return None
        texts.append(text)
        files.append(file)
        return read_table(text, name, file)

    def _load_base(self, name: str, over: BlockNode) -> tuple[BlockNode, str]:
        where = over.lines["extends"]
        try:
            base = self._load_yaml(name)
        except UnknownMappingError as error:
            advice = did_you_mean(name, self.list_mappings())
            sentence = f"there is no mapping {name} to extend"
            raise MappingError([mistake(where, sentence, advice, "unknown-mapping")]) from error
        if base[0].text("extends"):
            sentence = f"{name} extends {base[0].text('extends')} itself; one level is all there is"
            raise MappingError([mistake(where, sentence, "extend the base itself")])
        return base

    def _load_yaml(self, name: str) -> tuple[BlockNode, str]:
        file = f"{name}.yaml"
        text = self._load_text(file) if _is_plain(name) else None
        if text is None:
            advice = did_you_mean(name, self.list_mappings())
            sentence = f"there is no mapping {name}"
            raise UnknownMappingError([mistake("", sentence, advice, "unknown-mapping")])
        return read_yaml(text, file), text


def _read_text(path: Path, file: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        sentence = f"byte {error.start} is no UTF-8"
        raise MappingError([mistake(file, sentence, "save the file as UTF-8")]) from error


def _segment_order(base: BlockNode) -> tuple[str, ...]:
    """Return the segment ids of the set a mapping writes, as the standard prints them."""
    words = base.text("makes").split()
    grammar = load_grammar(words[1], words[2]) if len(words) == 3 else None
    return tuple(_list_ids(grammar.root)) if grammar else ()


def _list_ids(rule: LoopRule) -> Iterator[str]:
    for node in rule.nodes:
        if isinstance(node, LoopRule):
            yield from _list_ids(node)
        else:
            yield node.id


def _is_plain(name: str) -> bool:
    """Return whether the name is `folder/name` and cannot lead out of its root."""
    parts = name.split("/")
    return len(parts) == 2 and all(part and not part.startswith(".") for part in parts)


def _check_name(root: BlockNode, name: str) -> None:
    said = root.entries.get("mapping")
    if isinstance(said, TextNode) and said.text == name:
        return
    where = said.where if said else root.where
    sentence = (
        f"this file says it is {root.text('mapping') or 'nameless'} but stands at {name}.yaml"
    )
    raise MappingError([mistake(where, sentence, f"write `mapping: {name}`")])
