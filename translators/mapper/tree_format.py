"""JSON and XML as the compiler sees them: `header/po`, `parties(role=ship_to)/name`, `Party/@id`."""

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
TEXT = "."  # an element's own text


@dataclass(slots=True, frozen=True, eq=False)
class TreePlace:
    """One object or element of a document, and the one around it."""

    value: dict[str, Any]
    path: str
    parent: "TreePlace | None" = None


@dataclass(slots=True, eq=False)
class Known:
    """The keys of one object that a mapping reads, and the objects inside it."""

    keys: dict[str, "Known"] = field(default_factory=dict)
    is_read: bool = False  # its own text

    def inside(self, name: str) -> "Known":
        """Return what is known below a key."""
        return self.keys.setdefault(name, Known())


@dataclass(slots=True, frozen=True)
class TreeFormat:
    """A tree of objects or elements; a value not found in one is looked for in those around it."""

    mistakes: Mistakes
    ignored: frozenset[str]
    rule: str
    root: tuple[Known, ...]
    is_typed: bool = False

    def compile_source(self, path: TextNode, scope: tuple[Known, ...]) -> Source | None:
        """Return the compiled path."""
        steps = self._read(path, scope)
        if steps is None:
            return None
        plan = tuple(steps)

        def list_all(place: TreePlace) -> list[str]:
            around: TreePlace | None = place
            while around is not None:
                texts = [text for value in _walk(around.value, plan) if (text := _text_of(value))]
                if texts:
                    return texts
                around = around.parent
            return []

        def get(place: TreePlace) -> str:
            texts = list_all(place)
            return texts[0] if texts else ""

        return Source(path.text, get, list_all, lambda place: Spot(_spot(place, plan, path.text)))

    def need(self, source: Source) -> None:
        """Do nothing: what a document may leave out is said by its grammar and by `required`."""

    def compile_each(
        self, path: TextNode, by: TextNode | None, scope: tuple[Known, ...]
    ) -> tuple[Find, tuple[Known, ...]] | None:
        """Return what finds the objects of a list; `.` is the object around it, once."""
        if by is not None:
            self.mistakes.add(by.where, "by groups rows, not objects")
        if path.text == TEXT:
            return (lambda place: [place]), scope
        steps = self._read(path, scope, is_list=True)
        if steps is None:
            return None
        around = scope
        for step in steps:
            around = (around[0].inside(step.name), *around)
        return _finder(tuple(steps), path.text), around

    def _read(
        self, path: TextNode, scope: tuple[Known, ...], *, is_list: bool = False
    ) -> tuple[Step, ...] | None:
        steps = read_path(path.text)
        if steps is None:
            advice = (
                "a path such as po, header/po, parties(role=ship_to)/name or Item/@id is wanted"
            )
            self.mistakes.add(path.where, f"{path.text!r} is no path", advice, "bad-path")
            return None
        if any(step.name == TEXT for step in steps[:-1]) or (steps[-1].name == TEXT and is_list):
            advice = f"leave out the dot: {path.text.replace('./', '').removesuffix('/.')}"
            self.mistakes.add(path.where, f"{path.text!r} leads into a text", advice, "bad-path")
            return None
        for known in scope:  # which object has it is only seen in a document
            for step in steps:
                known = known.inside(step.name)  # noqa: PLW2901 - goes down the path
                for one in step.filters:
                    known.inside(one.key).is_read = True
            known.is_read = True
        return steps

    def place_of(self, place: TreePlace) -> str:
        """Return the path of an object, such as `items[2]`."""
        return f"{place.path.rstrip('/') or 'header'}{_line_of(place.value)}"

    def open(self, content: Any) -> TreePlace | None:
        """Return the outermost object."""
        return TreePlace(content, "") if isinstance(content, dict) else None

    def check_unread(self, content: TreePlace) -> list[Finding]:
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
            if key == TEXT and known.is_read:
                continue
            if key not in known.keys:
                paths.setdefault(name, _text_of(inner) or type(inner).__name__)
            elif known.keys[key].keys or _is_element(inner):
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


def _finder(steps: tuple[Step, ...], text: str) -> Callable[[TreePlace], list[TreePlace]]:
    *before, last = [(step,) for step in steps]

    def find(place: TreePlace) -> list[TreePlace]:
        around = [place]
        for step in before:
            around = [inner for one in around for inner in _go_down(one, step)]
        found = [(value, one) for one in around for value in _walk(one.value, last)]
        return [
            TreePlace(_object_of(value), f"{place.path}{text}[{number}]/", one)
            for number, (value, one) in enumerate(found, 1)
        ]

    return find


def _go_down(place: TreePlace, step: tuple[Step, ...]) -> list[TreePlace]:
    """Return the objects a step leads to, in which what stands further inside is looked for too."""
    found = [value for value in _walk(place.value, step) if isinstance(value, dict)]
    return [TreePlace(value, f"{place.path}{step[0].name}/", place) for value in found]


def _object_of(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {TEXT: value}


def _text_of(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        value = value.get(TEXT)
    return value.strip() if isinstance(value, str) else ""


def _is_element(value: Any) -> bool:
    """Return whether a value, or the values of a list, have text and attributes beside each other."""
    one = value[0] if isinstance(value, list) else value
    return isinstance(one, dict) and hasattr(one, "line")


def _line_of(value: Any) -> str:
    line = getattr(value, "line", 0)
    return f" (line {line})" if line else ""


def _spot(place: TreePlace, plan: tuple[Step, ...], text: str) -> str:
    """Return where a path leads, with the line of the element that holds it, or of the one around."""
    around: TreePlace | None = place
    while around is not None:
        holders = _walk(around.value, plan[:-1])
        if any(_walk(one, plan[-1:]) for one in holders):
            found = next((one for one in _walk(around.value, plan) if _line_of(one)), holders[0])
            return f"{around.path}{text}{_line_of(found) or _line_of(around.value)}"
        around = around.parent
    return f"{place.path}{text}{_line_of(place.value)}"


def open_tree(mapping: Mapping, mistakes: Mistakes) -> TreeFormat:
    """Return the format of a mapping that reads JSON or XML."""
    node = mapping.root.entries.get("ignore")
    items = node.items if isinstance(node, ListNode) else ()
    ignored = frozenset(item.text for item in items if isinstance(item, TextNode))
    return TreeFormat(mistakes, ignored, mapping.root.where, (Known(),))
