"""XML read into documents: elements by name and namespace, attributes as `@name`."""

from typing import TYPE_CHECKING, Any

from translators.document import Document
from translators.findings import Finding
from translators.xml.names import Names, read_names
from translators.xml.tree import fault, read_tree

if TYPE_CHECKING:
    from lxml.etree import _Element

TEXT = "."
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


class XmlNode(dict[str, Any]):
    """An element: attributes as `@name`, children by name, its own text as `.`; and its line."""

    __slots__ = ("line",)

    line: int


def read_xml_documents(data: bytes, said: dict[str, str], one_per: str | None) -> list[Document]:
    """Return one document per file, or per element that `one_per` names below the outermost."""
    root = read_tree(data, keeps_doctype=said.get("doctype") == "ignored")
    if isinstance(root, Finding):
        return [Document(kind="xml", place="the whole file", findings=[root])]
    names = read_names(said)
    wrong = _find_other_root(root, names, said.get("root", ""))
    if wrong is not None:
        return [Document(kind="xml", place="the whole file", findings=[wrong])]
    whole = _read_node(root, names)
    if one_per is None:
        return [Document(kind="xml", place="the whole file", content=whole)]
    return _split(whole, one_per)


def _split(whole: XmlNode, one_per: str) -> list[Document]:
    """Return each element of that path as a document; what stands around them is part of each."""
    *steps, last = one_per.split("/")
    around: Any = whole
    for step in steps:
        around = around.get(step) if isinstance(around, XmlNode) else None
    found = around.pop(last, None) if isinstance(around, XmlNode) else None
    nodes = [one for one in (found if isinstance(found, list) else [found]) if one is not None]
    if not nodes:
        sentence = f"there is no {one_per} in the file"
        told = fault("empty-file", sentence, "send at least one document")
        return [Document(kind="xml", place="the whole file", findings=[told])]
    return [
        Document(kind="xml", place=f"{last} {number}{_line(node)}", content=_join(whole, node))
        for number, node in enumerate(nodes, 1)
    ]


def _line(node: Any) -> str:
    return f" (line {node.line})" if isinstance(node, XmlNode) else ""


def _join(whole: XmlNode, node: Any) -> XmlNode:
    """Return the element with what the file says around it, where it does not say so itself."""
    joined = XmlNode({**whole, **(node if isinstance(node, dict) else {TEXT: node})})
    joined.line = getattr(node, "line", whole.line)
    return joined


def _find_other_root(root: "_Element", names: Names, wanted: str) -> Finding | None:
    name = names.shorten(str(root.tag))
    if name.startswith("{"):
        space = name[1:].partition("}")[0]
        sentence = f"the document is in namespace {space}, which the mapping does not name"
        advice = f"send what is agreed, or write namespace: {space} under reads"
        return fault("other-namespace", sentence, advice, f"line {root.sourceline}")
    if wanted and name != wanted:
        sentence = f"the outermost element is {name}, where {wanted} is agreed"
        return fault("other-root", sentence, "send what is agreed", f"line {root.sourceline}")
    return None


def _read_node(element: "_Element", names: Names) -> XmlNode:
    node = XmlNode()
    line: Any = element.sourceline
    node.line = line or 0
    for key, value in element.attrib.items():
        if not str(key).startswith(XSI):
            node[f"@{names.shorten_attribute(str(key))}"] = str(value)
    texts = [element.text or ""]
    for child in element:
        texts.append(child.tail or "")
        if not isinstance(child.tag, str):
            continue  # an entity that nobody declared
        name = names.shorten(child.tag)
        inner = (
            _read_leaf(child) if not len(child) and not child.attrib else _read_node(child, names)
        )
        _put(node, name, inner)
    text = " ".join(part for one in texts if (part := one.strip()))
    if text:
        node[TEXT] = text
    return node


def _read_leaf(element: "_Element") -> str:
    return str(element.text or "").strip()


def _put(node: XmlNode, name: str, inner: Any) -> None:
    before = node.get(name)
    if name not in node:
        node[name] = inner
    elif isinstance(before, list):
        before.append(inner)
    else:
        node[name] = [before, inner]
