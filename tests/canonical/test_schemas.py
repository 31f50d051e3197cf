"""The published schemas, and the examples beside them."""

import json
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from jsonschema import Draft202012Validator

from canonical import schemas
from canonical.entities import write_json
from canonical.erp_commands import COMMANDS, read_command

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "canonical" / "examples"
STRUCTS = {struct.__name__: struct for struct in schemas.list_published()}
FILES = sorted(EXAMPLES.glob("*/*.json"))


def _judge(name: str) -> Draft202012Validator:
    schema = json.loads(schemas.path_of(STRUCTS[name]).read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def _example(name: str, situation: str) -> dict:
    return json.loads((EXAMPLES / name / f"{situation}.json").read_text(encoding="utf-8"))


def test_published_schemas_are_what_the_structs_say():
    """A changed struct without its schema does not pass."""
    assert [] == schemas.list_stale()


def test_no_schema_is_left_of_a_struct_that_is_gone():
    """The folder holds what is published and nothing else."""
    assert sorted(schemas.path_of(one) for one in STRUCTS.values()) == sorted(
        schemas.FOLDER.rglob("*.*")
    )


def test_the_check_command_says_stale_by_its_exit_code():
    """`python -m canonical.schemas --check` is what CI runs."""
    done = subprocess.run(
        [sys.executable, "-m", "canonical.schemas", "--check"], cwd=ROOT, check=False
    )
    assert 0 == done.returncode


def test_a_stale_schema_is_named(tmp_path, monkeypatch):
    """The sentence tells what to run."""
    monkeypatch.setattr(schemas, "FOLDER", tmp_path / "schemas")
    complaints = list(schemas._main(["--check"]))
    assert (
        "schemas/PurchaseOrder/1.0.json is stale: run python -m canonical.schemas" == complaints[0]
    )
    assert [] == list(schemas._main([]))
    assert [] == list(schemas._main(["--check"]))


@pytest.mark.parametrize("name", STRUCTS)
def test_each_published_struct_has_two_examples(name):
    """An example says more than a schema."""
    assert 2 <= len(list((EXAMPLES / name).glob("*.json")))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_an_example_is_valid_and_comes_back_the_same(path):
    """Jsonschema and msgspec agree, and nothing is lost or added on the way."""
    name, text = path.parent.name, path.read_bytes()
    assert [] == [error.message for error in _judge(name).iter_errors(json.loads(text))]
    entity = msgspec.json.decode(text, type=STRUCTS[name])
    assert json.loads(text) == json.loads(write_json(entity))


@pytest.mark.parametrize(
    ("name", "situation", "path", "value"),
    [
        ("PurchaseOrder", "two_lines", ("currency",), "usd"),
        ("PurchaseOrder", "two_lines", ("lines",), []),
        ("PurchaseOrder", "two_lines", ("ordered_on",), "02.11.2026"),
        ("PurchaseOrder", "two_lines", ("lines", 0, "ordered", "value"), "1,5"),
        ("PurchaseOrder", "two_lines", ("lines", 0, "ordered", "unit"), ""),
        ("OrderAck", "split_and_backorder", ("po_number",), ""),
        ("OrderAck", "split_and_backorder", ("status",), "maybe"),
        ("OrderAck", "split_and_backorder", ("colour",), "red"),
        ("OrderAck", "split_and_backorder", ("lines", 0, "acks", 1, "promised", "means"), "soon"),
        ("OrderChange", "cancelled", ("changed_on",), None),
        ("ShipNotice", "two_packs", ("lines", 0, "shipped"), "40"),
        ("FunctionalAck", "accepted", ("sets_included",), "one"),
        ("ConfirmOrder", "split", ("lines", 0, "schedule"), []),
        ("ConfirmOrder", "split", ("command",), "RecordShipment"),
        ("RoutingDecided", "held", ("outcome",), "guess"),
    ],
)
def test_a_bad_value_is_refused_by_both(name, situation, path, value):
    """What one of the two accepts, the other may not refuse."""
    example = _example(name, situation)
    spot = example
    for step in path[:-1]:
        spot = spot[step]
    spot[path[-1]] = value
    assert not _judge(name).is_valid(example)
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(json.dumps(example), type=STRUCTS[name])


@pytest.mark.parametrize("name", [struct.__name__ for struct in COMMANDS])
def test_a_command_is_known_by_its_key(name):
    """What was queued as plain JSON comes back as the same command."""
    for path in (EXAMPLES / name).glob("*.json"):
        plain = json.loads(path.read_text(encoding="utf-8"))
        assert (name, plain) == (
            type(read_command(plain)).__name__,
            json.loads(write_json(read_command(plain))),
        )


def test_a_decimal_is_text_without_exponent():
    """A reader without decimals must not be handed a float."""
    example = _example("PurchaseOrder", "two_lines")
    for bad in (12.5, "1E+3", "NaN", ""):
        example["lines"][0]["unit_price"] = bad
        assert not _judge("PurchaseOrder").is_valid(example)
