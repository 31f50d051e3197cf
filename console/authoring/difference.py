"""Difference: what two versions make of documents otherwise, as text and as a page."""

from console.output import show_line, show_table
from console.page import write_page
from gateway.counted import counted
from gateway.versions.difference import Difference, Example, Group, Shape
from translators.mapper.causes import Cause

SHOWN = 40  # of a value; --json has it whole
MOST_EXAMPLES = 2


def show_difference(found: Difference) -> None:
    """Write what differs, the cause of most documents first."""
    about = found.about
    show_line(f"{about.mapping} of {about.partner}: from {about.old.name} to {about.new.name}")
    show_line(say_extent(found))
    for group in found.groups:
        show_line()
        _show_group(group)
    if found.silent:
        show_line("\nit differs, and no document shows it:")
        for cause in found.silent:
            show_line(f"  {say_cause(cause)}")


def say_extent(found: Difference) -> str:
    """Return how many documents were looked at, and how many differ."""
    differ = f"{found.differing} of them differ" if found.differing else "none of them differs"
    return f"{counted(found.documents, 'document')} in {counted(found.files, 'file')}, {differ}"


def say_cause(cause: Cause) -> str:
    """Return a cause in a line: where it is written and what it said before."""
    said = f": {cause.old or 'nothing'} → {cause.new or 'nothing'}"
    said = said if cause.old or cause.new else ""
    return f"{cause.where} {cause.what}{said}".strip()


def say_counts(group: Group) -> str:
    """Return `12 documents: 3 added, 20 changed`."""
    counts = (("added", group.added), ("removed", group.removed), ("changed", group.changed))
    values = ", ".join(f"{number} {kind}" for kind, number in counts if number)
    return f"{counted(group.documents, 'document')}: {values}"


def _show_group(group: Group) -> None:
    for cause in group.causes:
        show_line(say_cause(cause))
    show_line(f"  {say_counts(group)}")
    rows = [
        (f"  {name_of(one)}", one.kind, cut(one.old), cut(one.new), one.times)
        for one in group.shapes
    ]
    show_table(("  field", "", "old", "new", "times"), rows)
    if group.further:
        show_line(f"  … and {group.further} more ways; see --json or --html")
    for one in group.examples[:MOST_EXAMPLES]:
        show_line(f"  such as {say_example(one)}")


def name_of(shape: Shape) -> str:
    """Return the field, or what stands for a document as a whole."""
    return shape.field or "the whole document"


def say_example(example: Example) -> str:
    """Return where to look: file, place, number and path."""
    spot = example.spot
    parts = (spot.file, spot.place, spot.number, example.change.path)
    return ", ".join(part for part in parts if part)


def cut(text: str) -> str:
    """Return a text short enough for a table."""
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def write_difference(found: Difference) -> str:
    """Return the page that shows what differs."""
    return write_page(
        "difference",
        title=f"{found.about.mapping}: {found.about.old.name} to {found.about.new.name}",
        found=found,
        extent=say_extent(found),
        say_cause=say_cause,
        say_counts=say_counts,
        say_example=say_example,
        name_of=name_of,
    )
