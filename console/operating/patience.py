"""Patience: a ledger that is locked or away is waited for, and that is said once."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from console.output import show_error
from console.refusal import describe_refusal
from gateway.faults import is_passing

LONGEST_SECONDS = 60.0
T = TypeVar("T")


@dataclass(slots=True)
class Patience:
    """Tries again after 1, 2, 4 … seconds, at most a minute, until told to stop."""

    stopping: threading.Event
    gives_up: bool = False  # a run that is to end raises instead of waiting
    seconds: float = 1.0  # the first pause

    def outlast(self, step: Callable[[], T]) -> T | None:
        """Return what the step returns, however long it takes; None where we are to stop before.

        A fault that does not pass by itself is raised.
        """
        pause = 0.0
        while not self.stopping.is_set():
            try:
                done = step()
            except Exception as error:
                if self.gives_up or not is_passing(error):
                    raise
                if not pause:
                    show_error(f"{describe_refusal(error)}; cmgateway waits and tries again")
                pause = min(LONGEST_SECONDS, pause * 2 or self.seconds)
                self.stopping.wait(pause)
                continue
            if pause:
                show_error("what failed works again; cmgateway goes on")
            return done
        return None
