"""Tree sample: the bytes of an XML file with the options found that read it: root, namespaces, document type."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from translators.findings import Finding, has_errors
from translators.xml.names import XML

if TYPE_CHECKING:
    from lxml.etree import _Element

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(slots=True, frozen=True)
class Tree:
    """One sample: what `reads` must say of it, its outermost element, and what its reader found."""

    name: str
    reads: dict[str, str] = field(default_factory=dict)
    content: dict[str, Any] | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def is_readable(self) -> bool:
        """Return whether there is something to look at."""
        return self.content is not None and not has_errors(self.findings)


def read_trees(files: dict[str, bytes]) -> list[Tree]:
    """Return the samples read by options that fit them all; a namespace of one is known in each."""
    from translators.xml.tree import read_tree  # noqa: PLC0415 loads lxml

    roots = {name: read_tree(data, keeps_doctype=True) for name, data in files.items()}
    read = [one for one in roots.values() if not isinstance(one, Finding)]
    namespaces = _name_spaces(read)
    return [_read(name, files[name], root, namespaces) for name, root in roots.items()]


def _read(name: str, data: bytes, root: "_Element | Finding", namespaces: dict[str, str]) -> Tree:
    from translators.xml.xml_reader import read_xml_documents  # noqa: PLC0415 loads lxml

    if isinstance(root, Finding):
        return Tree(name, {"format": "xml"}, None, (root,))
    space, local = _split(root.tag)
    others = {prefix: uri for uri, prefix in namespaces.items() if uri != space}
    reads = {"format": "xml", "root": local}
    if space:
        reads["namespace"] = space
    if others:
        reads["namespaces"] = "\n".join(f"{prefix}: {uri}" for prefix, uri in others.items())
    [document] = read_xml_documents(data, reads, None)
    if document.findings and document.findings[0].code == "dtd-refused":
        reads["doctype"] = "ignored"
        [document] = read_xml_documents(data, reads, None)
    return Tree(name, reads, document.content, tuple(document.findings))


def _name_spaces(roots: "list[_Element]") -> dict[str, str]:
    """Return a prefix for each namespace: the sender's own where no two share it, else a letter."""
    found: dict[str, str] = {}
    for uri, prefix in _list_spaces(roots):
        if uri not in {"", XML, *found}:
            free = (one for one in (prefix, *_LETTERS) if one and one not in found.values())
            found[uri] = next(free, f"n{len(found)}")
    return found


def _list_spaces(roots: "list[_Element]") -> Iterator[tuple[str, str]]:
    for root in roots:
        for element in root.iter():
            if isinstance(element.tag, str):
                yield _split(element.tag)[0], element.prefix or ""
                for key in element.attrib:
                    space = _split(str(key))[0]
                    by_uri = {uri: one for one, uri in element.nsmap.items()}
                    yield space, by_uri.get(space) or ""


def _split(tag: Any) -> tuple[str, str]:
    space, brace, name = str(tag).removeprefix("{").rpartition("}")
    return (space, name) if brace else ("", str(tag))
