"""Case files: the samples beside a mapping, what is expected of each, and where it differs."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from translators.mapper.cases import run_reading, run_writing
from translators.mapper.explain import list_leaves
from translators.mapper.load import Library
from translators.mapper.read_mapping import ReadMapping
from translators.mapper.write_mapping import WriteMapping
from translators.side_by_side import compare, without_alike

EXTENSIONS = {"x12": "edi", "xlsx": "csv", "fixed": "txt"}  # else as the format is named


@dataclass(slots=True, frozen=True)
class Case:
    """One sample beside a mapping, and the file that says what comes of it; it may not exist yet."""

    mapping: str
    situation: str
    sample: Path
    expected: Path


class Difference(msgspec.Struct, frozen=True):
    """One place where a case differs; '' where one side has nothing."""

    path: str
    expected: str
    found: str


@dataclass(slots=True, frozen=True)
class Outcome:
    """What a mapping makes of a sample: the text of its expected file, and what is wrong with it."""

    text: bytes
    differences: list[Difference]
    faults: list[str]  # of what is written; nothing expected excuses them


def list_cases(library: Library, name: str) -> list[Case]:
    """Return the cases that stand beside the file of a mapping, sorted by situation."""
    file = library.find_file(f"{name}.yaml")
    samples = file.with_suffix(".cases").glob("*") if file else ()
    return [_case_of(name, path) for path in sorted(samples) if ".expected." not in path.name]


def _case_of(name: str, sample: Path) -> Case:
    situation = sample.name.split(".")[0]
    known = sorted(sample.parent.glob(f"{situation}.expected.*"))
    default = sample.parent / f"{situation}.expected."
    return Case(name, situation, sample, known[0] if known else default)


def run_case(compiled: ReadMapping | WriteMapping, case: Case) -> Outcome:
    """Return what comes of a case; raises msgspec.MsgspecError where its sample is no entity."""
    data = case.sample.read_bytes()
    before = case.expected.read_bytes() if case.expected.is_file() else None
    if isinstance(compiled, ReadMapping):
        found = run_reading(compiled, data)
        expected = {} if before is None else load_expected(before)
        return Outcome(write_expected(found), list(_compare(expected, found)), [])
    written, findings = run_writing(compiled, data)
    pairs = without_alike(compare(before or b"", written), around=0)
    differences = [
        Difference(f"line {pair.second_number or pair.first_number}", pair.first, pair.second)
        for pair in pairs
    ]
    if not differences and written != before:
        differences = [Difference("line ends", repr((before or b"")[-2:]), repr(written[-2:]))]
    return Outcome(written, differences, list(map(str, findings)))


def place_of_expected(compiled: ReadMapping | WriteMapping, case: Case) -> Path:
    """Return the file that holds what is expected, where it is to be written for the first time too."""
    if case.expected.is_file():
        return case.expected
    extension = "yaml"
    if isinstance(compiled, WriteMapping):
        makes = compiled.makes
        said = "x12" if isinstance(makes, str) else makes["format"]
        extension = EXTENSIONS.get(said, said)
    return case.expected.with_name(f"{case.situation}.expected.{extension}")


def load_expected(data: bytes) -> Any:
    """Return `{entities, findings}` as an expected file holds them; {} where it holds something else."""
    from ruamel.yaml import YAML  # noqa: PLC0415 only authors need it
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415

    try:
        found = YAML(typ="safe", pure=True).load(data.decode())
    except (YAMLError, UnicodeDecodeError):
        return {}  # then all that comes out differs, and --update mends the file
    return found if isinstance(found, dict) else {}


def write_expected(found: dict[str, Any]) -> bytes:
    """Return the text of an expected file."""
    import io  # noqa: PLC0415 as the writer below

    from ruamel.yaml import YAML  # noqa: PLC0415 only authors need it

    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style, yaml.width, yaml.allow_unicode = False, 10_000, True
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    text = io.StringIO()
    yaml.dump(found, text)
    return text.getvalue().encode()


def _compare(expected: dict[str, Any], found: dict[str, Any]) -> Iterator[Difference]:
    """Yield each value that differs, then findings that came or went."""
    before, after = (
        dict(list_leaves(one.get("entities") or [], "entities")) for one in (expected, found)
    )
    for path in dict.fromkeys([*before, *after]):
        old, new = before.get(path), after.get(path)
        if old != new:
            yield Difference(path, _shown(old), _shown(new))
    said, says = expected.get("findings") or [], found["findings"]
    yield from (Difference("findings", str(one), "") for one in said if one not in says)
    yield from (Difference("findings", "", one) for one in says if one not in said)
    if sorted(map(str, said)) == sorted(says) and said != says:
        yield Difference("findings", "another order", "the order of the document")


def _shown(value: Any) -> str:
    return "" if value is None else str(value)
