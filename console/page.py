"""Page: HTML that stands alone: no script, nothing loaded, and no text of others becomes markup."""

from base64 import b64encode
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.output import clean
from console.refusal import RefusalError

if TYPE_CHECKING:
    from jinja2 import Environment

PAGES = Path(__file__).parent / "pages"
OURS = b'<meta name="generator" content="cmgateway">'
HEAD = 400  # bytes in which it stands


def write_page(name: str, **words: Any) -> str:
    """Return the page `name` with the words filled in, each escaped."""
    return _open_pages().get_template(f"{name}.html").render(words)


def save_page(path: Path, text: str) -> None:
    """Write a page; raises RefusalError where its folder is missing or the file there is no page of ours."""
    if path.is_file() and not _is_page_of_ours(path):
        raise RefusalError(
            f"{path} is there already and is no page of ours, and is left alone; name another file"
        )
    save_bytes(path, text.encode("utf-8", "replace"))


def _is_page_of_ours(path: Path) -> bool:
    with path.open("rb") as file:
        return OURS in file.read(HEAD)


def save_bytes(path: Path, data: bytes) -> None:
    """Write what a command made; raises RefusalError where its folder is missing."""
    if not path.parent.is_dir():
        raise RefusalError(f"there is no folder {path.parent}; make it first")
    path.write_bytes(data)


def link_of(data: bytes) -> str:
    """Return the bytes as a link a browser saves them from; their kind is no word of the sender's."""
    return f"data:application/octet-stream;base64,{b64encode(data).decode()}"


@cache
def _open_pages() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 only for pages

    pages = Environment(
        loader=FileSystemLoader(PAGES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters["plainly"] = clean
    return pages
