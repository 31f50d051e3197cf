"""Layout: where the lists of an entity stand in the samples: rows of a table, or elements of a tree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Steps = tuple[str, ...]


@dataclass(slots=True, frozen=True)
class Layout:
    """For a tree the element of a document and of each list; for a table nothing, as all is rows."""

    is_tree: bool = False
    document: Steps = ()
    lists: Mapping[str, Steps] = field(default_factory=dict)  # field of the list -> its element

    def write_each(self, name: str, around: Sequence[str]) -> str:
        """Return what stands under `each` for a list inside others."""
        if not self.is_tree:
            return "rows"
        outer = self._element_of(around)
        return "/".join(self.lists[name][len(outer) :]) or "."

    def write_path(self, column: str, around: Sequence[str]) -> str:
        """Return how a column is named inside the lists around it: from the nearest element that has it."""
        if not self.is_tree:
            return column
        steps = tuple(column.split("/")) if column != "." else ()
        element = self._element_of(around)
        depth = 0
        while depth < min(len(element), len(steps)) and element[depth] == steps[depth]:
            depth += 1
        if depth < len(self.document):
            depth = 0  # a document has what the file says around it, under the paths of the file
        return "/".join(steps[depth:]) or "."

    def _element_of(self, around: Sequence[str]) -> Steps:
        return self.lists[around[-1]] if around else self.document


TABLE = Layout()


def share(paths: Sequence[Steps]) -> Steps:
    """Return the steps that all paths begin with."""
    first, *rest = paths
    depth = 0
    while depth < len(first) and all(
        len(one) > depth and one[depth] == first[depth] for one in rest
    ):
        depth += 1
    return first[:depth]
