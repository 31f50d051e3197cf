"""linuxforhealth-x12: its segment reader; models, checks and maps it has for health care only."""

from linuxforhealth.x12.io import X12SegmentReader
from measure import Work, measure


def tokenise(path: str, _kind: str, _folder: str) -> Work:
    """Return what reads segments."""

    def work() -> int:
        with X12SegmentReader(path) as reader:
            return sum(name == "ST" for name, _ in reader.segments())

    return work


measure({"tokenise": tokenise})
