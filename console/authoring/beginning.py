"""Beginning: a new partner's file and mappings, commented, sound as they are written, never over a file."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import typer

from console.asked import home_of, must_be_site
from console.authoring.partner_files import check_partner_file
from console.ours import copy, list_schemas
from console.output import clean, show_findings, show_line
from console.program import name_program
from console.refusal import RefusalError
from gateway.partners import load_partners
from gateway.settings import Site, content_roots
from gateway.shelf import Shelf
from translators.findings import has_errors
from translators.mapper.case_files import list_cases, write_expected
from translators.mapper.cases import run_reading
from translators.mapper.read_mapping import ReadMapping
from translators.x12.grammar import load_grammar

TEMPLATES = Path(__file__).resolve().parents[1] / "new_partner"
NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
TAKEN = frozenset(("base", "con", "prn", "aux", "nul"))  # the last four no Windows machine can hold
LONGEST_TITLE = 100
VERSIONS = ("004010", "005010")  # there are base mappings for
NEXT = """
next, put what they sent before it goes live:
  {program} partner check {name} FILE
  {program} mapping guide {name}"""

Format = Literal["x12", "csv", "xlsx", "xml"]


def new(  # noqa: PLR0913, PLR0917  # one parameter an option
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Short name: small letters, digits, dashes.")],
    form: Annotated[
        Format, typer.Option("--format", help="What files they send: x12, csv, xlsx or xml.")
    ],
    title: Annotated[str, typer.Option(help="Full name of the company; else the short one.")] = "",
    version: Annotated[str, typer.Option(help="x12: 004010 or 005010.")] = "004010",
    isa: Annotated[
        str, typer.Option(help="x12: their ISA qualifier and id, as ZZ/THEIRID; else made up.")
    ] = "",
) -> None:
    """Write the file of a new partner and skeletons of its mappings, commented; never over a file.

    As they are written they pass partner check and mapping lint; then change what differs. Exit
    code 1 where something of another partner stands against it.
    """
    home = must_be_site(home_of(context))
    words = _read_words(name, title, version, isa)
    made = {path: _fill(text, words) for path, text in _list_texts(form, name)}
    made |= dict(_list_samples(form, name))
    _must_be_new(home, made)
    for source, target in list_schemas(home):
        if not target.exists():
            copy(source, target, home)
    for path, data in made.items():
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        with (home / path).open("xb") as file:
            file.write(data)
        show_line(f"made   {path.as_posix()}")
    _write_expected(home, name)
    if not _is_sound(home, name):
        raise typer.Exit(1)
    show_line(NEXT.format(program=name_program(), name=name))


def _read_words(name: str, title: str, version: str, isa: str) -> dict[str, str]:
    """Return what is filled into the templates; raises RefusalError for what may not stand there."""
    if NAME.fullmatch(name) is None or name in TAKEN:
        raise RefusalError(
            f"{clean(name)!r} cannot name a partner; wanted are small letters, digits and dashes, "
            "beginning with a letter, 40 at most, and not base"
        )
    if not title.isprintable() or len(title) > LONGEST_TITLE:
        raise RefusalError(f"--title must be one line of {LONGEST_TITLE} characters at most")
    if version not in VERSIONS or load_grammar("855", version) is None:
        raise RefusalError(f"there are base mappings for {' and '.join(VERSIONS)}, not {version}")
    qualifier, _, known = (isa or f"ZZ/{name.upper()[:15]}").partition("/")
    if not re.fullmatch(r"[A-Z0-9]{2}", qualifier) or not re.fullmatch(r"[ -~]{1,15}", known):
        raise RefusalError(
            "--isa wants qualifier and id as they stand in ISA05/06, such as ZZ/THEIRID"
        )
    return {
        "@NAME@": name,
        "@TITLE@": title or name.capitalize(),
        "@QUOTED@": json.dumps(title or name.capitalize(), ensure_ascii=False),
        "@VERSION@": version,
        "@SHORT@": version[2:],
        "@QUALIFIER@": qualifier,
        "@ID@": known.replace("\\", "\\\\").replace('"', '\\"'),
    }


def _list_texts(form: Format, name: str) -> Iterator[tuple[Path, str]]:
    """Yield each file to make, by its place in the site, as its template has it."""
    parts = (TEMPLATES / "head.yaml", TEMPLATES / form / "partner.yaml", TEMPLATES / "tail.yaml")
    text = "".join(part.read_text(encoding="utf-8") for part in parts)
    silence = "as_header" if form == "x12" else "open"
    yield Path("partners") / f"{name}.yaml", text.replace("@SILENCE@", silence)
    for path in sorted((TEMPLATES / form / "mapping").rglob("*.*")):
        inside = path.relative_to(TEMPLATES / form / "mapping")
        yield Path("mappings") / name / inside, path.read_text(encoding="utf-8")


def _fill(text: str, words: dict[str, str]) -> bytes:
    return re.sub("|".join(words), lambda found: words[found[0]], text).encode()


def _list_samples(form: Format, name: str) -> Iterator[tuple[Path, bytes]]:
    """Yield an invented sample, which is a case until the partner's own ones are there."""
    path = next(iter((TEMPLATES / form).glob("sample.*")), None)
    if path is None:
        return
    cases = Path("mappings") / name / f"ack_{form}.cases"
    data = path.read_bytes()
    yield cases / f"invented.{form}", _make_workbook(data) if form == "xlsx" else data


def _make_workbook(data: bytes) -> bytes:
    import csv  # noqa: PLC0415 only for workbooks
    import io  # noqa: PLC0415

    from translators.spoiled.rows import xlsx_writer  # noqa: PLC0415

    header, *rows = csv.reader(io.StringIO(data.decode()))
    return xlsx_writer("Confirmation")(header, rows)


def _must_be_new(home: Path, made: dict[Path, bytes]) -> None:
    there = [path for path in made if (home / path).exists()]
    if there:
        raise RefusalError(
            f"{there[0].as_posix()} is there already and is left alone; nothing was written, "
            "choose another name or edit that file"
        )


def _write_expected(home: Path, name: str) -> None:
    """Write what comes of the invented samples beside them, as `mapping test --update` would."""
    shelf = Shelf(content_roots(Site(home=home), "mappings"))
    for mapping in shelf.library.list_mappings():
        reader = shelf.find(mapping) if mapping.startswith(f"{name}/") else None
        if not isinstance(reader, ReadMapping):
            continue
        for case in list_cases(shelf.library, mapping):
            path = case.expected.with_name(f"{case.situation}.expected.yaml")
            path.write_bytes(write_expected(run_reading(reader, case.sample.read_bytes())))
            show_line(f"made   {path.relative_to(home).as_posix()}")


def _is_sound(home: Path, name: str) -> bool:
    site = Site(home=home)
    found = check_partner_file(load_partners(site), Shelf(content_roots(site, "mappings")), name)
    show_findings(found, name)
    return not has_errors(found)
