"""XML written: names in their namespaces, in the encoding agreed, indented."""

import re
from typing import TYPE_CHECKING, Any

from translators.findings import Finding
from translators.mapper.written import OutNode, Written
from translators.writing import WrittenFile
from translators.xml.names import Names, read_names

if TYPE_CHECKING:
    from lxml.etree import _Element

_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_xml(written: Written, makes: dict[str, str]) -> WrittenFile:
    """Return the tree as a file with a declaration."""
    from lxml import etree  # noqa: PLC0415 - only XML needs it

    names, findings = read_names(makes), list[Finding]()
    spaces: dict[Any, str] = {one: uri for one, uri in names.prefixes.items() if one != "xml"}
    if names.plain:
        spaces[None] = names.plain
    tree = written.tree or OutNode(makes["root"])
    root = etree.Element(names.expand(tree.name) or tree.name, nsmap=spaces)
    _fill(root, tree, names, findings)
    encoding = makes.get("encoding", "UTF-8")
    data: Any
    try:
        data = etree.tostring(root, encoding=encoding, xml_declaration=True, pretty_print=True)
    except LookupError:
        sentence = f"there is no encoding {encoding!r}"
        findings.append(_tell("bad-encoding", sentence, "mend `encoding` in the mapping"))
        data = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return WrittenFile(data, findings)


def _fill(element: "_Element", node: OutNode, names: Names, findings: list[Finding]) -> None:
    from lxml import etree  # noqa: PLC0415 - only XML needs it

    if node.text:
        element.text = _clean(node.text, node.name, findings)
    for name, text in node.attributes.items():
        full = names.expand(name, is_attribute=True) or name
        element.set(full, _clean(text, f"@{name}", findings))
    for child in node.children:
        inner = etree.SubElement(element, names.expand(child.name) or child.name)
        _fill(inner, child, names, findings)


def _clean(text: str, name: str, findings: list[Finding]) -> str:
    """Return the text with a ? for each character that XML cannot hold."""
    clean = _UNWRITABLE.sub("?", text)
    if clean != text:
        sentence = f"{name} holds {text[:40]!r}, of which XML cannot hold every character"
        findings.append(_tell("bad-value", sentence, "a ? stands in its place"))
    return clean


def _tell(code: str, sentence: str, advice: str) -> Finding:
    return Finding(level="error", code=code, sentence=sentence, advice=advice)
