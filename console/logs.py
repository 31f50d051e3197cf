"""Logs: one line an event on stderr, never on stdout, never with the values of a traceback."""

import sys
import time
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any

QUIET_SECONDS = 300.0  # what is said of each turn is said again after so long
MOST_KEPT = 1000


@dataclass(slots=True)
class Once:
    """Drops a warning that was logged a moment ago: a fault lasts, and each turn meets it."""

    said: dict[str, float] = field(default_factory=dict)

    def __call__(
        self, _logger: Any, level: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        """Return the event; raises DropEvent where it is nothing new."""
        from structlog import DropEvent  # noqa: PLC0415 only where something is logged

        if level != "warning":
            return event
        now, key = time.monotonic(), repr(sorted(event.items(), key=lambda item: item[0]))
        if now - self.said.get(key, -QUIET_SECONDS) < QUIET_SECONDS:
            raise DropEvent
        if len(self.said) >= MOST_KEPT:
            self.said.clear()
        self.said[key] = now
        return event


def log_to_stderr(*, level: str = "info") -> None:
    """Let everything below log to stderr; a traceback shows lines of code and no data."""
    import structlog  # noqa: PLC0415 only where something is logged

    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        processors=[
            Once(),
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%Y-%m-%dT%H:%M:%SZ", utc=True),
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
