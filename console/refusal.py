"""Refusals: why a command could not be done, as one sentence and exit code 2."""

import sys
import traceback


class RefusalError(Exception):
    """A command cannot be done as asked; the sentence says what to do instead."""


def describe_refusal(error: Exception, *, debug: bool = False) -> str:
    """Return the sentence for people, or with `debug` the traceback."""
    if debug:
        return "".join(traceback.format_exception(error)).rstrip()
    if isinstance(error, _known_errors()):
        return str(error)
    if isinstance(error, ModuleNotFoundError):
        return f"the Python package {error.name} is not installed; install it beside cmgateway"
    if isinstance(error, OSError):
        name = f"{error.filename}: " if error.filename else ""
        return f"{name}{error.strerror or error}"
    if type(error).__module__.startswith("sqlalchemy"):
        return f"the ledger cannot be used: {_first_line(error)}"
    return f"this is a fault of cmgateway: {type(error).__name__}: {_first_line(error)}; run it again with --debug and tell the developers"


def _first_line(error: Exception) -> str:
    return next(iter(str(getattr(error, "orig", None) or error).splitlines()), "no words")


def _known_errors() -> tuple[type[Exception], ...]:
    """Return the errors whose words are for people; of a module never loaded none can be raised."""
    names = {
        "gateway.settings": "SettingsError",
        "gateway.ledger.errors": "LedgerError",
        "gateway.archive": "ArchiveError",
        "gateway.partners.partners": "PartnerError",
        "gateway.routing.rules": "RoutingError",
        "translators.mapper.errors": "MappingError",
    }
    loaded = {name: vars(sys.modules[name]) for name in names if name in sys.modules}
    found = [words.get(names[name]) for name, words in loaded.items()]
    return (RefusalError, *(error for error in found if error is not None))
