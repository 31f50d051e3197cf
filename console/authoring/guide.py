"""Guide: what is agreed with a partner as a page for the partner, every sample in it proven when it is made."""

from pathlib import Path
from typing import Annotated, Any

import typer

from console.asked import home_of
from console.authoring.agreed_rules import ABOUT, list_quirks, list_receipts, list_rules
from console.authoring.checking import clean_lines, list_codes, open_judge
from console.authoring.envelope import list_envelope, list_marks
from console.authoring.guide_format import list_facts, list_ignored, list_places, title_of
from console.authoring.guide_sample import annotate, annotate_ours
from console.output import show_error, show_line
from console.page import link_of, save_page, write_page
from console.saved import save_all
from gateway.clock import now
from gateway.counted import counted
from gateway.failing import WANTED, Failing, list_failing
from gateway.partners import Partner
from gateway.partners.partner import AgreedDocument
from gateway.samples import find_arriving, find_leaving
from gateway.verdict import Judge
from translators.mapper.errors import describe
from translators.mapper.read_mapping import ReadMapping
from translators.mapper.row_format import RowFormat

MOST_ERRORS = 3  # told of one failing sample
BROKEN = "the mapping of this document cannot be used"


def guide(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The partner, as its file is named.")],
    out: Annotated[str, typer.Option(help="The file to write; else <partner>_guide.html.")] = "",
    samples: Annotated[
        str, typer.Option(help="Write all samples into this folder too; it is made.")
    ] = "",
) -> None:
    """Write the implementation guide of a partner: one HTML file to mail, print or put on a wall.

    Envelope, each agreed document both ways, codes, rules and clocks, a sample that is good, and
    twenty that must fail with the reason of each. Exit code 1 where a document has no good sample.
    """
    judge = open_judge(home_of(context))
    partner = judge.partners.get(name)
    made = describe_guide(judge, partner)
    path = Path(out or f"{partner.name}_guide.html")
    save_page(path, write_page("guide", **made))
    if samples:
        _save_samples(Path(samples), made["documents"])
    lacking = [one for one in made["documents"] if one["sample"] is None]
    for one in lacking:
        show_error(f"{one['title']}: {one['lacks']}")
    failing = sum(len(one["failing"]) for one in made["documents"])
    several = counted(len(made["documents"]), "document")
    show_line(f"{path}: {several}, {failing} samples that must fail and do")
    if lacking:
        raise typer.Exit(1)


def describe_guide(judge: Judge, partner: Partner) -> dict[str, Any]:
    """Return all that the page shows."""
    sides = (("in", partner.documents.arriving), ("out", partner.documents.leaving))
    documents = [
        _describe(judge, partner, agreed, way, number)
        for way, side in sides
        for number, agreed in enumerate(side, 1)
    ]
    return {
        "title": f"Implementation guide for {partner.title or partner.name}",
        "partner": partner,
        "at": f"{now():%Y-%m-%d}",
        "usage": partner.usage,
        "channels": _list_channels(partner),
        "envelope": list_envelope(partner),
        "marks": list_marks(partner) if partner.identities.x12 else [],
        "receipts": list_receipts(partner),
        "quirks": list_quirks(partner),
        "documents": documents,
        "wanted": WANTED,
    }


def _list_channels(partner: Partner) -> list[dict[str, Any]]:
    arriving = [
        {
            "way": "you put files",
            "place": one.place,
            "names": ", ".join(one.take.only) or "any name",
            "size": f"{one.take.max_megabytes:g} MB at most",
            "when": _tell_take(one.take.marker, one.take.stable_seconds, one.take.trailer),
        }
        for one in partner.channels.arriving
    ]
    leaving = [
        {
            "way": "you get files",
            "place": one.place,
            "names": one.file_name,
            "size": "",
            "when": "each appears whole under its name",
        }
        for one in partner.channels.leaving
    ]
    return arriving + leaving


def _tell_take(marker: str, seconds: float, trailer: bool) -> str:
    if marker:
        return f"taken when an empty file of the same name and {marker} lies beside it"
    still = f"taken when it has kept still for {seconds:g} s"
    return f"{still}, or at once when it ends with IEA" if trailer else still


def _describe(
    judge: Judge, partner: Partner, agreed: AgreedDocument, way: str, number: int
) -> dict[str, Any]:
    described: dict[str, Any] = {
        "anchor": f"{way}{number}",
        "way": way,
        "title": title_of(agreed),
        "kind": agreed.kind,
        "files": agreed.files,
        "about": ABOUT.get(agreed.entity, ""),
        "entity": agreed.entity,
        "mapping": agreed.mapping,
        "rules": list_rules(partner, agreed, way),
        "sample": None,
        "failing": [],
        "lacks": f"none of the cases beside {agreed.mapping} is good as it is; "
        "put a good sample of the partner there",
    }
    found = judge.shelf.find(agreed.mapping)
    if isinstance(found, list):
        nothing = {"facts": [], "segments": [], "places": [], "ignored": [], "version": ""}
        return described | nothing | {"rules": [BROKEN], "lacks": f"{BROKEN}: {describe(found[0])}"}
    mapping = judge.shelf.library.load_mapping(agreed.mapping)
    sampled = _sample_theirs(judge, partner, agreed) if way == "in" else {}
    order = sampled.get("order", ())
    if way == "out" and (leaving := find_leaving(judge, partner, agreed)):
        sampled = {"sample": annotate_ours(agreed, leaving)}
    return (
        described
        | list_places(mapping, agreed, order, _list_needed(judge, agreed))
        | sampled
        | {
            "facts": list_facts(mapping),
            "ignored": list_ignored(mapping),
            "version": mapping.version[:12],
        }
    )


def _list_needed(judge: Judge, agreed: AgreedDocument) -> frozenset[str]:
    """Return the columns without which a table is not taken."""
    reader = judge.shelf.find(agreed.mapping)
    rows = reader.format if isinstance(reader, ReadMapping) else None
    return frozenset(rows.needed) if isinstance(rows, RowFormat) else frozenset()


def _sample_theirs(judge: Judge, partner: Partner, agreed: AgreedDocument) -> dict[str, Any]:
    sample = find_arriving(judge, partner, agreed)
    if sample is None:
        return {}
    failing = list_failing(judge, partner, agreed, sample)
    told = [_tell_failing(number, one) for number, one in enumerate(failing, 1)]
    order = sample.table.header if sample.table else ()
    return {"sample": annotate(judge, agreed, sample), "failing": told, "order": order}


def _tell_failing(number: int, one: Failing) -> dict[str, Any]:
    saved = f"bad{number:02d}_{one.name}"
    return {
        "number": number,
        "title": one.spoiled.title,
        "was": clean_lines(one.spoiled.was.encode()),
        "becomes": clean_lines(one.spoiled.becomes.encode()),
        "name": one.name,
        "saved": saved,
        "data": one.spoiled.data,
        "link": link_of(one.spoiled.data),
        "errors": [
            {"finding": error, "codes": list(list_codes(error))}
            for error in one.errors[:MOST_ERRORS]
        ],
        "more": max(0, len(one.errors) - MOST_ERRORS),
    }


def _save_samples(folder: Path, documents: list[dict[str, Any]]) -> None:
    """Write the samples; a failing one keeps its name, which may say what it is, in its own folder."""
    made: dict[str, bytes] = {}
    for one in documents:
        if one["sample"] is None:
            continue
        inside = one["anchor"]
        made[f"{inside}/{one['sample']['name']}"] = one["sample"]["data"]
        for bad in one["failing"]:
            made[f"{inside}/bad{bad['number']:02d}/{bad['name']}"] = bad["data"]
    save_all(folder, made)
