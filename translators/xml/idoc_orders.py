"""SAP's ORDERS05 as orders of ours (message ORDERS, basic type ORDERS05): what the OEM has released.

Segments as SAP documents them (WE60): E1EDK01 head, E1EDK03 dates, E1EDKA1 partners, E1EDP01 items with
E1EDP19 part numbers and E1EDP20 schedule lines.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree

from translators.document import Document
from translators.findings import Finding
from translators.xml.parse import XmlError, parse_xml

KIND = "json"  # its content is in the words of canonical/schemas/PurchaseOrder
_PARTS = {"001": "buyer", "002": "vendor", "003": "gtin"}
_ROLES = {"AG": "buyer", "LF": "seller", "WE": "ship_to", "RE": "bill_to"}


@dataclass(slots=True, frozen=True)
class OurWords:
    """What we call SAP's vendors and units; a word that is missing is the same on both sides."""

    suppliers: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)


def read_orders05(data: bytes, words: OurWords | None = None) -> list[Document]:
    """Return one document an IDoc, its content in the words of PurchaseOrder; findings, never an exception."""
    ours = words or OurWords()
    try:
        root = parse_xml(data)
    except XmlError as error:
        return [_unreadable(f"{error}", "mend the file")]
    if root.tag != "ORDERS05":
        sentence = f"the root is {root.tag}; ORDERS05 is read here"
        return [_unreadable(sentence, "let SAP send basic type ORDERS05")]
    idocs = root.findall("IDOC")
    if not idocs:
        return [_unreadable("there is no IDOC in the file", "send at least one")]
    return [_read_idoc(idoc, number, ours) for number, idoc in enumerate(idocs, 1)]


def _read_idoc(idoc: etree._Element, number: int, words: OurWords) -> Document:
    docnum = _text(idoc, "EDI_DC40/DOCNUM")
    place = f"IDoc {docnum or number}"
    findings: list[Finding] = []
    vendor = _partner(idoc, "LF")
    message = _text(idoc, "EDI_DC40/MESTYP")
    if message != "ORDERS":
        findings.append(_finding(f"MESTYP is {message or 'empty'}, wanted is ORDERS", place))
    content = _drop_empty(
        {
            "po_number": _text(idoc, "E1EDK01/BELNR")
            or _qualified(idoc, "E1EDK02", "001", "BELNR"),
            "kind": _text(idoc, "E1EDK01/BSART"),
            "purpose": {"003": "cancel"}.get(_text(idoc, "E1EDK01/ACTION"), "original"),
            "ordered_on": _date(_dated(idoc), f"{place}, E1EDK03", findings),
            "currency": _text(idoc, "E1EDK01/CURCY"),
            "supplier": words.suppliers.get(vendor, vendor),
            "parties": [_party(one) for one in idoc.findall("E1EDKA1")],
            "lines": [
                _line(one, f"{place}, item {at}", words, findings)
                for at, one in enumerate(idoc.findall("E1EDP01"), 1)
            ],
        }
    )
    return Document(kind=KIND, place=place, content=content, findings=findings)


def _line(
    item: etree._Element, place: str, words: OurWords, findings: list[Finding]
) -> dict[str, Any]:
    parts = {name: _qualified(item, "E1EDP19", code, "IDTNR") for code, name in _PARTS.items()}
    parts["description"] = _qualified(item, "E1EDP19", "001", "KTEXT")
    days = [one for one in (_text(line, "EDATU") for line in item.findall("E1EDP20")) if one]
    needed = _date(max(days, default=""), f"{place}, E1EDP20", findings)
    return {
        "line_number": _text(item, "POSEX").lstrip("0"),
        "item": parts,
        "ordered": {
            "value": _number(_text(item, "MENGE"), f"{place}, MENGE", findings),
            "unit": words.units.get(_text(item, "MENEE"), _text(item, "MENEE")),
        },
        "unit_price": _price(item, place, findings),
        "needed": {"on": needed, "means": "required"} if needed else None,
    }


def _price(item: etree._Element, place: str, findings: list[Finding]) -> str:
    """Return the price of one: VPREI is for PEINH of them."""
    price = _number(_text(item, "VPREI"), f"{place}, VPREI", findings)
    per = _number(_text(item, "PEINH"), f"{place}, PEINH", findings)
    if not price or not per or Decimal(per) in (0, 1):
        return price
    return f"{Decimal(price) / Decimal(per):f}"


def _dated(idoc: etree._Element) -> str:
    # 012 is the document's own date, 022 the day of the purchase order.
    return _qualified(idoc, "E1EDK03", "012", "DATUM", "IDDAT") or _qualified(
        idoc, "E1EDK03", "022", "DATUM", "IDDAT"
    )


def _partner(idoc: etree._Element, role: str) -> str:
    return _qualified(idoc, "E1EDKA1", role, "PARTN", "PARVW").lstrip("0")


def _party(one: etree._Element) -> dict[str, Any]:
    role = _text(one, "PARVW")
    return {
        "role": _ROLES.get(role, role),
        "id": _text(one, "PARTN"),
        "name": _text(one, "NAME1"),
        "street": [_text(one, "STRAS")] if _text(one, "STRAS") else [],
        "city": _text(one, "ORT01"),
        "state": _text(one, "REGIO"),
        "postal_code": _text(one, "PSTLZ"),
        "country": _text(one, "LAND1"),
    }


def _qualified(
    parent: etree._Element, segment: str, code: str, name: str, qualifier: str = "QUALF"
) -> str:
    """Return a field of the segment whose qualifier holds the code."""
    found = (one for one in parent.findall(segment) if _text(one, qualifier) == code)
    return next((_text(one, name) for one in found), "")


def _text(parent: etree._Element, path: str) -> str:
    return (parent.findtext(path) or "").strip()


def _date(text: str, place: str, findings: list[Finding]) -> str:
    if not text or text == "00000000":
        return ""
    try:
        return datetime.strptime(text, "%Y%m%d").date().isoformat()  # noqa: DTZ007 a day
    except ValueError:
        findings.append(_finding(f"'{text}' is no date such as {date.max:%Y%m%d}", place))
        return ""


def _number(text: str, place: str, findings: list[Finding]) -> str:
    """Return the number as we write it; SAP puts the sign of a negative one behind it."""
    if not text:
        return ""
    plain = f"-{text[:-1]}" if text.endswith("-") else text
    try:
        value = Decimal(plain)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        findings.append(_finding(f"'{text}' is no number", place))
        return ""
    return f"{value.normalize():f}" if value == value.to_integral_value() else f"{value:f}"


def _drop_empty(value: Any) -> Any:
    """Return the value without what is empty: an empty field of an IDoc says nothing."""
    if isinstance(value, dict):
        made = {key: _drop_empty(one) for key, one in value.items()}
        return {key: one for key, one in made.items() if one not in ("", None, [], {})}
    return [_drop_empty(one) for one in value] if isinstance(value, list) else value


def _unreadable(sentence: str, advice: str) -> Document:
    finding = Finding(
        level="error", code="bad-idoc", sentence=sentence, place="the whole file", advice=advice
    )
    return Document(kind=KIND, place="the whole file", findings=[finding])


def _finding(sentence: str, place: str) -> Finding:
    advice = "correct it in SAP and send the order again"
    return Finding(level="error", code="bad-idoc", sentence=sentence, place=place, advice=advice)
