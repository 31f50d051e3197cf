"""JSON text: the lines that write a struct's JSON straight from the texts of its fields.

They hold where no text has a quote or a backslash in it: then each is JSON as it stands. A struct
is written without its braces, which stand around it where it is put.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

import msgspec

from canonical.entities import write_json

Form = Literal["text", "texts", "struct", "structs", "any"]  # what a variable holds
_SHOWN: dict[Form, str] = {
    "text": '"{%s}"',
    "texts": '["{join_texts(%s)}"]',
    "struct": "{{{%s}}}",
    "structs": "[{{{join_structs(%s)}}}]",
    "any": "{show_any(%s)}",
}


@dataclass(slots=True, frozen=True, kw_only=True)
class Member:
    """A field of a struct as built: its variable, what that holds, and when it is left out."""

    name: str
    variable: str
    form: Form
    default: str  # the name of the value that is left out; '' where every value is told
    sure: bool  # whether it is filled in any case
    literal: str = ""  # its JSON, where that is known beforehand

    @property
    def condition(self) -> str:
        """Return when it is told; '' where it always is."""
        parts = [] if self.sure else [f"{self.variable} is not None"]
        if self.default and self.form not in {"struct", "structs"}:
            parts.append(f"{self.variable} is not {self.default}")
        return " and ".join(parts)

    @property
    def text(self) -> str:
        """Return its name and value as the inside of an f-string."""
        told = _SHOWN[self.form] % self.variable
        return f'"{self.name}":{_double(self.literal) if self.literal else told}'


def write_members(made: str, members: list[Member]) -> Iterator[str]:
    """Yield the lines that leave the JSON of the members in a variable, commas between them.

    The commas hang on the first member that is always there; without one they all lead.
    """
    runs = [(key, list(run)) for key, run in groupby(members, lambda one: one.condition)]
    anchor = next((at for at, (condition, _) in enumerate(runs) if not condition), len(runs))
    for at, (condition, run) in enumerate(runs):
        text = ",".join(one.text for one in run)
        text = f"{text}," if at < anchor < len(runs) else text if at == anchor else f",{text}"
        if not condition:
            yield f"{made} = f'{{{made}}}{text}'" if at else f"{made} = f'{text}'"
        elif at:
            yield f"if {condition}:"
            yield f"    {made} = f'{{{made}}}{text}'"
        else:
            yield f"{made} = f'{text}' if {condition} else ''"
    if not runs:
        yield f"{made} = ''"
    elif anchor == len(runs):
        yield f"{made} = {made}[1:]"


def is_clean(value: Any) -> bool:
    """Return whether a value is a text that is JSON as it stands."""
    return isinstance(value, str) and write_json(value) == f'"{value}"'.encode("ascii", "replace")


def is_free(text: str) -> bool:
    """Return whether all texts cut from a printable one are JSON as they stand."""
    return '"' not in text and "\\" not in text


def show_any(value: Any) -> str:
    """Return the JSON of any value."""
    return write_json(value).decode()


def sort_members(struct: type, members: Iterable[Member]) -> list[Member]:
    """Return the members in the order in which the struct has them."""
    order = {field.name: at for at, field in enumerate(msgspec.structs.fields(struct))}
    return sorted(members, key=lambda member: order[member.name])


def _double(literal: str) -> str:
    """Return a literal as the inside of an f-string in single quotes."""
    escaped = literal.encode("unicode_escape").decode().replace("'", "\\'")
    return escaped.replace("{", "{{").replace("}", "}}")


NAMES = {
    "join_texts": '","'.join,
    "join_structs": "},{".join,
    "show_any": show_any,
}
