"""One outbound segment compiled: its elements, components and runs of elements."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from translators.mapper.formats import Here
from translators.mapper.paths import OutElement, read_out_element
from translators.mapper.source import BlockNode, Node
from translators.mapper.suggest import did_you_mean
from translators.mapper.write_runs import compile_run
from translators.mapper.write_values import compile_cell
from translators.mapper.written import Elements, Written
from translators.x12.grammar import Grammar

Emit = Callable[[Any, Written], None]
ITEM_KEYS = frozenset(("each", "by", "when", "level", "segments"))


@dataclass(slots=True, frozen=True)
class Slot:
    """One place in a segment and what gives its texts: one, or as many as a run has."""

    element: OutElement
    give: Callable[[Any, Written], list[str]]
    is_constant: bool = False


def compile_segment(item: BlockNode, grammar: Grammar, here: Here) -> Emit | None:
    """Return what writes one segment, or None after naming its mistakes."""
    slots: list[Slot] = []
    name = ""
    for key, node in item.entries.items():
        if key in ITEM_KEYS:
            continue
        element = read_out_element(key)
        where = item.lines[key]
        if element is None or (name and element.segment != name):
            advice = "one list item is one segment; start the next with -"
            here.mistakes.add(where, f"{key} is no element of {name or 'a segment'}", advice)
            return None
        name = element.segment
        slot = _compile_slot(element, node, grammar, here.inside(key, where))
        if slot is not None:
            slots.append(slot)
    _check_run_is_last(slots, here)
    return _segment_emit(name, tuple(slots)) if slots else None


def _compile_slot(element: OutElement, node: Node, grammar: Grammar, here: Here) -> Slot | None:
    rule = grammar.segments.get(element.segment)
    if rule is None:
        advice = did_you_mean(element.segment, grammar.segments)
        here.mistakes.add(here.where, f"there is no segment {element.segment}", advice, "bad-path")
        return None
    last = len(rule.elements)
    if not 0 < element.position <= last:
        sentence = f"{element.key}: {element.segment} has {last} elements"
        here.mistakes.add(here.where, sentence, "", "bad-path")
        return None
    if element.component and not rule.elements[element.position - 1].components:
        sentence = f"{element.key}: {element.segment}{element.position:02d} has no components"
        here.mistakes.add(here.where, sentence, "", "bad-path")
        return None
    if element.is_run:
        run = compile_run(element.key, node, last - element.position + 1, here)
        return None if run is None else Slot(element, run)
    cell = compile_cell(element.key, node, here)
    if cell is None:
        return None
    return Slot(
        element, lambda place, written: [cell.give(place, written)], is_constant=cell.is_constant
    )


def _check_run_is_last(slots: list[Slot], here: Here) -> None:
    runs = [slot.element for slot in slots if slot.element.is_run]
    for run in runs:
        later = [slot.element for slot in slots if slot.element.position > run.position]
        if later or len(runs) > 1:
            sentence = f"{run.key} runs to the end of the segment; nothing can follow it"
            here.mistakes.add(here.where, sentence, "write a run last, and one only")
            return


def _segment_emit(name: str, slots: tuple[Slot, ...]) -> Emit:
    """Return what writes a segment; one whose data is all empty is left out with its constants."""
    has_data = any(not slot.is_constant for slot in slots)

    def emit(place: Any, written: Written) -> None:
        texts = [slot.give(place, written) for slot in slots]
        filled = any(
            any(given) for slot, given in zip(slots, texts, strict=True) if not slot.is_constant
        )
        if has_data and not filled:
            return
        written.add([name, *_lay_out(slots, texts)])

    return emit


def _lay_out(slots: tuple[Slot, ...], texts: list[list[str]]) -> list[Elements]:
    """Return the elements by position, without the empty ones at the end."""
    elements: dict[int, Elements] = {}
    for slot, given in zip(slots, texts, strict=True):
        at, component = slot.element.position, slot.element.component
        if component:
            elements[at] = _with_component(elements.get(at, ""), component, given[0])
        else:
            elements.update(enumerate(given, at))
    filled = [at for at, element in elements.items() if element]
    return [elements.get(at, "") for at in range(1, max(filled, default=0) + 1)]


def _with_component(element: Elements, number: int, text: str) -> Elements:
    """Return the composite with one component more; one with only the first is plain text."""
    parts = [element] if isinstance(element, str) else list(element)
    parts += [""] * (number - len(parts))
    parts[number - 1] = text
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    return parts[0] if len(parts) == 1 else tuple(parts)
