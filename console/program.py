"""Program: how the reader of our output can call us."""

import shutil
import sys
from pathlib import Path


def name_program(*, anywhere: bool = False) -> str:
    """Return our name where it is on the path, else where we lie; whole if `anywhere` it must work."""
    called = Path(sys.argv[0]).resolve()
    if shutil.which("cmgateway") or called.name != "cmgateway":
        return "cmgateway"
    is_below = called.is_relative_to(Path.cwd()) and not anywhere
    return str(called.relative_to(Path.cwd())) if is_below else str(called)
