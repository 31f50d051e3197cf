"""Paths as authors write them: `BAK03`, `PO107+(06=VP)`, `N1(01=ST)/N401`, `header/po`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_STEP = re.compile(r"([^()/=]+?)(?:\(([^()]*)\))?")
_OUT = re.compile(r"([A-Z][A-Z0-9]{1,2})([0-9]{2})(?:-([0-9]{1,2})|(\+))?")
_ELEMENT = re.compile(r"([A-Z][A-Z0-9]{1,2})([0-9]{2})(?:-([0-9]{1,2}))?(\+)?")


@dataclass(slots=True, frozen=True)
class Filter:
    """`01=ST`, or one of several: `01=ST|BT`."""

    key: str
    values: frozenset[str]


@dataclass(slots=True, frozen=True)
class Step:
    """One name of a path with what must hold there."""

    name: str
    filters: tuple[Filter, ...] = ()


@dataclass(slots=True, frozen=True)
class Element:
    """One element of a segment: `PO107+(06=VP)` is segment PO1, position 7, repeated in pairs."""

    segment: str
    position: int
    component: int = 0
    pairs: bool = False
    filters: tuple[Filter, ...] = ()


@dataclass(slots=True, frozen=True)
class OutElement:
    """The left side of what is written: `BEG03`, the component `AK401-1`, the run `LIN02+`."""

    key: str
    segment: str
    position: int
    component: int = 0
    is_run: bool = False


def read_out_element(key: str) -> OutElement | None:
    """Return the element a key names, or None where it names none."""
    match = _OUT.fullmatch(key)
    if match is None:
        return None
    segment, position, component, plus = match.groups()
    return OutElement(key, segment, int(position), int(component or 0), bool(plus))


def list_out_elements(keys: Iterable[str]) -> list[OutElement]:
    """Return the elements among the keys of an item of `segments`."""
    return [element for element in map(read_out_element, keys) if element is not None]


def read_path(text: str) -> tuple[Step, ...] | None:
    """Return the steps of a path, or None where it is none."""
    steps = []
    for part in _split_steps(text):
        match = _STEP.fullmatch(part.strip())
        filters = _read_filters(match.group(2)) if match else None
        if match is None or filters is None:
            return None
        steps.append(Step(match.group(1).strip(), filters))
    return tuple(steps) or None


def read_element(step: Step) -> Element | None:
    """Return the element a step names by segment id and two digits, or None."""
    match = _ELEMENT.fullmatch(step.name)
    if match is None or not has_positions(step):
        return None
    segment, position, component, plus = match.groups()
    if int(position) == 0 or (plus and len(step.filters) != 1):
        return None
    return Element(segment, int(position), int(component or 0), bool(plus), step.filters)


def has_positions(step: Step) -> bool:
    """Return whether every filter names an element by two digits, as X12 wants it."""
    keys = [one.key for one in step.filters]
    return all(len(k) == 2 and k.isascii() and k.isdigit() and k != "00" for k in keys)


def _split_steps(text: str) -> list[str]:
    """Split at slashes outside round brackets."""
    return re.split(r"/(?![^()]*\))", text)


def _read_filters(text: str | None) -> tuple[Filter, ...] | None:
    if text is None:
        return ()
    filters = []
    for part in text.split(","):
        key, equals, values = part.partition("=")
        if not (key.strip() and equals and values.strip()):
            return None
        filters.append(Filter(key.strip(), frozenset(v.strip() for v in values.split("|"))))
    return tuple(filters)
