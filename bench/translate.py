"""Translate: MB/s and documents/s of ours beside other X12 software, equal work beside equal work.

`python bench/translate.py` does everything, more than 20 minutes; `--quick` one small file, `--ours-only`
without peers. Peers come from PyPI into a venv each, kept in a cache folder outside the repository.
Each judge does each file in a process of its own; CPU seconds and peak memory are that process's.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import venv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.generate import Wanted, write_file  # noqa: E402
from bench.peers.bots_site import VERSION, write_site  # noqa: E402
from translators.x12.second_opinion_maps import load_maps  # noqa: E402

KINDS = ("850", "855", "856")
TIERS = {
    "tokenise": "Tokenise: segments and elements, nothing judged",
    "check": "Check: structure, counts, elements",
    "map": "Check, map, write JSON",
}
FAST = "cmgateway, compiled"
MANY = ("tokenise", "check", "map")
MB = 1_000_000
SMALLEST = 0  # one document, about 1 kB
BASELINE = "cmgateway"


@dataclass(slots=True, frozen=True)
class Judge:
    """One software: its script, what pip installs for it, the tiers it has, what is to be known."""

    name: str
    script: str
    packages: tuple[str, ...]
    tiers: tuple[str, ...]
    note: str = ""


OURS = (
    Judge(
        "str.split",
        "plain_split.py",
        (),
        ("tokenise",),
        "the yardstick: both levels, 64 kB at a time",
    ),
    Judge(
        BASELINE, "ours.py", (), MANY, "check is the careful pass: all findings, notes, code lists"
    ),
    Judge(
        FAST,
        "ours.py",
        (),
        ("map",),
        "the same entities; a set it doubts goes through the careful pass, here there is none;"
        " compiling is not timed",
    ),
)
PEERS = (
    Judge(
        "pyx12",
        "pyx12_peer.py",
        ("pyx12==4.0.0",),
        MANY,
        "maps of our grammars, kept loaded; maps a fraction of what our base mappings take",
    ),
    Judge(
        "Bots",
        "bots_peer.py",
        ("bots-ediint==3.3.1", "Django<4"),
        ("check", "map"),
        "grammars of ours, without code lists and notes, which it has not; a mapping script like"
        " pyx12's; no engine, no database",
    ),
    Judge(
        "badX12",
        "badx12_peer.py",
        ("badX12==0.2.2",),
        ("tokenise",),
        "checks envelopes only, maps nothing",
    ),
    Judge(
        "linuxforhealth-x12",
        "linuxforhealth_peer.py",
        ("linuxforhealth-x12==0.57.0", "pydantic<2"),
        ("tokenise",),
        "has models for health care sets only",
    ),
)


@dataclass(slots=True, frozen=True)
class Result:
    """What one judge took for one file."""

    judge: str
    tier: str
    kind: str
    wanted: int  # bytes of the file that was meant
    seconds: float = 0.0
    documents: int = 0
    bytes: int = 0
    rss: int = 0
    failure: str = ""

    @property
    def rate(self) -> float:
        """Return bytes a second."""
        return self.bytes / self.seconds if self.seconds else 0.0


@dataclass(slots=True)
class Bench:
    """Where files, venvs and support lie, and what was measured so far."""

    cache: Path
    patience: float
    enough: float
    results: list[Result] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)

    def find_file(self, kind: str, size: int) -> Path:
        """Return a generated file of about the size, written where it is missing."""
        path = self.cache / "files" / f"{kind}-{size}.edi"
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_file(path, Wanted(kind, documents=1, bytes=size))
        return path

    def find_python(self, judge: Judge) -> Path | None:
        """Return the interpreter of a judge, its venv made where it is missing; None on failure."""
        if not judge.packages:
            return Path(sys.executable)
        home = self.cache / "venvs" / judge.name
        python = home / "bin" / "python"
        if not (home / "ready").is_file():
            venv.create(home, with_pip=True, clear=True)
            command = [python, "-m", "pip", "install", "--quiet", *judge.packages]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
                self.failures[judge.name] = lines[-1] if lines else "pip install failed"
                return None
            (home / "ready").touch()
        return python

    def measure(self, judge: Judge, tier: str, kind: str, size: int) -> Result:
        """Return what the judge takes; of a smaller file where this one would take too long."""
        known = [
            result
            for result in self.results
            if (result.judge, result.tier, result.kind) == (judge.name, tier, kind) and result.rate
        ]
        fitting = size
        if known and size / known[-1].rate > self.patience:
            fitting = round_down(known[-1].rate * self.patience)
            if fitting <= known[-1].wanted or fitting < MB:
                last = known[-1]
                return Result(
                    judge.name, tier, kind, size, last.seconds, last.documents, last.bytes, last.rss
                )
        return self._run(judge, tier, kind, (size, fitting))

    def _run(self, judge: Judge, tier: str, kind: str, sizes: tuple[int, int]) -> Result:
        python, path = self.find_python(judge), self.find_file(kind, sizes[1])
        if python is None:
            return Result(judge.name, tier, kind, sizes[0], failure="not installed")
        script = ROOT / "bench" / "peers" / judge.script
        named = "fast" if judge.name == FAST else tier
        small = self.find_file(kind, SMALLEST)
        support = self._find_support(judge)
        command = [python, script, named, path, kind, support, str(self.enough), small]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, check=False, timeout=self.patience * 5
            )
        except subprocess.TimeoutExpired:
            return Result(judge.name, tier, kind, sizes[0], failure="took too long")
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["no word"])[-1]
            self.failures[f"{judge.name}, {tier} {kind}"] = reason
            return Result(judge.name, tier, kind, sizes[0], failure="failed")
        return Result(judge.name, tier, kind, sizes[0], **json.loads(done.stdout.splitlines()[-1]))

    def _find_support(self, judge: Judge) -> Path:
        if judge.name == "pyx12":
            return load_maps(VERSION, self.cache / "pyx12-maps")
        return write_site(self.cache / "bots", KINDS) if judge.name == "Bots" else self.cache


def round_down(size: float) -> int:
    """Return 1, 2 or 5 times a power of ten, not above the size."""
    power = 10 ** (len(str(int(size))) - 1)
    return next(step * power for step in (5, 2, 1) if step * power <= size)


def run(bench: Bench, judges: tuple[Judge, ...], kinds: tuple[str, ...], sizes: list[int]) -> None:
    """Measure everything, saying on stderr how far it is; 200 MB only of ours, slow passes of one kind."""
    for size in sizes:
        for kind in kinds:
            for judge in judges:
                if size > 100 * MB and judge.packages:
                    continue
                for tier in judge.tiers:
                    if size > 100 * MB and is_slow(judge, tier) and kind != kinds[0]:
                        bench.results.append(Result(judge.name, tier, kind, size, failure="-"))
                        continue
                    result = bench.measure(judge, tier, kind, size)
                    bench.results.append(result)
                    print(describe(result), file=sys.stderr, flush=True)


def is_slow(judge: Judge, tier: str) -> bool:
    """Return whether it is the careful pass, which takes a minute for 200 MB."""
    return judge.name == BASELINE and tier != "tokenise"


def describe(result: Result) -> str:
    """Return one line for one result."""
    what = f"{result.judge} {result.tier} {result.kind} {name_size(result.wanted)}"
    if result.failure:
        return f"{what}: {result.failure}"
    return f"{what}: {result.rate / MB:.3g} MB/s, {result.rss / MB:.0f} MB"


def name_size(size: int) -> str:
    """Return a size as the tables say it."""
    return f"{size / MB:g} MB" if size >= MB else f"{size / 1000:g} kB" if size else "1 kB"


def write_tables(bench: Bench, judges: tuple[Judge, ...], kinds: tuple[str, ...]) -> Iterator[str]:
    """Yield the report in Markdown."""
    yield f"## Translate, {datetime.now(UTC):%Y-%m-%d}"
    yield ""
    yield (
        f"{os.cpu_count()} cores, {read_cpu()}, {platform.system()}, Python"
        f" {platform.python_version()}, load average {os.getloadavg()[0]:.1f} (1.0 is this bench"
        " alone). CPU seconds of one process; MB is 10^6 bytes; files made by"
        " `bench/generate.py`, the same bytes for every judge."
    )
    for tier, title in TIERS.items():
        yield from ["", f"### {title}", ""]
        heads = [f"{kind} MB/s" for kind in kinds]
        yield "| judge | file | " + " | ".join(heads) + " | documents/s | peak RSS | ours is |"
        yield "|---|---|" + "---|" * len(heads) + "---|---|---|"
        yield from write_rows(bench, judges, tier, kinds)
    yield ""
    yield "documents/s are of the 850; *ours is* is the best of ours by that judge's MB/s, set by set."
    yield from (f"* {judge.name}: {judge.note}." for judge in judges if judge.note)
    yield "* not measured: StAEDI: it is Java, and comes from Maven, not from PyPI."
    yield from (f"* not measured: {name}: {why}" for name, why in bench.failures.items())


def write_rows(
    bench: Bench, judges: tuple[Judge, ...], tier: str, kinds: tuple[str, ...]
) -> Iterator[str]:
    """Yield the rows of one tier, by size and then by judge."""
    of_tier = [result for result in bench.results if result.tier == tier]
    for size in dict.fromkeys(result.wanted for result in of_tier):
        ours = {r.kind: r for r in of_tier if r.judge in {BASELINE, FAST} and r.wanted == size}
        for judge in judges:
            row = {r.kind: r for r in of_tier if (r.judge, r.wanted) == (judge.name, size)}
            if row:
                yield write_row(judge.name, size, [row[kind] for kind in kinds], ours)


def write_row(name: str, size: int, row: list[Result], ours: dict[str, Result]) -> str:
    """Return one row; a rate from a smaller file says so."""
    cells = []
    for one in row:
        smaller = size >= MB and 0 < one.bytes < size / 2
        origin = f" (from {name_size(round_down(one.bytes))})" if smaller else ""
        cells.append(one.failure or f"{one.rate / MB:.3g}{origin}")
    first = row[0]
    documents = f"{first.documents / first.seconds:,.0f}" if first.seconds else ""
    rss = f"{max(one.rss for one in row) / MB:.0f} MB" if first.rss else ""
    ratios = sorted(ours[one.kind].rate / one.rate for one in row if one.rate and one.kind in ours)
    spread = list(dict.fromkeys(name_ratio(ratio) for ratio in (ratios[:1] + ratios[-1:])))
    is_best = any(one is ours.get(one.kind) for one in row)
    ratio = "" if is_best or not ratios else f"{' to '.join(spread)} times"
    return f"| {name} | {name_size(size)} | {' | '.join(cells)} | {documents} | {rss} | {ratio} |"


def name_ratio(ratio: float) -> str:
    """Return two digits of a ratio, all those before the point."""
    return f"{ratio:.0f}" if ratio >= 10 else f"{ratio:.2g}"


def read_cpu() -> str:
    """Return the model of the processor."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.is_file() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor()


def main() -> None:
    """Measure what the command line asks for and print tables."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--quick", action="store_true", help="850 of 1 kB and 100 kB only")
    asked.add_argument("--ours-only", action="store_true", help="no peers, nothing installed")
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    asked.add_argument("--cache", type=Path, default=home / "cmgateway-bench")
    asked.add_argument("--patience", type=float, default=120, help="seconds a file may take")
    asked.add_argument("--largest", type=float, default=200, help="MB of the largest file")
    a = asked.parse_args()
    bench = Bench(a.cache.resolve(), a.patience, 0.1 if a.quick else 3.0)
    judges = OURS if a.ours_only else OURS + PEERS
    kinds = KINDS[:1] if a.quick else KINDS
    sizes = [SMALLEST, MB // 10] if a.quick else [SMALLEST, MB, 50 * MB, 200 * MB]
    sizes = [size for size in sizes if size <= a.largest * MB]
    run(bench, judges, kinds, sizes)
    print("\n".join(write_tables(bench, judges, kinds)))


if __name__ == "__main__":
    main()
