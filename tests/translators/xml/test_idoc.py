"""SAP's IDocs: ORDERS05 in, ORDRSP and DESADV out, and XML that means harm."""

from datetime import date, datetime
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from canonical.erp_commands import (
    ConfirmedLine,
    ConfirmOrder,
    RecordShipment,
    ScheduleLine,
    ShippedLine,
)
from canonical.shared import Item, PromisedDate, Quantity
from translators.xml.idoc_orders import OurWords, read_orders05
from translators.xml.idoc_write import SapSide, document_number, write_desadv, write_ordrsp
from translators.xml.parse import XmlError, parse_xml

ORDERS = b"""<?xml version="1.0" encoding="UTF-8"?>
<ORDERS05><IDOC BEGIN="1"><EDI_DC40 SEGMENT="1"><DOCNUM>0000000000404040</DOCNUM><MESTYP>ORDERS</MESTYP></EDI_DC40>
<E1EDK01 SEGMENT="1"><CURCY>USD</CURCY><BSART>NB</BSART><BELNR>4500000020</BELNR></E1EDK01>
<E1EDK03 SEGMENT="1"><IDDAT>012</IDDAT><DATUM>20261102</DATUM></E1EDK03>
<E1EDKA1 SEGMENT="1"><PARVW>LF</PARVW><PARTN>0000100234</PARTN></E1EDKA1>
<E1EDKA1 SEGMENT="1"><PARVW>WE</PARVW><PARTN>WH01</PARTN><NAME1>Main warehouse</NAME1><ORT01>Reno</ORT01></E1EDKA1>
<E1EDP01 SEGMENT="1"><POSEX>00010</POSEX><MENGE>100.000</MENGE><MENEE>PCE</MENEE><VPREI>4200.00</VPREI><PEINH>100</PEINH>
<E1EDP20 SEGMENT="1"><WMENG>60.000</WMENG><EDATU>20270111</EDATU></E1EDP20>
<E1EDP20 SEGMENT="1"><WMENG>40.000</WMENG><EDATU>20270208</EDATU></E1EDP20>
<E1EDP19 SEGMENT="1"><QUALF>001</QUALF><IDTNR>A-100</IDTNR><KTEXT>Bracket</KTEXT></E1EDP19>
<E1EDP19 SEGMENT="1"><QUALF>002</QUALF><IDTNR>X9</IDTNR></E1EDP19></E1EDP01></IDOC></ORDERS05>"""
SIDE = SapSide("GATEWAY", "GATEWAY", "SAPERP", "ERPCLNT100", "100", {"EA": "PCE"})
AT = datetime(2026, 11, 24, 10, 15)  # noqa: DTZ001 the ledger keeps UTC without a zone


def _pieces(amount: int) -> Quantity:
    return Quantity(value=Decimal(amount), unit="EA")


CONFIRM = ConfirmOrder(
    po_number="4500000020",
    partner="north",
    status="changed",
    vendor_order_no="SO-9981",
    currency="USD",
    lines=(
        ConfirmedLine(
            line_number="10",
            item=Item(buyer="A-100"),
            unit_price=Decimal("42.00"),
            schedule=(
                ScheduleLine(
                    status="accepted",
                    quantity=_pieces(60),
                    promised=PromisedDate(on=date(2027, 1, 11), means="deliver"),
                ),
                ScheduleLine(
                    status="backordered",
                    quantity=_pieces(30),
                    promised=PromisedDate(on=date(2027, 2, 8), means="deliver"),
                ),
                ScheduleLine(status="rejected", quantity=_pieces(10)),
            ),
        ),
        ConfirmedLine(
            line_number="20", schedule=(ScheduleLine(status="rejected", quantity=_pieces(5)),)
        ),
    ),
)


def _said(parent, path: str) -> list[str]:
    return [one.text or "" for one in parent.findall(path)]


def test_an_order_is_read_in_our_words() -> None:
    """Numbers without SAP's zeros, the price of one, the last day of its schedule, our partner and unit."""
    document = read_orders05(ORDERS, OurWords({"100234": "north"}, {"PCE": "EA"}))[0]
    assert [] == document.findings
    line = document.content["lines"][0]
    head = [document.content[name] for name in ("po_number", "ordered_on", "currency", "supplier")]
    assert ["4500000020", "2026-11-02", "USD", "north"] == head
    assert ("10", {"value": "100", "unit": "EA"}) == (line["line_number"], line["ordered"])
    assert Decimal(42) == Decimal(line["unit_price"])
    assert {"on": "2027-02-08", "means": "required"} == line["needed"]
    assert {"buyer": "A-100", "vendor": "X9", "description": "Bracket"} == line["item"]


def test_all_that_is_wrong_in_an_order_is_told_at_once() -> None:
    """Each with the IDoc, the item and the field."""
    data = ORDERS.replace(b"100.000", b"a dozen").replace(b"20261102", b"02.11.26")
    found = [f"{one}" for one in read_orders05(data.replace(b">ORDERS<", b">ORDCHG<"))[0].findings]
    assert 3 == len(found)
    assert any("item 1, MENGE" in one and "a dozen" in one for one in found)


def test_a_confirmation_holds_all_schedule_lines_of_an_item_absolutely() -> None:
    """90 of 100 in two lines; a part that is refused is what is left out; a whole item has action 003."""
    root = parse_xml(write_ordrsp(CONFIRM, "north-OrderAck-1", SIDE, "100234", AT))
    assert "ORDERS05" == root.tag
    items = root.findall("IDOC/E1EDP01")
    assert [("00010", "002", "90"), ("00020", "003", "0")] == [
        (one.findtext("POSEX"), one.findtext("ACTION"), one.findtext("MENGE")) for one in items
    ]
    assert ["60", "30"] == _said(items[0], "E1EDP20/WMENG")
    assert ["20270111", "20270208"] == _said(items[0], "E1EDP20/EDATU")
    assert [] == items[1].findall("E1EDP20")
    assert ["4500000020"] == _said(root, "IDOC/E1EDK02[QUALF='001']/BELNR")
    control = root.find("IDOC/EDI_DC40")
    names = ("MESTYP", "SNDPRN", "RCVPRN", "ARCKEY", "CREDAT", "CRETIM")
    wanted = ["ORDRSP", "GATEWAY", "ERPCLNT100", "north-OrderAck-1", "20261124", "101500"]
    assert wanted == [control.findtext(name) for name in names]


def test_a_shipment_names_order_item_lot_and_box() -> None:
    """DELVRY07: what SAP needs to make an inbound delivery of it."""
    command = RecordShipment(
        shipment_number="5501",
        partner="north",
        expected_on=date(2027, 1, 9),
        lines=(
            ShippedLine(
                po_number="4500000020",
                line_number="10",
                item=Item(buyer="A-100"),
                shipped=_pieces(40),
                lot="L-77",
                sscc="00300123450000000018",
            ),
        ),
    )
    root = parse_xml(write_desadv(command, "north-ShipNotice-1", SIDE, "100234", AT))
    head = root.find("IDOC/E1EDL20")
    line = head.find("E1EDL24")
    assert ("5501", "20270109") == (
        head.findtext("LIFEX"),
        head.findtext("E1EDT13[QUALF='007']/NTANF"),
    )
    assert ["000001", "A-100", "L-77", "40", "PCE"] == [
        line.findtext(name) for name in ("POSNR", "MATNR", "CHARG", "LFIMG", "VRKME")
    ]
    assert "4500000020" == line.findtext("E1EDL41/BSTNR")
    assert "00300123450000000018" == head.findtext("E1EDL37/EXIDV")


def test_the_number_of_an_idoc_follows_from_its_key() -> None:
    """The same command again is the same IDoc, whoever compares them."""
    assert document_number("a") == document_number("a") != document_number("b")
    assert 16 == len(document_number("a"))


LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><ORDERS05>&b;</ORDERS05>'
FILE = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><ORDERS05>&f;</ORDERS05>'


@pytest.mark.parametrize(
    "data",
    [LAUGHS, FILE, b"<a>" * 500, b"<a>" * 100 + b"</a>" * 100, b"", b"\x00<", b"<ORDERS05/>"],
)
def test_hostile_or_broken_xml_is_a_finding(data) -> None:
    """No entity is expanded, no file opened, nothing raised."""
    document = read_orders05(data)[0]
    assert "error" == document.findings[0].level
    assert "root:" not in str(document)


def test_a_document_type_is_refused() -> None:
    """Whoever sends one wants something of the parser."""
    with pytest.raises(XmlError, match="document type"):
        parse_xml(b'<!DOCTYPE x SYSTEM "http://erp.example/x.dtd"><x/>')


@given(st.binary(max_size=300), st.integers(0, len(ORDERS)))
def test_damaged_orders_never_raise(noise, at) -> None:
    """Whatever stands in the middle of one."""
    for document in read_orders05(ORDERS[:at] + noise + ORDERS[at:]):
        assert document.findings or document.content


def test_text_that_xml_cannot_hold_is_left_out() -> None:
    """A control character in a number must not stop a confirmation."""
    command = msgspec.structs.replace(CONFIRM, vendor_order_no="SO\x01-1")
    root = etree.fromstring(write_ordrsp(command, "k", SIDE, "1", AT))
    assert ["SO-1"] == _said(root, "IDOC/E1EDK02[QUALF='002']/BELNR")
