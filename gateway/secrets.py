"""Secrets: keys, passwords and tokens by their names; the values stand in no file of a site."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gateway.transports.transport import TransportError

PREFIX = "CMGATEWAY_SECRET_"
Ask = Callable[[str], str | None]


class SecretError(TransportError):
    """A secret that is named in a partner file cannot be had."""


def _ask_nobody(_name: str) -> str | None:
    return None


@dataclass(slots=True)
class Secrets:
    """Where secrets come from: the environment first, then whoever is asked, such as Prefect's blocks."""

    ask: Ask = _ask_nobody

    def get(self, name: str) -> str:
        """Return the secret of this name; raises SecretError where it is nowhere."""
        found = os.environ.get(PREFIX + name) or _load_file(name) or self.ask(name)
        if not found:
            raise SecretError(
                f"there is no secret {name}; set {PREFIX}{name}, or {PREFIX}{name}_FILE "
                "to the path of a file that holds it"
            )
        return found

    def has(self, name: str) -> bool:
        """Return whether the secret can be had."""
        try:
            return bool(self.get(name))
        except SecretError:
            return False


def _load_file(name: str) -> str | None:
    path = os.environ.get(f"{PREFIX}{name}_FILE")
    if not path:
        return None
    try:
        # A line end at the end comes from the editor; keys end with one, and do not mind.
        return Path(path).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        said = getattr(error, "strerror", None) or "it is no text"
        raise SecretError(f"{PREFIX}{name}_FILE names {path}: {said}") from error
