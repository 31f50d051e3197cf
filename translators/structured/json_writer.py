"""JSON written: objects and lists as a mapping grew them, numbers as numbers with all their digits."""

from decimal import Decimal
from typing import Any

import msgspec

from translators.mapper.readers import NumberText
from translators.mapper.written import OutNode, Written
from translators.writing import WrittenFile


def write_json_tree(written: Written, _makes: dict[str, str]) -> WrittenFile:
    """Return one JSON object, indented, in UTF-8."""
    if written.plain:
        return WrittenFile(msgspec.json.format(written.plain, indent=2) + b"\n")
    value = _value_of(written.tree) if written.tree else {}
    plain = msgspec.json.Encoder(decimal_format="number").encode(value if value != "" else {})
    return WrittenFile(msgspec.json.format(plain, indent=2) + b"\n")


def _value_of(node: OutNode) -> Any:
    if not node.children:
        return Decimal(node.text) if isinstance(node.text, NumberText) else str(node.text)
    made: dict[str, Any] = {}
    for child in node.children:
        value = _value_of(child)
        if child.is_item:
            made.setdefault(child.name, []).append(value)
        else:
            made[child.name] = value
    return made
