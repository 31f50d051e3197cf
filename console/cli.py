"""The command line: every command of cmgateway, put together."""

import gc
import os
import sys
from collections.abc import Container
from pathlib import Path
from typing import Annotated

import typer

from console.entries import Entry, Everything, add_entries
from console.refusal import describe_refusal

ABOUT = "An EDI and file gateway between a manufacturer's ERP and its contract manufacturers."


DEBUG = "CMGATEWAY_DEBUG"
# New objects until the next look for garbage: 700, as Python has it, costs each command a tenth of a second.
OBJECTS = 50_000


ENTRIES = (
    Entry("translate", "console.authoring.translate:translate", "A file as canonical JSON."),
    Entry("x12", "console.authoring.x12:app", "Check, show or answer an X12 file."),
    Entry("mapping", "console.authoring.mapping:app", "Try, explain, test and lint mappings."),
    Entry("partner", "console.authoring.partner:app", "List, show and check partner files."),
    Entry("init", "console.operating.init:init", "Make a new site."),
    Entry("up", "console.operating.start:up", "Run the gateway."),
    Entry("worker", "console.operating.worker:worker", "Do what a running gateway received."),
    Entry("demo", "console.operating.start:demo", "Play one week of trade."),
    Entry("status", "console.operating.status:status", "What is open, late or silent."),
    Entry("watch", "console.operating.watch:watch", "Look for what is late or silent."),
    Entry("file", "console.operating.file:app", "What arrived and what became of it; close."),
    Entry("document", "console.operating.document:app", "What stood in files, and what we wrote."),
    Entry("effect", "console.operating.effect:app", "What is to be done outside; retry, skip."),
    Entry("event", "console.operating.event:app", "What other systems are told has happened."),
    Entry("case", "console.operating.case:app", "Open problems, each with an owner."),
    Entry("feed", "console.operating.feed:app", "Capacity, stock and holds as partners told them."),
    Entry("route", "console.operating.route:app", "Lines that change hands; approve, decline."),
    Entry("order", "console.operating.order:app", "Orders and their timelines."),
    Entry("find", "console.operating.find:find", "Documents by order, part, number or name."),
    Entry("numbers", "console.operating.numbers:app", "Control numbers; new epochs."),
    Entry(
        "retention", "console.operating.retention:app", "What is deleted after its time; proofs."
    ),
    Entry("kpi", "console.operating.kpi:kpi", "Answer times, kept promises, open problems."),
    Entry("rerun", "console.operating.rerun:rerun", "Do a parked file again."),
    Entry("replay", "console.operating.replay:replay", "Do the files of a time again."),
)


def assemble(words: Container[str]) -> typer.Typer:
    """Return the command line; of commands not among the words only name and help are there.

    So that `--help` and `translate` start without loading a database.
    """
    app = typer.Typer(
        name="cmgateway",
        help=ABOUT,
        no_args_is_help=True,
        rich_markup_mode=None,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(_cmgateway)
    add_entries(app, ENTRIES, words)
    return app


def assemble_all() -> typer.Typer:
    """Return the command line with every command loaded, as the reference lists it."""
    return assemble(Everything())


def main() -> None:
    """Run the command that the arguments of the process name; leave with its exit code."""
    gc.set_threshold(OBJECTS, 10, 10)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        assemble(sys.argv[1:])(prog_name="cmgateway")
    except Exception as error:  # noqa: BLE001 whatever it is, people get a sentence
        debug = "--debug" in sys.argv or bool(os.environ.get(DEBUG))
        typer.echo(f"cmgateway: {describe_refusal(error, debug=debug)}", err=True)
        sys.exit(2)


def _cmgateway(
    context: typer.Context,
    home: Annotated[
        Path | None, typer.Option(envvar="CMGATEWAY_HOME", help="The folder of the site.")
    ] = None,
    *,
    debug: Annotated[  # noqa: ARG001 `main` looks for it, where faults are met
        bool, typer.Option("--debug", help="Show the traceback of a fault.")
    ] = False,
) -> None:
    context.obj = home


if __name__ == "__main__":
    main()
