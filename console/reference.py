"""Reference: the help of every command as Markdown, for docs/commands.md."""

from collections.abc import Iterator

import typer
from typer.testing import CliRunner

from console.cli import assemble_all

WIDTH = "100"


def list_commands() -> list[tuple[str, ...]]:
    """Return every command by its words, groups before what is in them."""
    return [("",), *_list_inside(assemble_all(), ())]


def write_reference() -> str:
    """Return one section a command, with its help as a reader's terminal would show it."""
    app = assemble_all()
    runner = CliRunner(env={"COLUMNS": WIDTH, "TERMINAL_WIDTH": WIDTH, "NO_COLOR": "1"})
    return "\n".join(_write(runner, app, words) for words in list_commands())


def _write(runner: CliRunner, app: typer.Typer, words: tuple[str, ...]) -> str:
    said = [word for word in words if word]
    title = " ".join(["cmgateway", *said])
    result = runner.invoke(app, [*said, "--help"], prog_name="cmgateway")
    lines = [line.rstrip() for line in result.output.strip().splitlines()]
    return "\n".join([f"## {title}", "", "```text", *lines, "```", ""])


def _list_inside(app: typer.Typer, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for group in app.registered_groups:
        if group.typer_instance is not None:
            words = (*above, str(group.name))
            yield words
            yield from _list_inside(group.typer_instance, words)
    for command in app.registered_commands:
        yield (*above, str(command.name or getattr(command.callback, "__name__", "")))
