"""What we write by the base mappings is good X12, and read back it is the same entity."""

import functools
import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canonical.entities import read_json, write_json
from translators.mapper.compile import compile_mapping
from translators.mapper.load import Library
from translators.x12.delimiters import Delimiters
from translators.x12.documents import document_of
from translators.x12.grammar import GROUP_OF
from translators.x12.reader import read_x12
from translators.x12.structure import Set
from translators.x12.writer import OutEnvelope, WrittenSet, choose_delimiters, write_interchange

ROOT = Path(__file__).parent.parent
LIBRARY = Library((ROOT / "mappings",))
SETS = {
    "850": "PurchaseOrder",
    "855": "OrderAck",
    "856": "ShipNotice",
    "860": "OrderChange",
    "865": "OrderAck",
    "846": "InventoryPosition",
    "870": "OrderStatus",
    "830": "Forecast",
    "862": "Forecast",
    "861": "ReceivingAdvice",
    "810": "Invoice",
    "824": "ApplicationAdvice",
    "864": "TextMessage",
    "997": "FunctionalAck",
    "999": "FunctionalAck",
}
# What a set cannot carry, or must hold where the entity is silent: the fields that come back otherwise.
OTHERWISE = {
    ("850", "two_lines"): {
        "supplier": None,  # the partner is known by the envelope
        "kind": "NE",  # mandatory
        "references.0.kind": "CT",  # the code, not our word for it
        "lines.1.certificates": None,  # the contract says them
    },
    # BAK04, BCA06 and BCH06, the date of the order, are mandatory: ours stands in where it is not known.
    ("855", "facets_of_one_line"): {"ordered_on": "2026-11-07"},
    ("855", "line_rejected"): {"ordered_on": "2026-11-06"},
    ("855", "order_rejected"): {"ordered_on": "2026-11-06"},
    # What comes as an 865 is about a change.
    ("865", "facets_of_one_line"): {"ordered_on": "2026-11-07", "about": "change"},
    ("865", "line_rejected"): {"ordered_on": "2026-11-06", "about": "change"},
    ("865", "split_and_backorder"): {"about": "change"},
    # An 865 leaves every line it does not name as it was agreed (B-66).
    ("865", "order_rejected"): {
        "ordered_on": "2026-11-06",
        "unmentioned": None,
        "about": "change",
    },
    ("860", "cancelled"): {"ordered_on": "2026-11-10"},
    ("860", "less_and_later"): {
        "lines.0.action": "replace"
    },  # QI or QD: we know the new number only
    ("856", "two_packs"): {  # read, these two are references as well
        "lines.0.ship_to": "WH01",  # what its shipment says
        "lines.1.ship_to": "WH01",
        # The levels its lines are packed in, with the numbers the writer gave them.
        "packages": [
            {"number": "3", "inside": "2", "level": "package", "sscc": "106141411234567897"},
            {"number": "5", "inside": "2", "level": "package", "sscc": "106141411234567903"},
        ],
        "references": [
            {"kind": "BM", "value": "BOL-99120"},
            {"kind": "CN", "value": "1Z999AA10123456784"},
        ],
    },
}
NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)


def list_examples():
    """Return (set, version, example) for all that can be written."""
    return [
        (set_id, version, path)
        for set_id, entity in SETS.items()
        for version in ("4010", "5010")
        for path in sorted((ROOT / "canonical" / "examples" / entity).glob("*.json"))
        if (ROOT / "mappings" / "base" / f"{set_id}_{version}_out.yaml").is_file()
        and (set_id, path.stem) not in {("830", "shipping"), ("862", "planning")}
    ]


@functools.cache
def find_mapping(name: str):
    """Return a base mapping, compiled."""
    return compile_mapping(LIBRARY.load_mapping(f"base/{name}"))


def write(set_id: str, version: str, text: bytes) -> tuple[bytes, list[str]]:
    """Return an interchange with the entity in it, and all findings."""
    mapping = find_mapping(f"{set_id}_{version}_out")
    written = mapping.write(read_json(SETS[set_id], text))
    sets = [WrittenSet(set_id, "0001", written.segments)]
    envelope = OutEnvelope(
        sender_qualifier="ZZ",
        sender="KESTREL",
        receiver_qualifier="ZZ",
        receiver="MAKER",
        group_id=GROUP_OF[set_id],
        interchange_control=1,
        group_control=1,
        version=f"00{version}",
    )
    marks = choose_delimiters(sets, Delimiters(), f"00{version}")
    data, findings = write_interchange(sets, envelope, marks, NOW)
    return data, [str(finding) for finding in (*written.findings, *findings)]


def read(set_id: str, version: str, data: bytes):
    """Return the entity as plain JSON, and what is found on the way."""
    mapping = find_mapping(f"{set_id}_{version}")
    parts = read_x12(data)
    (one,) = [part for part in parts if isinstance(part, Set)]
    mapped = mapping.map(document_of(one))
    findings = [str(finding) for finding in (*one.findings, *mapped.findings)]
    return mapped.entity, findings


def plain(entity) -> dict:
    """Return the entity as dicts and text, without what is only the default."""
    return json.loads(write_json(read_json(type(entity).__name__, write_json(entity))))


def put(plain: dict, field: str, value: object) -> None:
    """Put a value at a place such as `lines.0.action`; None takes away what is there."""
    *around, last = field.split(".")
    for step in around:
        plain = plain[int(step) if step.isdigit() else step]
    if value is None:
        del plain[last]
    else:
        plain[last] = value


EXAMPLES = list_examples()


@pytest.mark.parametrize(
    ("set_id", "version", "path"), EXAMPLES, ids=[f"{s}-{v}-{p.stem}" for s, v, p in EXAMPLES]
)
def test_an_example_comes_back_as_it_was(set_id, version, path):
    """Written, checked and read again an entity is the same, but for what the set cannot carry."""
    data, findings = write(set_id, version, path.read_bytes())
    assert [] == findings
    entity, findings = read(set_id, version, data)
    assert [] == findings
    expected = json.loads(path.read_bytes())
    for field, value in OTHERWISE.get((set_id, path.stem), {}).items():
        put(expected, field, value)
    assert expected == plain(entity)


# Fields whose text is free, or nearly so; the others are codes, units and our own words.
FREE = re.compile(
    r"name|street|city|note|description|subject|lines|notes|text|value|wanted|reference|number"
    r"|(?!control)\w+_number|line_number|release|vendor_order_no|tracking|buyer|vendor|manufacturer|gtin"
    r"|revision|lot|location|ship_to|bill_of_lading|answers_to"
)
NUMBERS = re.compile(r"value|unit_price|quantity|maximum|amount|total")
SIGNS = "".join(map(chr, range(33, 127)))


def vary(plain: object, key: str, draw: Random) -> object:
    """Return an example with other texts, numbers and days in the same places."""
    if isinstance(plain, dict):
        return {name: vary(value, name, draw) for name, value in plain.items()}
    if isinstance(plain, list):
        return [vary(item, key, draw) for item in plain]
    return vary_text(plain, key, draw) if isinstance(plain, str) else plain


def vary_text(text: str, key: str, draw: Random) -> str:
    """Return another number, day or free text; a code stays."""
    if NUMBERS.fullmatch(key) and text.replace(".", "", 1).lstrip("-").isdigit():
        return f"{draw.randrange(10**9) / 100:.2f}"
    if len(text) == 10 and text[4] == text[7] == "-":
        return str(date(2000, 1, 1) + timedelta(days=draw.randrange(25_000)))
    if not FREE.fullmatch(key):
        return text
    if draw.random() < 0.1:
        return "!!"  # now and then the same text in two places
    return "".join(draw.choices(SIGNS, k=draw.randint(2, 20)))


ROUND = [example for example in EXAMPLES if (example[0], example[2].stem) not in OTHERWISE]


@pytest.mark.parametrize(
    ("set_id", "version", "path"), ROUND, ids=[f"{s}-{v}-{p.stem}" for s, v, p in ROUND]
)
@settings(max_examples=15, deadline=None)
@given(draw=st.randoms(use_true_random=True))
def test_what_is_written_is_what_is_read(set_id, version, path, draw):
    """Whatever the texts, numbers and days are: read(write(x)) == x, with no finding."""
    text = json.dumps(vary(json.loads(path.read_bytes()), "", draw))
    file, findings = write(set_id, version, text.encode())
    assert [] == findings
    entity, findings = read(set_id, version, file)
    assert [] == findings
    assert plain(read_json(SETS[set_id], text)) == plain(entity)
