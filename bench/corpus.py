"""Corpus: our verdict on every public X12 sample beside the one its index expects, as a table.

Run as `python bench/corpus.py`; the folder is CMGATEWAY_CORPUS or ../shared/corpus. Where the two
differ, tests/corpus_verdicts.csv says why.
"""

import csv
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from translators.findings import Finding  # noqa: E402
from translators.x12.files import read_file  # noqa: E402

EXPLANATIONS = ROOT / "tests" / "corpus_verdicts.csv"
ACCEPTABLE = {"valid": "accepted", "malformed": "rejected", "fragment": "rejected"}


@dataclass(slots=True, frozen=True)
class Verdict:
    """What we say of one file, what the index says, and the words of our worst findings."""

    file: str
    index: str
    ours: str
    findings: str

    @property
    def agrees(self) -> bool:
        """Return whether we take what the index calls valid, and refuse the rest."""
        return ACCEPTABLE[self.index] == self.ours


def find_corpus() -> Path | None:
    """Return the folder of the corpus, or None where there is none."""
    folder = Path(os.environ.get("CMGATEWAY_CORPUS", ROOT.parent / "shared" / "corpus"))
    return folder if (folder / "INDEX.csv").is_file() else None


def list_files(folder: Path) -> Iterator[tuple[dict[str, str], bytes]]:
    """Yield the row of the index and the bytes of each X12 file."""
    with (folder / "INDEX.csv").open(encoding="utf-8") as index:
        for row in csv.DictReader(index):
            if row["kind"] == "x12":
                yield row, (folder / row["file"]).read_bytes()


def judge(row: dict[str, str], data: bytes) -> Verdict:
    """Return our verdict on a file: rejected where an error stands anywhere in it."""
    found = [finding for _, found in read_file(data).list_findings() for finding in found]
    errors, warnings = _list_words(found, "error"), _list_words(found, "warning")
    ours = "rejected" if errors else "accepted"
    return Verdict(row["file"], row["validity"], ours, " ".join(errors or warnings))


def load_explanations() -> dict[Verdict, str]:
    """Return why we differ, for each verdict that does."""
    with EXPLANATIONS.open(encoding="utf-8") as file:
        return {
            Verdict(row["file"], row["index"], row["ours"], row["findings"]): row["explanation"]
            for row in csv.DictReader(file)
        }


def _list_words(found: list[Finding], level: str) -> list[str]:
    return sorted({finding.code for finding in found if finding.level == level})


def main() -> None:
    """Print the table in Markdown."""
    folder = find_corpus()
    if folder is None:
        sys.exit("there is no corpus; set CMGATEWAY_CORPUS to its folder")
    known = load_explanations()
    print("| file | index | ours | findings | why they differ |")
    print("|---|---|---|---|---|")
    for row, data in list_files(folder):
        one = judge(row, data)
        why = "" if one.agrees else known.get(one, "NOT EXPLAINED")
        print(f"| {one.file} | {one.index} | {one.ours} | {one.findings} | {why} |")


if __name__ == "__main__":
    main()
