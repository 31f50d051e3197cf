"""XML and JSON made wrong: the frame, an element or a value of a good file, one at a time."""

import copy
import json
from collections.abc import Iterator
from typing import Any

from translators.spoiled.spoiled import Spoiled, list_bad_texts, list_spoiled_files


def list_spoiled_json(data: bytes) -> Iterator[Spoiled]:
    """Yield a JSON file with one fault each."""
    root = json.loads(data.decode("utf-8-sig"))
    text = json.dumps(root, ensure_ascii=False, indent=2)
    yield Spoiled("Strings stand in single quotes", text.replace('"', "'").encode(), "file")
    yield Spoiled("A comma stands before the last brace", f"{text[:-1]},}}".encode(), "file")
    yield Spoiled("The file holds a list of numbers", b"[1, 2, 3]", "file")
    yield Spoiled("The file holds a sentence", b'"see our mail"', "file")
    for path in _list_paths(root, ()):
        name = ".".join(str(step) for step in path if isinstance(step, str))
        value = _find(root, path)
        gone = copy.deepcopy(root)
        del _find(gone, path[:-1])[path[-1]]
        yield Spoiled(f"{name} is left out", _dump(gone), name, _show(path[-1], value))
        for bad in _list_bad_values(value):
            changed = copy.deepcopy(root)
            _find(changed, path[:-1])[path[-1]] = bad
            title = f"{name} holds {json.dumps(bad)[:30]}"
            was, becomes = _show(path[-1], value), _show(path[-1], bad)
            yield Spoiled(title, _dump(changed), name, was, becomes)
    yield from list_spoiled_files(_dump(root), "json")


def _list_bad_values(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        yield "none"
        return
    yield from (bad.text for bad in list_bad_texts(str(value)))
    yield [value]


def _list_paths(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    """Yield every key, of lists only in the first item."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*path, key)
            yield from _list_paths(inner, (*path, key))
    elif isinstance(value, list) and value:
        yield from _list_paths(value[0], (*path, 0))


def _find(value: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


def _dump(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode()


def _show(key: str | int, value: Any) -> str:
    return f'"{key}": {json.dumps(value, ensure_ascii=False)}'[:200]


def list_spoiled_xml(data: bytes) -> Iterator[Spoiled]:
    """Yield an XML file with one fault each."""
    from lxml import etree  # noqa: PLC0415 only where XML is spoiled

    from translators.xml.parse import parse_xml  # noqa: PLC0415 loads lxml

    root = parse_xml(data)
    text = etree.tostring(root, encoding="unicode")
    yield from _spoil_frame(root, text)
    seen = set[str]()
    for element in root.iter(etree.Element):
        path = _path_of(element)
        if path in seen or element is root:
            continue
        seen.add(path)
        yield from _spoil_element(root, element, path)
    yield from list_spoiled_files(text.encode(), "xml")


def _spoil_frame(root: Any, text: str) -> Iterator[Spoiled]:
    from lxml import etree  # noqa: PLC0415 as above

    name = etree.QName(root).localname
    space = etree.QName(root).namespace
    if space:
        other = text.replace(f'"{space}"', '"urn:another:namespace"')
        title = "The namespace is another one"
        yield Spoiled(title, other.encode(), name, space, "urn:another:namespace")
    renamed = text.replace(f"<{name}", "<Message", 1).replace(f"</{name}>", "</Message>", 1)
    yield Spoiled(
        f"The root is called Message, not {name}", renamed.encode(), name, name, "Message"
    )
    yield Spoiled(f"The end tag of {name} is missing", text[: text.rindex("<")].encode(), name)
    yield Spoiled("An & stands alone", text.replace(">", "> & ", 1).encode(), "file")
    entity = f'<!DOCTYPE {name} [<!ENTITY a SYSTEM "file:///etc/hostname">]>\n{text}'
    yield Spoiled("A DTD with an entity stands before the root", entity.encode(), "file")
    wrong = f'<?xml version="1.0" encoding="utf-8"?>\n{text}'.replace(">", "> \xe9", 2)
    told = "It says UTF-8 and holds letters of Latin-1"
    yield Spoiled(told, wrong.encode("latin-1", "replace"), "file")


def _spoil_element(root: Any, element: Any, path: str) -> Iterator[Spoiled]:
    from lxml import etree  # noqa: PLC0415 as above

    parent, at = element.getparent(), element.getparent().index(element)
    shown = _shown(element)
    parent.remove(element)
    yield Spoiled(f"{path} is left out", etree.tostring(root), path, shown)
    parent.insert(at, element)
    if len(element) == 0 and (element.text or "").strip():
        text = element.text
        for bad in list_bad_texts(text.strip()):
            element.text = bad.text
            yield Spoiled(f"{path} {bad.told}", etree.tostring(root), path, shown, _shown(element))
        element.text = text
    for key, value in dict(element.attrib).items():
        name = f"{path}/@{etree.QName(key).localname}"
        for bad in list_bad_texts(value):
            element.set(key, bad.text)
            yield Spoiled(f"{name} {bad.told}", etree.tostring(root), name, shown, _shown(element))
        element.set(key, value)


def _path_of(element: Any) -> str:
    from lxml import etree  # noqa: PLC0415 as above

    above = [etree.QName(one).localname for one in element.iterancestors()]
    return "/".join([*reversed(above[:-1]), etree.QName(element).localname])


def _shown(element: Any) -> str:
    from lxml import etree  # noqa: PLC0415 as above

    text: str = etree.tostring(element, encoding="unicode", with_tail=False)
    return " ".join(text.split())[:200]
