"""Entries: commands by name and where each is written, so that only those asked for are loaded."""

from collections.abc import Container, Iterable
from importlib import import_module
from typing import Any, NamedTuple

import typer


class Entry(NamedTuple):
    """A command, or a group of commands, and where it is written."""

    name: str
    where: str  # module:name of a function, a typer.Typer or a Group
    help: str

    def load(self) -> Any:
        """Return the function or the group."""
        module, _, name = self.where.partition(":")
        return getattr(import_module(module), name)


class Group(NamedTuple):
    """Commands under one word, each loaded only where it is asked for."""

    help: str
    entries: tuple[Entry, ...]


class Everything(Container[str]):
    """Every word there is: all commands are loaded, as the reference lists them."""

    def __contains__(self, word: object) -> bool:
        """Return that it is among them."""
        return isinstance(word, str)


def add_entries(app: typer.Typer, entries: Iterable[Entry], words: Container[str]) -> None:
    """Add commands; of those not among the words only name and help are there."""
    for entry in entries:
        target = entry.load() if entry.name in words else _named_only
        if isinstance(target, Group):
            group = typer.Typer(help=target.help, no_args_is_help=True)
            add_entries(group, target.entries, words)
            app.add_typer(group, name=entry.name, help=entry.help)
        elif isinstance(target, typer.Typer):
            app.add_typer(target, name=entry.name, help=entry.help)
        else:
            app.command(entry.name, short_help=entry.help)(target)


def _named_only() -> None:
    """Stand for a command that is not asked for."""
