"""Spoiled: one way in which a good file was made wrong, and the texts that are wrong where one stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONG = 90  # characters no element of ours may have
NO_TEXT = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00"
_DATE = re.compile(r"\d{8}|\d{4}-\d{2}-\d{2}|\d{1,2}([./])\d{1,2}\1\d{4}")
_NUMBER = re.compile(r"[+-]?\d[\d.,]*")
_CODE = re.compile(r"[A-Z0-9]{1,3}")


@dataclass(slots=True, frozen=True)
class Spoiled:
    """A file with one fault: what was done, where, the line as it was and as it is; '' of no line."""

    title: str
    data: bytes
    part: str = ""  # what it is about, such as BAK03 or a column: for spreading over the file
    was: str = ""
    becomes: str = ""
    name: str = ""  # another file name, where that is the fault


@dataclass(slots=True, frozen=True)
class BadText:
    """A text put in the place of another, and how that is told."""

    text: str
    told: str


def list_bad_texts(text: str) -> Iterator[BadText]:
    """Yield what is wrong where the text stands: nothing, no date, no number, no code, too much."""
    if _DATE.fullmatch(text):
        yield _holding(_no_day(text))
        yield _holding(_other_picture(text))
    if _CODE.fullmatch(text):
        yield _holding("QQ")
    if _NUMBER.fullmatch(text) and len(text) > 2:
        yield _holding("ten")
        yield _holding("12,000.5" if "," in text or "." not in text else "12.000,5")
    yield BadText("", "is left empty")
    yield BadText("x" * LONG, f"holds {LONG} characters")


def _holding(text: str) -> BadText:
    return BadText(text, f"holds {text}")


def _no_day(text: str) -> str:
    """Return a day that is in no calendar, written as the date is."""
    if text.isdigit():
        return f"{text[:4]}0231"
    if text[4:5] == "-":
        return f"{text[:4]}-02-31"
    mark = "." if "." in text else "/"
    return f"31.02.{text[-4:]}" if mark == "." else f"02/31/{text[-4:]}"


def _other_picture(text: str) -> str:
    return "2027-01-11" if text[4:5] != "-" else "11.01.2027"


def list_spoiled_files(data: bytes, wanted: str) -> Iterator[Spoiled]:
    """Yield what may come instead of any file: nothing, a picture, the beginning of it."""
    yield Spoiled("The file is empty", b"", "file")
    yield Spoiled("A picture was sent by mistake", NO_TEXT, "file")
    if wanted in {"xlsx", "xml", "json", "x12"}:
        kept = data[: len(data) * 2 // 3]
        told = "The upload broke off: the last third of the file is missing"
        yield Spoiled(told, kept, "file")
