"""Plan: what the peers that can map take out of a document; less than our base mappings take."""

from typing import Any

Paths = tuple[str, ...]

HEAD: dict[str, Paths] = {
    "850": ("BEG01", "BEG02", "BEG03", "BEG05", "CUR02"),
    "855": ("BAK01", "BAK02", "BAK03", "BAK04", "BAK09"),
    "856": ("BSN01", "BSN02", "BSN03", "BSN04"),
}
PARTY: Paths = ("N101", "N102", "N103", "N104", "N301", "N401", "N402", "N403", "N404")
LINE_LOOP = {"850": "PO1", "855": "PO1", "856": "HL"}
_GOODS = ("PO101", "PO102", "PO103", "PO104", "PO107", "PO109", "PO111", "PID/PID05")
LINE: dict[str, Paths] = {
    "850": _GOODS,
    "855": _GOODS,
    "856": ("HL01", "HL02", "HL03", "PRF01", "MAN02", "LIN03", "LIN05", "LIN07", "SN102", "SN103"),
}
INNER_LOOP = {"850": "", "855": "ACK", "856": "N1"}
INNER: dict[str, Paths] = {
    "855": ("ACK01", "ACK02", "ACK03", "ACK04", "ACK05"),
    "856": PARTY,
}


def collect(kind: str, document: Any, get: Any, loop: Any) -> dict[str, Any]:
    """Return a document as nested dicts; get(node, path) gives a value, loop(node, id) the loops."""
    made = {path: get(document, path) for path in HEAD[kind]}
    if kind != "856":
        made["parties"] = [[get(party, path) for path in PARTY] for party in loop(document, "N1")]
    lines = []
    for line in loop(document, LINE_LOOP[kind]):
        one = {path: get(line, path) for path in LINE[kind]}
        if INNER_LOOP[kind]:
            inner = loop(line, INNER_LOOP[kind])
            one["inner"] = [[get(part, path) for path in INNER[kind]] for part in inner]
        lines.append(one)
    made["lines"] = lines
    return made
