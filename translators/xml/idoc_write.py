"""What an ERP is told as SAP IDocs: ORDRSP (ORDERS05) for a confirmation, DESADV (DELVRY07) for a shipment.

Segments and qualifiers as SAP documents them (WE60) and published mappings use them; fields a customer
has added are not written. A confirmation is complete: all schedule lines of each item it names.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from lxml import etree

from canonical.erp_commands import ConfirmedLine, ConfirmOrder, RecordShipment, ShippedLine

_ACTION = {"changed": "002", "rejected": "003"}


@dataclass(slots=True, frozen=True)
class SapSide:
    """Who is who in the control record: ports and partner numbers as SAP's partner profile has them."""

    our_port: str
    our_number: str
    sap_port: str
    sap_number: str
    client: str = ""
    units: Mapping[str, str] = field(default_factory=dict)  # ours: SAP's


def write_ordrsp(
    command: ConfirmOrder, key: str, side: SapSide, vendor: str, at: datetime
) -> bytes:
    """Return the IDoc of a confirmation: E1EDK01 head, an E1EDP01 an item, an E1EDP20 a schedule line."""
    root, idoc = _begin("ORDERS05", "ORDRSP", key, side, at)
    head = _segment(idoc, "E1EDK01")
    _fill(head, CURCY=command.currency, BELNR=command.po_number)
    _fill(head, ACTION=_ACTION.get(command.status))
    _fill(_segment(idoc, "E1EDK02"), QUALF="001", BELNR=command.po_number)
    if command.vendor_order_no:
        _fill(_segment(idoc, "E1EDK02"), QUALF="002", BELNR=command.vendor_order_no)
    if command.acknowledged_on:
        _fill(_segment(idoc, "E1EDK03"), IDDAT="012", DATUM=_day(command.acknowledged_on))
    _fill(_segment(idoc, "E1EDKA1"), PARVW="LF", PARTN=vendor)
    for line in command.lines:
        _write_item(idoc, command, line, side)
    return _end(root)


def write_desadv(
    command: RecordShipment, key: str, side: SapSide, vendor: str, at: datetime
) -> bytes:
    """Return the IDoc of a shipment: E1EDL20 delivery, E1EDT13 days, an E1EDL24 a packed line with its order."""
    root, idoc = _begin("DELVRY07", "DESADV", key, side, at)
    head = _segment(idoc, "E1EDL20")
    _fill(head, LIFEX=command.shipment_number, TRAID=command.tracking)
    change = {"replace": "QUA", "cancel": "DEL"}.get(command.purpose)
    if change:
        _fill(_segment(head, "E1EDL18"), QUALF=change)
    address = _segment(head, "E1ADRM1")
    _fill(address, PARTNER_Q="LF", PARTNER_ID=vendor)
    if command.carrier:
        carrier = _segment(head, "E1ADRM1")
        _fill(carrier, PARTNER_Q="SP", PARTNER_ID=command.carrier)
    for code, day in (("006", command.shipped_on), ("007", command.expected_on)):
        if day:
            _fill(_segment(head, "E1EDT13"), QUALF=code, NTANF=_day(day), NTEND=_day(day))
    for number, line in enumerate(command.lines, 1):
        _write_packed(head, number, line, side)
    return _end(root)


def _write_item(
    idoc: etree._Element, command: ConfirmOrder, line: ConfirmedLine, side: SapSide
) -> None:
    kept = [part for part in line.schedule if part.status != "rejected"]
    unit = line.schedule[0].quantity.unit
    item = _segment(idoc, "E1EDP01")
    # Action 003 refuses a whole item; a part that is refused is what the quantity leaves out.
    _fill(item, POSEX=_item_number(line.line_number), ACTION="002" if kept else "003")
    open_ = line.open.value if line.open else Decimal(0)
    total = sum((part.quantity.value for part in kept), open_)
    _fill(item, MENGE=_amount(total), MENEE=side.units.get(unit, unit))
    if line.unit_price is not None:
        _fill(item, VPREI=f"{line.unit_price:f}", PEINH="1")
    reference = _segment(item, "E1EDP02")
    _fill(reference, QUALF="001", BELNR=command.po_number, ZEILE=_item_number(line.line_number))
    if command.vendor_order_no:
        _fill(_segment(item, "E1EDP02"), QUALF="002", BELNR=command.vendor_order_no)
    for part in kept:
        day = _day(part.promised.on) if part.promised else None
        _fill(_segment(item, "E1EDP20"), WMENG=_amount(part.quantity.value), EDATU=day)
    for code, name in (("001", line.item.buyer), ("002", line.item.vendor)):
        if name:
            _fill(_segment(item, "E1EDP19"), QUALF=code, IDTNR=name)


def _write_packed(head: etree._Element, number: int, line: ShippedLine, side: SapSide) -> None:
    item, unit = _segment(head, "E1EDL24"), line.shipped.unit
    _fill(item, POSNR=f"{number:06d}", MATNR=line.item.buyer, KDMAT=line.item.vendor)
    _fill(item, CHARG=line.lot, LFIMG=_amount(line.shipped.value), VRKME=side.units.get(unit, unit))
    reference = _segment(item, "E1EDL41")
    _fill(reference, QUALI="001", BSTNR=line.po_number, POSEX=_item_number(line.line_number))
    if line.sscc:
        box = _segment(head, "E1EDL37")
        _fill(box, EXIDV=line.sscc)
        packed = _segment(box, "E1EDL44")
        _fill(packed, POSNR=f"{number:06d}", VEMNG=_amount(line.shipped.value))


def _begin(
    basic: str, message: str, key: str, side: SapSide, at: datetime
) -> tuple[etree._Element, etree._Element]:
    """Return root and IDoc with its control record; the key is its number and stands in ARCKEY."""
    root = etree.Element(basic)
    idoc = etree.SubElement(root, "IDOC", BEGIN="1")
    control = _segment(idoc, "EDI_DC40")
    _fill(control, TABNAM="EDI_DC40", MANDT=side.client, DOCNUM=document_number(key), DIRECT="2")
    _fill(control, IDOCTYP=basic, MESTYP=message)
    _fill(control, SNDPOR=side.our_port, SNDPRT="LS", SNDPRN=side.our_number)
    _fill(control, RCVPOR=side.sap_port, RCVPRT="LS", RCVPRN=side.sap_number)
    _fill(control, CREDAT=_day(at.date()), CRETIM=f"{at:%H%M%S}", ARCKEY=key[:70])
    return root, idoc


def document_number(key: str) -> str:
    """Return sixteen digits for a key, the same for the same: SAP numbers an inbound IDoc anew itself."""
    return f"{int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]) % 10**16:016d}"


def _segment(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, name, SEGMENT="1")


def _fill(segment: etree._Element, **fields: str | None) -> None:
    for name, value in fields.items():
        if value:
            etree.SubElement(segment, name).text = _plain(value)


def _plain(text: str) -> str:
    """Return the text without what XML 1.0 cannot hold."""
    return "".join(one for one in text if one >= " " or one in "\t\n")


def _end(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _item_number(line_number: str) -> str:
    """Return POSEX or ZEILE as SAP writes them: five digits."""
    return line_number.zfill(5) if line_number.isascii() and line_number.isdigit() else line_number


def _amount(value: Decimal) -> str:
    return f"{value:f}"


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"
