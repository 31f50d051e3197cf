"""`mapping new` of XML: a partner nobody prepared is recognised by the orders we sent him, whatever he calls things."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from canonical.purchase_order import PurchaseOrder
from tests.console.conftest import ROOT
from tests.console.test_mapping_new import PARTNER, check_entities, home, make_orders, orders

__all__ = ["home", "orders"]  # fixtures

NESTED = {
    "root": "Auftragsbestaetigungen",
    "one": "Bestaetigung",
    "head": "Kopf",
    "po": "Bestellung",
    "lines": "Positionen",
    "line": "Position",
    "number": "lfd",
    "item": "Sache",
    "price": "Preis",
    "part": "Zusage",
    "quantity": "Stueck",
    "promised": "Termin",
    "status": "Rueckmeldung",
}
NAMELESS = {key: f"E{at}" for at, key in enumerate(NESTED, 1)}


def write_nested(order: PurchaseOrder, names: dict[str, str]) -> bytes:
    """Return answers inside lines inside documents, as a program writes them: one line is split, one is late."""
    n = names
    lines = "".join(
        f'<{n["line"]} {n["number"]}="{line.line_number}">'
        f'<{n["item"]} wessen="kunde">{line.item.buyer}</{n["item"]}>'
        f'<{n["item"]} wessen="lieferant">B{line.item.buyer[::-1]}</{n["item"]}>'
        f"<{n['price']}>{line.unit_price}</{n['price']}>"
        + "".join(
            f"<{n['part']}><{n['quantity']}>{quantity}</{n['quantity']}>"
            f"<{n['promised']}>{line.needed.on + timedelta(days=7 * at)}</{n['promised']}>"
            f"<{n['status']}>{'spaeter' if at else 'zugesagt'}</{n['status']}></{n['part']}>"
            for quantity in filter(None, _split(line.ordered.value, at))
        )
        + f"</{n['line']}>"
        for at, line in enumerate(order.lines)
    )
    return (
        f'<{n["root"]} xmlns="urn:fjord:ab:1" xmlns:x="urn:fjord:wer"><{n["one"]}>'
        f'<{n["head"]}><{n["po"]} x:stand="1">{order.po_number}</{n["po"]}>'
        '<x:Wer art="Lieferant"><x:Ort>Oslo</x:Ort></x:Wer><x:Wer art="Kunde"><x:Ort>Ulm</x:Ort></x:Wer>'
        f"</{n['head']}><{n['lines']}>{lines}</{n['lines']}></{n['one']}></{n['root']}>"
    ).encode()


def _split(value, at):
    first = value * (2 if at == 1 else 5) / 5
    return f"{first:f}", f"{value - first:f}" if value - first else ""


def write_flat(order: PurchaseOrder, names: dict[str, str]) -> bytes:
    """Return attributes alone, an element a line, the order's number in the outermost one."""
    n = names
    lines = "".join(
        f'<{n["line"]} {n["number"]}="{line.line_number}" {n["item"]}="{line.item.buyer}" '
        f'{n["quantity"]}="{line.ordered.value}" {n["price"]}="{line.unit_price}" '
        f'{n["promised"]}="{line.needed.on + timedelta(days=7 * at):%d.%m.%Y}"/>'
        for at, line in enumerate(order.lines)
    )
    return f'<{n["root"]} {n["po"]}="{order.po_number}">{lines}</{n["root"]}>'.encode()


@pytest.fixture
def samples(tmp_path: Path) -> Callable[..., Iterator[str]]:
    """Return what writes a sample of each order and yields the options that name them."""

    def write(orders, write_one, names) -> Iterator[str]:
        for at, one in enumerate(orders, 1):
            path = tmp_path / f"AB {at}.xml"
            path.write_bytes(write_one(one, names))
            yield from ("--sample", str(path))

    return write


def draft(run, words) -> dict[str, str]:
    """Return the field of each path, after the draft was found clean and proven by its own cases."""
    ran = run("mapping", "new", "--partner", PARTNER, *words, "--json")
    found = json.loads(ran.out)
    assert (0, []) == (ran.code, found["lint"])
    assert 0 == run("mapping", "test", f"{PARTNER}/ack_xml").code
    return {one["field"]: one["source"] for one in found["taken"] if one["state"] == "mapped"}


@pytest.mark.parametrize("names", [NESTED, NAMELESS], ids=["german", "nameless"])
def test_answers_inside_lines_inside_documents(run, home, orders, samples, names) -> None:
    """Number, line, part, quantity and day are right, and each list is the element that repeats."""
    taken = draft(run, samples(orders, write_nested, names))
    text = (home / f"mappings/{PARTNER}/ack_xml.yaml").read_text()
    line = f"{names['one']}/{names['lines']}/{names['line']}"

    assert {
        "po_number": f"{names['one']}/{names['head']}/{names['po']}",
        "line_number": f"{line}/@{names['number']}",
        "item.buyer": f"{line}/{names['item']}(@wessen=kunde)",
        "item.vendor": f"{line}/{names['item']}(@wessen=lieferant)",
        "unit_price": f"{line}/{names['price']}",
        "quantity": f"{line}/{names['part']}/{names['quantity']}",
        "promised": f"{line}/{names['part']}/{names['promised']}",
    }.items() <= taken.items()
    assert f"one_per: {names['one']}\n" in text
    assert f"each: {names['lines']}/{names['line']}\n" in text
    assert f"each: {names['part']}\n" in text
    check_entities(home, orders, "ack_xml")


def test_a_line_that_is_its_own_answer(run, home, orders, samples) -> None:
    """Attributes are columns too; the answer of a line is the line itself."""
    taken = draft(run, samples(orders, write_flat, NAMELESS))
    text = (home / f"mappings/{PARTNER}/ack_xml.yaml").read_text()

    assert "@E4" == taken["po_number"]
    assert "each: E6\n" in text
    assert "each: .\n" in text
    check_entities(home, orders, "ack_xml")


def test_lines_are_no_qualifiers_where_no_order_is_known(run, home) -> None:
    """By names alone too a part or an answer's code tells no path apart; lines and answers stay lists."""
    sample = ROOT / "console" / "new_partner" / "xml" / "sample.xml"
    taken = draft(run, ("--sample", str(sample)))
    text = (home / f"mappings/{PARTNER}/ack_xml.yaml").read_text()

    assert "Header/OrderNumber" == taken["po_number"]
    assert "each: Lines/Line\n" in text
    assert "each: Answer\n" in text
    assert "accepted}" not in text  # an OK, a DATE and a NO stand there, which nobody understood
    assert "status: {value: review}" in text


def test_xml_that_cannot_be_read_is_told_with_its_name(run, home, tmp_path) -> None:
    """And nothing is drafted of the others."""
    (tmp_path / "good.xml").write_bytes(write_flat(make_orders()[0], NAMELESS))
    (tmp_path / "cut.xml").write_bytes(b"<E1><E6>")
    words = [f"--sample={tmp_path / name}.xml" for name in ("good", "cut")]
    ran = run("mapping", "new", "--partner", PARTNER, *words)

    assert (1, True) == (ran.code, "cut.xml, line 1" in ran.err)
    assert not (home / "mappings" / PARTNER).exists()
