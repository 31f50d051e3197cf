"""Drafting: a first mapping from a partner's samples and the orders we sent him, never over a file."""

import re
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from canonical.purchase_order import PurchaseOrder
from console.asked import SIGNS, home_of
from console.authoring.library import AsJson, open_library
from console.authoring.translate import load_bytes
from console.output import show_findings, show_json, show_line, show_table
from console.refusal import RefusalError
from gateway.counted import counted
from gateway.settings import Site
from translators.detect import detect_format
from translators.drafting.draft import Wanted
from translators.drafting.drafted import Drafted, draft_tables
from translators.drafting.shapes import SHAPES
from translators.drafting.tree_draft import draft_trees
from translators.drafting.words import FILE, load_words
from translators.drafting.x12_draft import draft_x12
from translators.findings import Finding
from translators.mapper.case_files import write_expected
from translators.mapper.cases import run_reading
from translators.mapper.compile import compile_mapping
from translators.mapper.lint import check_mapping
from translators.mapper.load import Library
from translators.mapper.read_mapping import ReadMapping
from translators.mapper.suggest import did_you_mean

_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_MAPPING = re.compile(r"[a-z0-9_-]+")
_BASE = "base"
_SITUATION = re.compile(r"[^a-z0-9]+")
_NO_LEDGER = "this site has no ledger with orders to this partner: "
_BY_HEADERS = "columns are known by their headers alone"
_BY_CODES = "what only orders show, such as implied decimals, is not looked for"


def new(  # noqa: PLR0913, PLR0917 one parameter an option
    context: typer.Context,
    sample: Annotated[list[str], typer.Option(help="A file of the partner; may be repeated.")],
    partner: Annotated[str, typer.Option(help="The partner, as its file is named.")],
    makes: Annotated[
        str, typer.Option(help="What its files tell: OrderAck or ShipNotice.")
    ] = "OrderAck",
    name: Annotated[str, typer.Option(help="The name of the mapping; else made up.")] = "",
    column: Annotated[
        list[str] | None, typer.Option(help="What a column is, as po_number=HEADER.")
    ] = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show it, write nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Draft a mapping from samples: columns are recognised by our orders and by their headers.

    Each line has its confidence and why; what is uncertain stays a comment. Writes the mapping, its
    tables and a case for each sample, never over a file. Exit code 1 where no draft comes of it.
    """
    wanted = _read_wanted(partner, makes, name, column or [])
    home, library = home_of(context), open_library(context)
    _must_be_known(home, partner)
    files = _load_samples(sample)
    orders = _list_orders(home, partner)
    drafted = _draft(library, files, orders or [], wanted)
    with tempfile.TemporaryDirectory() as folder:
        found = _prove(library, Path(folder), drafted, files) if drafted.files else []
        made = _list_made(Path(folder))
        if not dry_run:
            _move(Path(folder), made, home / "mappings")
    if as_json:
        show_json(msgspec.to_builtins(drafted) | {"made": made, "lint": found})
    else:
        _show(drafted, made, found, dry_run=dry_run, has_orders=bool(orders))
    if drafted.findings:
        raise typer.Exit(1)


def _load_samples(samples: list[str]) -> dict[str, bytes]:
    """Return the samples by the name each has as a case; raises RefusalError where two would share one."""
    files: dict[str, bytes] = {}
    for one in samples:
        name = f"{_situation_of(one)}{Path(one).suffix.lower()}"
        if name in files:
            raise RefusalError(f"two samples would be the case {name}; give {one} another name")
        files[name] = load_bytes(one)
    return files


def _draft(
    library: Library, files: dict[str, bytes], orders: list[PurchaseOrder], wanted: Wanted
) -> Drafted:
    if all(detect_format(data) == "x12" for data in files.values()):
        return draft_x12(library, files, orders, wanted)
    words = load_words(library.find_file(FILE))
    if all(detect_format(data) == "xml" for data in files.values()):
        return draft_trees(files, orders, words, wanted)
    return draft_tables(files, orders, words, wanted)


def _read_wanted(partner: str, makes: str, name: str, columns: Iterable[str]) -> Wanted:
    if not _NAME.fullmatch(partner):
        raise RefusalError(f"{partner!r} is no name of a partner: small letters, digits and dashes")
    if partner == _BASE:
        raise RefusalError(f"{_BASE} holds what all partners share; name the partner")
    own = name.removeprefix(f"{partner}/")
    if name and not _MAPPING.fullmatch(own):
        raise RefusalError(
            f"--name {name} is no mapping of {partner}: small letters, digits, - and _, as --name ack_csv"
        )
    if makes not in SHAPES:
        raise RefusalError(f"{makes} cannot be drafted; {did_you_mean(makes, SHAPES)}")
    said = dict[str, str]()
    for one in columns:
        role, equals, header = one.partition("=")
        if not equals:
            raise RefusalError(f"--column {one} says nothing; write --column po_number=HEADER")
        said[role.strip()] = header.strip()
    return Wanted(
        partner=partner, shape=SHAPES[makes], name=f"{partner}/{own}" if own else "", said=said
    )


def _must_be_known(home: Path, partner: str) -> None:
    """Raise PartnerError, naming the nearest, where a site has no such partner; one may be broken yet."""
    if _is_site(home) and not (home / "partners" / f"{partner}.yaml").is_file():
        from gateway.partners import load_partner  # noqa: PLC0415 judges with jsonschema

        load_partner(Site(home=home), partner)


def _is_site(home: Path) -> bool:
    return any((home / sign).exists() for sign in SIGNS)


def _list_orders(home: Path, partner: str) -> list[PurchaseOrder] | None:
    """Return the orders of the site's ledger; a folder that is no site has none."""
    if not _is_site(home):
        return None
    from gateway.known_orders import list_known_orders  # noqa: PLC0415 loads the database

    return list_known_orders(home, partner)


def _prove(
    library: Library, folder: Path, drafted: Drafted, files: dict[str, bytes]
) -> list[Finding]:
    """Put the draft into a folder with a case for each sample; return what lint says of it."""
    for place, text in drafted.files.items():
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    beside = Library((folder, *library.roots))
    cases = (folder / f"{drafted.name}.yaml").with_suffix(".cases")
    cases.mkdir(parents=True)
    compiled = compile_mapping(beside.load_mapping(drafted.name))
    for name, data in files.items():
        sample = cases / name
        sample.write_bytes(data)
        if isinstance(compiled, ReadMapping):
            expected = write_expected(run_reading(compiled, data))
            sample.with_suffix(".expected.yaml").write_bytes(expected)
    return check_mapping(beside, drafted.name)


def _situation_of(name: str) -> str:
    return _SITUATION.sub("_", Path(name).stem.lower()).strip("_") or "sample"


def _list_made(folder: Path) -> list[str]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path.relative_to(folder).as_posix() for path in found)


def _move(folder: Path, made: Sequence[str], target: Path) -> None:
    """Put the files in their places; nothing is written where one of them is there already."""
    there = [one for one in made if (target / one).exists()]
    if there:
        advice = "name another mapping with --name, or look at the draft with --dry-run"
        raise RefusalError(f"mappings/{there[0]} is there already and is left alone; {advice}")
    for one in made:
        path = target / one
        path.parent.mkdir(parents=True, exist_ok=True)
        with (folder / one).open("rb") as source, path.open("xb") as file:
            shutil.copyfileobj(source, file)


def _show(
    drafted: Drafted, made: Sequence[str], found: list[Finding], *, dry_run: bool, has_orders: bool
) -> None:
    if not drafted.taken and drafted.findings:
        show_findings(drafted.findings)
        return
    if not has_orders:
        show_line(_NO_LEDGER + (_BY_CODES if drafted.base else _BY_HEADERS))
    else:
        stand = "stands" if drafted.known == 1 else "stand"
        show_line(f"{counted(drafted.known, 'order')} of ours {stand} in the samples")
    show_line()
    columns = ("where it stands", "taken for", "sure", "because")
    rows = [
        (
            one.source,
            {"mapped": one.field, "perhaps": f"perhaps {one.field}"}.get(one.state, "?"),
            f"{one.confidence:.2f}" if one.confidence else "",
            "; ".join(one.evidence),
        )
        for one in drafted.taken
    ]
    show_table(columns, rows)
    show_line()
    if show_findings([*drafted.findings, *found]):
        return
    for hint in drafted.hints:
        show_line(hint)
    if not drafted.files:
        show_line(
            f"the samples show nothing that {drafted.base} has not: agree that mapping itself"
        )
        return
    if dry_run:
        for place, text in drafted.files.items():
            show_line(f"--- mappings/{place}")
            show_line(text)
        return
    for one in made:
        show_line(f"made   mappings/{one}")
    show_line(f"next: read it, then cmgateway mapping test {drafted.name}")
