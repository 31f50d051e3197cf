"""JSON as the compiler sees it: `items`, `header/po`, `parties(role=ship_to)/name`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from translators.findings import Finding
from translators.mapper.formats import Mistakes
from translators.mapper.mapping import Mapping
from translators.mapper.paths import Filter, Step, read_path
from translators.mapper.running import Find, Source, Spot
from translators.mapper.source import ListNode, TextNode

MAX_TOLD = 100


@dataclass(slots=True, frozen=True, eq=False)
class JsonPlace:
    """One object of a JSON document, and the object around it."""

    value: dict[str, Any]
    path: str
    parent: "JsonPlace | None" = None


@dataclass(slots=True, eq=False)
class Known:
    """The keys of one object that a mapping reads, and the objects inside it."""

    keys: dict[str, "Known"] = field(default_factory=dict)

    def inside(self, name: str) -> "Known":
        """Return what is known below a key."""
        return self.keys.setdefault(name, Known())


@dataclass(slots=True, frozen=True)
class JsonFormat:
    """One JSON object; a value not found in an object is looked for in those around it."""

    mistakes: Mistakes
    ignored: frozenset[str]
    rule: str
    root: tuple[Known, ...]

    def compile_source(self, path: TextNode, scope: tuple[Known, ...]) -> Source | None:
        """Return the compiled path."""
        steps = self._read(path, scope)
        if steps is None:
            return None
        plan = tuple(steps)

        def list_all(place: JsonPlace) -> list[str]:
            around: JsonPlace | None = place
            while around is not None:
                texts = [text for value in _walk(around.value, plan) if (text := _text_of(value))]
                if texts:
                    return texts
                around = around.parent
            return []

        def get(place: JsonPlace) -> str:
            texts = list_all(place)
            return texts[0] if texts else ""

        return Source(path.text, get, list_all, lambda place: Spot(f"{place.path}{path.text}"))

    def need(self, source: Source) -> None:
        """Do nothing: what a document may leave out is said by its grammar and by `required`."""

    def compile_each(
        self, path: TextNode, by: TextNode | None, scope: tuple[Known, ...]
    ) -> tuple[Find, tuple[Known, ...]] | None:
        """Return what finds the objects of a list."""
        if by is not None:
            self.mistakes.add(by.where, "by groups rows, not objects")
        steps = self._read(path, scope)
        if steps is None:
            return None
        inner = scope[0]
        for step in steps:
            inner = inner.inside(step.name)
        return _finder(tuple(steps), path.text), (inner, *scope)

    def _read(self, path: TextNode, scope: tuple[Known, ...]) -> tuple[Step, ...] | None:
        steps = read_path(path.text)
        if steps is None:
            advice = "a path such as po, header/po or parties(role=ship_to)/name is wanted"
            self.mistakes.add(path.where, f"{path.text!r} is no path", advice, "bad-path")
            return None
        for known in scope:  # which object has it is only seen in a document
            for step in steps:
                known = known.inside(step.name)  # noqa: PLW2901 - goes down the path
                for one in step.filters:
                    known.inside(one.key)
        return steps

    def place_of(self, place: JsonPlace) -> str:
        """Return the path of an object, such as `items[2]`."""
        return place.path.rstrip("/") or "header"

    def open(self, content: Any) -> JsonPlace | None:
        """Return the outermost object."""
        return JsonPlace(content, "") if isinstance(content, dict) else None

    def check_unread(self, content: JsonPlace) -> list[Finding]:
        """Return a note for every filled key nobody reads and nobody ignores."""
        paths: dict[str, str] = {}
        self._list_unread(content.value, self.root[0], "", paths)
        return [
            Finding(
                level="note",
                code="unmapped-field",
                sentence=f"{path} holds {text[:40]!r} and is not mapped",
                advice="map it, or name it in ignore",
                rule=self.rule,
            )
            for path, text in list(paths.items())[:MAX_TOLD]
        ]

    def _list_unread(self, value: Any, known: Known, path: str, paths: dict[str, str]) -> None:
        if isinstance(value, list):
            for item in value:
                self._list_unread(item, known, path, paths)
            return
        if not isinstance(value, dict):
            return
        for key, inner in value.items():
            name = f"{path}/{key}" if path else key
            if key in self.ignored or name in self.ignored or inner in (None, "", [], {}):
                continue
            if key not in known.keys:
                paths.setdefault(name, _text_of(inner) or type(inner).__name__)
            elif known.keys[key].keys:
                self._list_unread(inner, known.keys[key], name, paths)


def _walk(value: Any, steps: tuple[Step, ...]) -> list[Any]:
    values = [value]
    for step in steps:
        found: list[Any] = []
        for one in values:
            inner = one.get(step.name) if isinstance(one, dict) else None
            found += inner if isinstance(inner, list) else [] if inner is None else [inner]
        values = [one for one in found if _passes(one, step.filters)]
    return values


def _passes(value: Any, filters: tuple[Filter, ...]) -> bool:
    if not filters:
        return True
    return isinstance(value, dict) and all(
        _text_of(value.get(one.key)) in one.values for one in filters
    )


def _finder(steps: tuple[Step, ...], text: str) -> Callable[[JsonPlace], list[JsonPlace]]:
    def find(place: JsonPlace) -> list[JsonPlace]:
        objects = [value for value in _walk(place.value, steps) if isinstance(value, dict)]
        return [
            JsonPlace(value, f"{place.path}{text}[{number}]/", place)
            for number, value in enumerate(objects, 1)
        ]

    return find


def _text_of(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.strip() if isinstance(value, str) else ""


def open_json(mapping: Mapping, mistakes: Mistakes) -> JsonFormat:
    """Return the JSON format of a mapping."""
    node = mapping.root.entries.get("ignore")
    items = node.items if isinstance(node, ListNode) else ()
    ignored = frozenset(item.text for item in items if isinstance(item, TextNode))
    return JsonFormat(mistakes, ignored, mapping.root.where, (Known(),))
