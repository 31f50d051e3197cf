"""What people write, judged by a JSON Schema, in sentences with file and line."""

import json
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gateway.yaml_file import YamlFile
from translators.findings import Finding

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError


def check_by_schema(file: YamlFile, schema: Path) -> list[Finding]:
    """Return one finding for each place where the file is not what the schema wants."""
    errors = sorted(_validator(schema).iter_errors(file.value), key=_position)
    return [finding for error in errors for finding in _findings_of(error, file)]


@cache
def _validator(schema: Path) -> "Draft202012Validator":
    from jsonschema import Draft202012Validator  # noqa: PLC0415  judged only where files are loaded

    wanted = json.loads(schema.read_text(encoding="utf-8"))
    return Draft202012Validator(wanted, format_checker=Draft202012Validator.FORMAT_CHECKER)


def _position(error: "ValidationError") -> tuple[str, str]:
    return (".".join(str(step) for step in error.absolute_path), error.message)


def _findings_of(error: "ValidationError", file: YamlFile) -> Iterator[Finding]:
    path = tuple(error.absolute_path)
    where = ".".join(str(step) for step in path) or "the file"
    schema: dict[str, Any] = dict(error.schema) if isinstance(error.schema, Mapping) else {}
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        known = schema.get("properties", {})
        for key in sorted(set(error.instance) - set(known)):
            place = file.place((*path, key))
            yield _finding(
                "unknown-key", place, f"{where} has no key '{key}'", _did_you_mean(key, known)
            )
        return
    place = file.place(path)
    if error.validator == "required" and isinstance(error.instance, dict):
        missing = error.message.split("'")[1]
        meaning = schema.get("properties", {}).get(missing, {}).get("description", "")
        advice = f"add it: {meaning}" if meaning else "add it"
        yield _finding("missing-key", place, f"{where} needs the key '{missing}'", advice)
        return
    yield _finding(
        "bad-value", place, f"{where} holds {_show(error.instance)}", _wanted(error, schema)
    )


def _finding(code: str, place: str, sentence: str, advice: str) -> Finding:
    return Finding(level="error", code=code, sentence=sentence, place=place, advice=advice)


def _did_you_mean(key: str, known: dict[str, Any]) -> str:
    close = get_close_matches(key, known, n=1)
    if close:
        return f"did you mean '{close[0]}'?"
    return "it may hold " + ", ".join(known)


def _show(value: Any) -> str:
    if isinstance(value, dict):
        return "a table of keys"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return "nothing" if value in (None, "") else f"'{str(value)[:60]}'"


def _wanted(error: "ValidationError", schema: dict[str, Any]) -> str:
    if error.validator == "enum":
        words = [
            str(word).lower() if isinstance(word, bool) else str(word) for word in schema["enum"]
        ]
        return "wanted is one of " + ", ".join(dict.fromkeys(words))
    if schema.get("description"):
        return f"wanted is {schema['description']}"
    return error.message.splitlines()[0][:200]
