"""Second opinion: our verdict and pyx12's on each set of a file, side by side."""

import os
from pathlib import Path

from console.output import show_error, show_table
from translators.x12.quirks import Tolerance
from translators.x12.second_opinion import Opinion, Verdict, second_opinion


def list_opinions(data: bytes, tolerance: Tolerance) -> list[Opinion]:
    """Return both verdicts on every set; pyx12's maps are kept in the user's cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return second_opinion(data, cache / "cmgateway" / "pyx12", tolerance)


def show_opinions(opinions: list[Opinion]) -> None:
    """Write a line for each set, and what pyx12 says of the segments only it finds fault with."""
    if not opinions:
        return
    rows = [(one.place, _write(one.ours), _write(one.theirs), _compare(one)) for one in opinions]
    show_table(("set", "ours", "pyx12", "they differ on"), rows, error=True)
    for one in opinions:
        if one.theirs.reason:
            show_error(f"{one.place}: pyx12: {one.theirs.reason}")
        for remark in () if one.agrees else one.theirs.remarks:
            show_error(f"{one.place}: pyx12: {remark}")


def _write(verdict: Verdict) -> str:
    count = len(verdict.remarks)
    return f"{verdict.word} ({count})" if count else str(verdict.word)


def _compare(opinion: Opinion) -> str:
    ours, theirs = opinion.list_differences()
    parts = [
        f"only {name}: {', '.join(one)}" for name, one in (("ours", ours), ("pyx12", theirs)) if one
    ]
    return "; ".join(parts) or ("" if opinion.agrees else "the verdict")
