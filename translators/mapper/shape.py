"""What a canonical entity looks like, as the compiler wants to know it."""

import functools
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from msgspec import inspect

Kind = Literal["text", "choice", "date", "decimal", "int", "struct", "structs", "texts"]

_PLAIN: dict[type, Kind] = {
    inspect.DateType: "date",
    inspect.DecimalType: "decimal",
    inspect.IntType: "int",
}


@dataclass(slots=True, frozen=True)
class FieldShape:
    """One canonical field: what kind of value it takes and whether it must have one."""

    name: str
    kind: Kind
    required: bool
    choices: frozenset[str] = frozenset()
    struct: type | None = None
    pattern: str | None = None
    nonempty: bool = False


@functools.cache
def fields_of(struct: type) -> dict[str, FieldShape]:
    """Return the fields of an entity or of something nested in it, by name."""
    info = inspect.type_info(struct)
    if not isinstance(info, inspect.StructType):
        raise TypeError(struct)
    return {field.name: _shape_of(field) for field in info.fields}


@functools.cache
def measures_of(struct: type) -> frozenset[str]:
    """Return the required numbers and dates of a struct: without one of them it means nothing."""
    shapes = fields_of(struct).values()
    return frozenset(s.name for s in shapes if s.required and s.kind in {"decimal", "date"})


def _shape_of(field: Any) -> FieldShape:
    kind = _without_none(field.type)
    required = bool(field.required)
    name = field.name
    match kind:
        case inspect.StrType(pattern=pattern, min_length=least):
            return FieldShape(name, "text", required, pattern=pattern, nonempty=bool(least))
        case inspect.LiteralType(values=values):
            return FieldShape(name, "choice", required, choices=frozenset(map(str, values)))
        case inspect.DateType() | inspect.DecimalType() | inspect.IntType():
            return FieldShape(name, _PLAIN[type(kind)], required)
        case inspect.StructType(cls=cls):
            return FieldShape(name, "struct", required, struct=cls)
        case inspect.VarTupleType(item_type=item, min_length=least):
            return _shape_of_list(name, required, _without_none(item), bool(least))
    raise msgspec.ValidationError(f"{name}: {kind} has no reading")


def _shape_of_list(name: str, required: bool, item: Any, nonempty: bool) -> FieldShape:
    if isinstance(item, inspect.StructType):
        return FieldShape(name, "structs", required, struct=item.cls, nonempty=nonempty)
    return FieldShape(name, "texts", required, nonempty=nonempty)


def _without_none(kind: Any) -> Any:
    while isinstance(kind, inspect.Metadata | inspect.UnionType):
        if isinstance(kind, inspect.Metadata):
            kind = kind.type
        else:
            kind = next(k for k in kind.types if not isinstance(k, inspect.NoneType))
    return kind
