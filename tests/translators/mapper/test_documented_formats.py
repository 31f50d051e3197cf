"""The examples of docs/mapping-language.md: a mapping, a file, and what comes of it, all run."""

import json
import re
from pathlib import Path

import pytest

from translators.mapper.cases import run_reading, run_writing
from translators.mapper.compile import compile_mapping
from translators.mapper.load import Library
from translators.mapper.read_mapping import ReadMapping
from translators.mapper.source import read_yaml

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "mapping-language.md").read_text("utf-8")
LIBRARY = Library((ROOT / "mappings",))
BLOCKS = [
    match.groups()
    for match in re.finditer(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
]
STARTS = [at for at, (_, text) in enumerate(BLOCKS) if text.startswith("mapping: example/")]


def compile_example(text):
    """Return the mapping an example is."""
    root = read_yaml(text, "example")
    return compile_mapping(LIBRARY.assemble_mapping(root.text("mapping"), root, text))


@pytest.mark.parametrize("at", STARTS, ids=lambda at: BLOCKS[at][1].split()[1])
def test_an_example_is_as_the_page_says(at):
    """What stands below a mapping is what it reads, and below that what comes of it."""
    mapping = compile_example(BLOCKS[at][1])
    following = [text for _, text in BLOCKS[at + 1 : at + 3]]
    if isinstance(mapping, ReadMapping):
        found = run_reading(mapping, following[0].encode())
        assert found == {"entities": [json.loads(following[1])], "findings": []}
    elif mapping.makes["format"] != "xlsx":
        assert run_writing(mapping, following[0].encode()) == (following[1].encode(), [])
