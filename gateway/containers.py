"""Containers: the files inside a ZIP or gzip file, opened within limits."""

import zlib
from collections.abc import Iterator
from gzip import BadGzipFile, GzipFile
from io import BytesIO
from lzma import LZMAError
from struct import error as StructError  # noqa: N812 it is a class
from zipfile import BadZipFile, ZipFile, ZipInfo

import msgspec

from gateway.transports.names import find_fault, write_safely
from translators.detect import detect_format

MOST_FILES = 1000
DEEPEST = 3  # a container in a container in a container
LONGEST_NAME = 250  # characters, as the ledger keeps it
_GZIP, _ENTRY = b"\x1f\x8b", b"PK\x01\x02"
_OFFICE = b"[Content_Types].xml"  # a workbook is a ZIP too
_LOOK = 4096
_MOST_ENTRIES = 20 * MOST_FILES
_DAMAGE = (
    *(BadZipFile, BadGzipFile, zlib.error, LZMAError, StructError, EOFError, OSError),
    *(ValueError, OverflowError, NotImplementedError, RuntimeError, LookupError),
)


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a container; its name begins with the names it stood in, as in `a.zip/b.edi`."""

    name: str
    data: bytes


class ContainerError(Exception):
    """A container that must not, or cannot, be opened; the sentence says why."""


class _Budget(msgspec.Struct):
    """What may still come out of the whole container."""

    bytes_left: int
    files_left: int = MOST_FILES


def is_container(data: bytes) -> bool:
    """Return whether the bytes are a ZIP or gzip file that holds other files."""
    return data.startswith(_GZIP) or (detect_format(data) == "zip" and _OFFICE not in data[:_LOOK])


def open_container(name: str, data: bytes, most_bytes: int) -> list[Member]:
    """Return the files inside, those of inner containers too; raises ContainerError.

    All or nothing: a container of which one file must not be taken is refused whole, so that its
    sender hears of it once. What systems add by themselves (hidden files) is passed over.
    """
    members = list(_open(name, data, _Budget(bytes_left=most_bytes), 1))
    if not members:
        raise ContainerError("it holds no files")
    return members


def find_container_fault(name: str, data: bytes, most_bytes: int) -> str:
    """Return why a container was not opened, as the end of a sentence; nothing where it is none."""
    if not is_container(data):
        return ""
    try:
        open_container(name, data, most_bytes)
    except ContainerError as error:
        return f": {error}"
    return ""


def _open(name: str, data: bytes, budget: _Budget, depth: int) -> Iterator[Member]:
    if depth > DEEPEST:
        raise ContainerError(f"containers are nested more than {DEEPEST} deep")
    for inner, content in _list_files(name, data, budget):
        whole = f"{name}/{inner}"
        if len(whole) > LONGEST_NAME:
            raise ContainerError(f"the name {whole[:80]}… is longer than {LONGEST_NAME} characters")
        if is_container(content):
            yield from _open(whole, content, budget, depth + 1)
        else:
            yield Member(name=whole, data=content)


def _list_files(name: str, data: bytes, budget: _Budget) -> Iterator[tuple[str, bytes]]:
    try:
        if data.startswith(_GZIP):
            yield _inner_name(name), _read(GzipFile(fileobj=BytesIO(data)), budget)
        else:
            yield from _list_zipped(data, budget)
    except _DAMAGE as error:
        said = f"{error}" or type(error).__name__
        raise ContainerError(
            f"it is damaged, encrypted or of a kind not read here: {said}"
        ) from error


def _list_zipped(data: bytes, budget: _Budget) -> Iterator[tuple[str, bytes]]:
    # zipfile makes a list of all entries first; a file can hold millions of empty ones.
    if data.count(_ENTRY) > _MOST_ENTRIES:
        raise ContainerError(f"it holds more than {MOST_FILES} files")
    with ZipFile(BytesIO(data)) as archive:
        for entry in archive.infolist():
            if entry.is_dir() or _is_hidden(entry.filename):
                continue
            _check_entry(entry)
            with archive.open(entry) as file:
                yield entry.filename, _read(file, budget)


def _check_entry(entry: ZipInfo) -> None:
    shown = write_safely(entry.filename)[:80]
    for part in entry.filename.split("/"):
        if fault := find_fault(part):
            raise ContainerError(f"in it, {shown}: {fault}")
    if entry.flag_bits & 1:
        raise ContainerError(f"in it, {shown} is encrypted")


def _is_hidden(name: str) -> bool:
    plain = name.rpartition("/")[2]
    is_added = name.startswith("__MACOSX/") or plain in {"Thumbs.db", "desktop.ini"}
    return is_added or (plain.startswith(".") and not plain.startswith(".."))


def _read(file: object, budget: _Budget) -> bytes:
    """Return the content, read no further than the budget goes: sizes in a header may lie."""
    if budget.files_left == 0:
        raise ContainerError(f"it holds more than {MOST_FILES} files")
    content: bytes = file.read(budget.bytes_left + 1)  # type: ignore[attr-defined]
    if len(content) > budget.bytes_left:
        raise ContainerError("what is in it is larger than the channel allows")
    budget.files_left -= 1
    budget.bytes_left -= len(content)
    return content


def _inner_name(name: str) -> str:
    """Return what a gzip file holds: its own name without the ending."""
    plain = name.rpartition("/")[2]
    for ending in (".gz", ".gzip"):
        if plain.lower().endswith(ending) and len(plain) > len(ending):
            return plain[: -len(ending)]
    return plain
