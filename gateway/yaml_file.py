"""YAML that people write: every scalar as text, every key with its file and line."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from translators.findings import Finding

KeyPath = tuple[str | int, ...]

MAX_NODES = 20_000
MAX_DEPTH = 30


@dataclass(slots=True)
class YamlFile:
    """What a YAML file holds: dicts, lists and text; `places` maps a path to `partner.yaml:12`."""

    name: str
    value: Any = None
    places: dict[KeyPath, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def place(self, path: KeyPath) -> str:
        """Return `partner.yaml:12` of the path, or of the nearest path around it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, self.name)


def read_yaml(text: bytes, name: str) -> YamlFile:
    """Return the file's value with its places; what cannot be read becomes findings, never raises."""
    file = YamlFile(name)
    try:
        root = _compose(text)
    except UnicodeDecodeError as error:
        _complain(file, name, f"byte {error.start} is not UTF-8", "save the file as UTF-8")
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{name}:{mark.line + 1}" if mark else name
        _complain(file, place, f"this is not YAML: {error.problem or error.context}")
    except (YAMLError, ValueError, RecursionError) as error:
        _complain(file, name, f"this is not YAML: {str(error).splitlines()[0]}")
    else:
        if root is not None:
            file.value = _value_of(root, (), file)
    return file


@lru_cache(maxsize=256)  # most files are as they were when the site is read anew
def _compose(text: bytes) -> Node | None:
    root: Node | None = YAML(typ="base", pure=True).compose(text.decode("utf-8-sig"))
    return root


def merge_yaml(under: YamlFile, over: YamlFile) -> YamlFile:
    """Return `over` laid on `under`: tables merge key by key, anything else is replaced."""
    return YamlFile(
        over.name,
        _merge(under.value, over.value),
        under.places | over.places,
        [*under.findings, *over.findings],
    )


def _merge(under: Any, over: Any) -> Any:
    if not isinstance(under, dict) or not isinstance(over, dict):
        return under if over is None else over
    merged = dict(under)
    for key, value in over.items():
        merged[key] = _merge(under[key], value) if key in under else value
    return merged


def _complain(file: YamlFile, place: str, sentence: str, advice: str = "") -> None:
    file.findings.append(
        Finding(level="error", code="bad-yaml", sentence=sentence, place=place, advice=advice)
    )


def _value_of(node: Node, path: KeyPath, file: YamlFile) -> Any:
    file.places.setdefault(path, f"{file.name}:{node.start_mark.line + 1}")
    if len(file.places) > MAX_NODES or len(path) > MAX_DEPTH:
        if not any(finding.code == "bad-yaml" for finding in file.findings):
            _complain(file, file.name, "this nests or repeats far more than such a file needs")
        return None
    if isinstance(node, MappingNode):
        return _table_of(node, path, file)
    if isinstance(node, SequenceNode):
        return [_value_of(item, (*path, index), file) for index, item in enumerate(node.value)]
    return node.value if isinstance(node, ScalarNode) else None


def _table_of(node: MappingNode, path: KeyPath, file: YamlFile) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for key_node, value_node in node.value:
        place = f"{file.name}:{key_node.start_mark.line + 1}"
        if not isinstance(key_node, ScalarNode):
            _complain(file, place, "a key must be one word", "remove the brackets or the '?'")
            continue
        key = str(key_node.value)
        if key in table:
            _complain(file, place, f"'{key}' stands twice in this block", "keep one of them")
            continue
        file.places[(*path, key)] = place
        table[key] = _value_of(value_node, (*path, key), file)
    return table
