"""Used: what a mapping takes from, or puts into, a document, place by place, as a guide tells it."""

from collections.abc import Iterator
from dataclasses import dataclass

from translators.mapper.mapping import Mapping
from translators.mapper.merge import long_form
from translators.mapper.paths import Filter, read_element, read_path
from translators.mapper.source import BlockNode, ListNode, Node, TextNode, list_texts
from translators.mapper.tables import AS_IT_STANDS

BODY = ("fields", "segments", "columns")
WORDS = {"true": "", "false": ""}


@dataclass(slots=True, frozen=True)
class Code:
    """One code of a table: theirs, and what we take it for."""

    theirs: str
    ours: str


@dataclass(slots=True, frozen=True)
class Use:
    """One value: where it stands, what we call it, and all that is said of it."""

    path: str  # BAK03, PO107+(06=BP), Menge bestellt, Header/BuyerOrder
    field: str
    rules: tuple[str, ...] = ()
    needed: bool = False
    why: str = ""
    codes: tuple[Code, ...] = ()
    where: str = ""  # file:line
    loops: tuple[str, ...] = ()  # the paths of the lists and places it stands in, outermost first
    constant: str | None = None
    choice: int = 0  # 0 the first place that is looked into, 1 the next
    conditions: tuple[Filter, ...] = ()


def list_uses(mapping: Mapping) -> list[Use]:
    """Return every value that a mapping, its base merged in, reads or writes."""
    lister = _Lister(mapping)
    root = mapping.root
    body = next((root.entries[key] for key in BODY if key in root.entries), None)
    return list(lister.list_body(body, "", ()))


class _Lister:
    """Goes through the body of a mapping, knowing its tables and direction."""

    def __init__(self, mapping: Mapping) -> None:
        self._tables = mapping.tables
        self._units = mapping.units
        self._out = mapping.is_outbound

    def list_body(self, node: Node | None, around: str, loops: tuple[str, ...]) -> Iterator[Use]:
        """Yield the uses of fields, columns, or segments to write."""
        if isinstance(node, ListNode):
            for item in node.items:
                if isinstance(item, BlockNode):
                    yield from self._list_segment(item, loops)
        elif isinstance(node, BlockNode):
            for key, value in node.entries.items():
                yield from self._list_field(key, value, node.lines[key], (around, loops))

    def _list_segment(self, item: BlockNode, loops: tuple[str, ...]) -> Iterator[Use]:
        inner = _enter(item, loops)
        for key, value in item.entries.items():
            if key == "segments":
                yield from self.list_body(value, "", inner)
            elif key[:1].isupper():
                yield from self._list_field(key, value, item.lines[key], ("", inner))

    def _list_field(
        self, key: str, value: Node, where: str, context: tuple[str, tuple[str, ...]]
    ) -> Iterator[Use]:
        around, loops = context
        name = _join(around, key, "/" if self._out else ".")
        if isinstance(value, ListNode) and any(isinstance(one, BlockNode) for one in value.items):
            for item in value.items:
                yield from self._list_field(key, item, where, context)
            return
        said = long_form(value) if isinstance(value, TextNode | ListNode) else value
        if not isinstance(said, BlockNode):
            return
        inner = _enter(said, loops)
        if "fields" in said.entries:
            if said.text("required") not in {"", "false"}:
                yield self._use(_loop_of(said) or name, name, said, (where, loops, 0))
            yield from self.list_body(said.entries["fields"], name, inner)
            return
        yield from self._list_places(name, said, where, inner)

    def _list_places(
        self, name: str, said: BlockNode, where: str, loops: tuple[str, ...]
    ) -> Iterator[Use]:
        if self._out:
            ours = ", else ".join(_texts(said, "from"))
            yield self._use(name, ours, said, (where, loops, 0))
            return
        for at, path in enumerate(_texts(said, "from")):
            yield self._use(path, name, said, (where, loops, at))
        for path in _texts(said, "unit"):
            codes = tuple(self._list_units(said.text("to_unit")))
            unit = name.replace(".value", ".unit")
            yield Use(path, unit, codes=codes, where=where, loops=loops)

    def _use(
        self, path: str, ours: str, said: BlockNode, place: tuple[str, tuple[str, ...], int]
    ) -> Use:
        where, loops, at = place
        required = said.text("required")
        constant = said.entries.get("value")
        return Use(
            path=path,
            field=ours,
            rules=tuple(_list_rules(said)),
            needed=required not in {"", "false"} and at == 0,
            why=WORDS.get(required, required),
            codes=tuple(self._list_codes(said.text("lookup"))),
            where=where,
            loops=loops,
            constant=constant.text if isinstance(constant, TextNode) else None,
            choice=at,
            conditions=_conditions_of(path),
        )

    def _list_units(self, wanted: str) -> Iterator[Code]:
        """Yield the units that can be converted, each with what one of it is."""
        if wanted:
            yield Code(wanted, f"1 {wanted}")
        for (unit, to_unit), factor in self._units.items():
            if to_unit == wanted:
                yield Code(unit, f"{factor.normalize():f} {wanted}")

    def _list_codes(self, name: str) -> Iterator[Code]:
        table = self._tables.get(name)
        if table is None:
            return
        if self._out:
            yield from (Code(theirs, ours) for ours, theirs in table.reversed().items())
            return
        yield from (Code(theirs, ours or "nothing") for theirs, ours in table.rows.items())
        if table.rest is not None:
            rest = "taken as it stands" if table.rest == AS_IT_STANDS else table.rest or "nothing"
            yield Code("anything else", rest)


def _enter(said: BlockNode, loops: tuple[str, ...]) -> tuple[str, ...]:
    loop = _loop_of(said)
    return loops if loop in {"", "rows"} else (*loops, loop)


def _loop_of(said: BlockNode) -> str:
    return said.text("each") or said.text("at")


def _join(around: str, key: str, mark: str) -> str:
    return f"{around}{mark}{key}" if around else key


def _texts(said: BlockNode, key: str) -> list[str]:
    node = said.entries.get(key)
    return [one.text for one in list_texts(node)] if node else []


def _conditions_of(path: str) -> tuple[Filter, ...]:
    steps = read_path(path)
    element = read_element(steps[-1]) if steps else None
    return element.filters if element else ()


def _list_rules(said: BlockNode) -> Iterator[str]:
    """Yield how a value is read or written, in words."""
    for text in _texts(said, "as"):
        yield tell_reader(text)
    if said.text("compute"):
        yield f"computed: {said.text('compute')}"
    if said.text("to_unit"):
        yield f"converted to {said.text('to_unit')} by its unit"
    if said.text("when"):
        yield f"only when {said.text('when')}"
    if "default" in said.entries:
        yield f"without it: {said.text('default') or 'nothing'}"


def tell_reader(text: str) -> str:
    """Return what `as:` says, as the sender understands it."""
    word, _, picture = text.partition(" ")
    if len(word) == 2 and word[0] == "N" and word[1].isdigit():
        decimals = int(word[1])
        shown = f"{1250 / 10**decimals:.{decimals}f}"
        return f"{decimals} decimals are implied: 1250 means {shown}" if decimals else "no decimals"
    told = {
        "date": f"a date as {picture}",
        "number": f"a number as {picture}",
        "upper": "capitals or not, it is the same",
        "no_leading_zeros": "leading zeros say nothing",
        "digits": "only its digits count",
        "joined": "all of them, put together",
    }
    return told.get(word, text)


def tell_codes(used: list[Use]) -> dict[str, str]:
    """Return what each code comes to, by field where several fields hear of it."""
    told: dict[str, list[str]] = {}
    words = {one.field.rpartition(".")[2] for one in used if one.codes and one.field}
    for one in used:
        word = f"{one.field.rpartition('.')[2]} " if len(words) > 1 and one.field else ""
        for code in one.codes:
            said = told.setdefault(code.theirs, [])
            text = f"{word}{code.ours}"
            if text not in said and not (word and code.ours == "nothing"):
                said.append(text)
    return {code: ", ".join(said) for code, said in told.items()}
