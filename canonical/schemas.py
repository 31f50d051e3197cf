"""JSON Schemas of all that we publish, written from the entities: `python -m canonical.schemas`."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from canonical.entities import ENTITIES, VERSIONS
from canonical.erp_commands import COMMANDS
from canonical.events import EVENTS
from canonical.shared import Entity

FOLDER = Path(__file__).with_name("schemas")
DRAFT = "https://json-schema.org/draft/2020-12/schema"
FIRST = "1.0"
DECIMAL = r"^-?[0-9]+(\.[0-9]+)?$"


def list_published() -> list[type[Entity]]:
    """Return every struct that has a schema: entities, ERP commands, data of events."""
    return [*ENTITIES.values(), *COMMANDS, *EVENTS.values()]


def schema_id(name: str) -> str:
    """Return the `$id` of a schema, such as `urn:cmgateway:OrderAck:1.0`."""
    return f"urn:cmgateway:{name}:{VERSIONS.get(name, FIRST)}"


def write_schema(struct: type[Entity]) -> str:
    """Return the JSON Schema (draft 2020-12) of one struct, as the file holds it."""
    name = struct.__name__
    drawn = msgspec.json.schema(struct)
    own = drawn["$defs"].pop(name)
    schema = {"$schema": DRAFT, "$id": schema_id(name), "version": VERSIONS.get(name, FIRST)} | own
    if drawn["$defs"]:
        schema["$defs"] = dict(sorted(drawn["$defs"].items()))
    return json.dumps(_in_our_words(schema), indent=2, ensure_ascii=False) + "\n"


def path_of(struct: type[Entity]) -> Path:
    """Return where the schema of a struct lies, such as schemas/OrderAck/1.0.json."""
    name = struct.__name__
    return FOLDER / name / f"{VERSIONS.get(name, FIRST)}.json"


def list_stale() -> list[Path]:
    """Return the files that are not what the structs say today."""
    return [
        path
        for struct in list_published()
        for path in [path_of(struct)]
        if not path.is_file() or path.read_text(encoding="utf-8") != write_schema(struct)
    ]


def _in_our_words(schema: Any) -> Any:
    """Return the schema with decimals as plain text numbers and without defaults of null."""
    if isinstance(schema, list):
        return [_in_our_words(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("format") == "decimal":
        schema = {key: value for key, value in schema.items() if key != "format"}
        schema["pattern"] = DECIMAL
    return {
        key: _in_our_words(value)
        for key, value in schema.items()
        if (key, value) != ("default", None)
    }


def _main(arguments: list[str]) -> Iterator[str]:
    stale = list_stale()
    if arguments == ["--check"]:
        yield from (
            f"{path.relative_to(FOLDER.parent)} is stale: run python -m canonical.schemas"
            for path in stale
        )
        return
    for struct in list_published():
        path = path_of(struct)
        if path in stale:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(write_schema(struct), encoding="utf-8")


if __name__ == "__main__":
    complaints = list(_main(sys.argv[1:]))
    sys.stdout.writelines(f"{line}\n" for line in complaints)
    sys.exit(1 if complaints else 0)
