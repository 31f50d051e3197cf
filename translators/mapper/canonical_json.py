"""JSON in the words of our own schemas: read and written as it is, every fault told by its place."""

import json
from collections.abc import Iterator
from typing import Any

import msgspec

from canonical.entities import write_json
from canonical.schemas import write_schema
from canonical.shared import Entity
from translators.findings import Finding
from translators.mapper.running import BAD, Run, Step
from translators.mapper.tree_format import TreePlace
from translators.mapper.written import Written

MAX_TOLD = 100


def compile_canonical(entity: type[Entity], rule: str) -> Step:
    """Return the build of an entity from JSON that is in its own words."""

    def build(place: TreePlace, run: Run, _prefix: str) -> Any:
        try:
            return msgspec.convert(place.value, entity, strict=False)
        except msgspec.ValidationError as error:
            found = list(_list_faults(place.value, entity, rule))[:MAX_TOLD]
            run.findings += found or [_tell(str(error), "", rule)]
            return BAD

    return build


def write_canonical(entity: Entity, written: Written) -> None:
    """Keep the entity as the JSON that our schemas describe."""
    written.plain = write_json(entity)


def _list_faults(value: Any, entity: type[Entity], rule: str) -> Iterator[Finding]:
    """Yield what our schema says against a value, all of it."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - only where something is wrong

    for error in Draft202012Validator(json.loads(write_schema(entity))).iter_errors(value):
        yield _tell(error.message[:200], "/".join(map(str, error.absolute_path)), rule)


def _tell(message: str, path: str, rule: str) -> Finding:
    return Finding(
        level="error",
        code="bad-value",
        sentence=message,
        place=path or "the outermost object",
        advice="write it as canonical/schemas says",
        rule=rule,
    )
