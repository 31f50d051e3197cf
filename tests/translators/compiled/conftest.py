"""Files for the fast pass, and every X12 mapping we ship, by what it reads."""

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from translators.mapper.compile import compile_mapping
from translators.mapper.load import Library
from translators.mapper.read_mapping import ReadMapping

ROOT = Path(__file__).parents[3]


def load_generator() -> ModuleType:
    """Return the generator the benches use."""
    spec = importlib.util.spec_from_file_location("bench_generate", ROOT / "bench" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def generate() -> Callable[..., bytes]:
    """Return what writes a file: kind, documents, seed, sets in a group."""
    module = load_generator()

    def write(kind: str, documents: int = 1, seed: int = 1, sets: int = 100) -> bytes:
        wanted = module.Wanted(kind, documents, 0, (1, 6), sets, seed)
        return module.write_text(wanted).encode()

    return write


@pytest.fixture(scope="session")
def library() -> Library:
    return Library((ROOT / "mappings",))


@pytest.fixture(scope="session")
def readers(library: Library) -> dict[str, ReadMapping]:
    """Return the base mapping of each kind of document."""
    found = {}
    for name in library.list_mappings():
        compiled = compile_mapping(library.load_mapping(name))
        if name.startswith("base/") and isinstance(compiled, ReadMapping):
            found[str(compiled.reads)] = compiled
    return found


@pytest.fixture(scope="session")
def cases() -> list[bytes]:
    """Return the X12 samples beside the mappings."""
    return [path.read_bytes() for path in sorted((ROOT / "mappings").glob("*/*.cases/*.edi"))]


@pytest.fixture(scope="session")
def corpus() -> list[bytes]:
    """Return the corpus' X12 files."""
    import csv
    import os

    folder = Path(os.environ.get("CMGATEWAY_CORPUS", ROOT.parent / "shared" / "corpus"))
    if not (folder / "INDEX.csv").is_file():
        pytest.skip(f"no corpus at {folder}; set CMGATEWAY_CORPUS")
    with (folder / "INDEX.csv").open(encoding="utf-8") as index:
        rows = [row for row in csv.DictReader(index) if row["kind"] == "x12"]
    return [(folder / row["file"]).read_bytes() for row in rows]
