"""badX12: its parser into a tree of elements; it checks envelopes only and maps nothing."""

import collections
import collections.abc

from measure import Work, measure

collections.Iterable = collections.abc.Iterable  # gone in 3.10; without it the import fails

from badx12 import Parser  # noqa: E402


def tokenise(path: str, _kind: str, _folder: str) -> Work:
    """Return what parses a file."""

    def work() -> int:
        groups = Parser().parse_document(path).interchange.groups
        return sum(len(group.transaction_sets) for group in groups)

    return work


measure({"tokenise": tokenise})
