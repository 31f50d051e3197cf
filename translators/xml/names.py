"""Names of elements: namespaces are told by URI; the prefixes of a mapping are its own."""

from dataclasses import dataclass, field

XML = "http://www.w3.org/XML/1998/namespace"


@dataclass(slots=True, frozen=True)
class Names:
    """The namespace of names without a prefix, and that of each prefix."""

    plain: str = ""
    prefixes: dict[str, str] = field(default_factory=dict)

    def shorten(self, tag: str) -> str:
        """Return `Name` or `c:Name` for `{urn:x}Name`; as it is where the mapping has no word for it."""
        space, name = _split(tag)
        if space == self.plain:
            return name
        prefix = next((one for one, uri in self.prefixes.items() if uri == space), None)
        if prefix is not None:
            return f"{prefix}:{name}"
        return f"{{{space}}}{name}"

    def shorten_attribute(self, tag: str) -> str:
        """Return an attribute's name; one without a prefix is in no namespace."""
        space, name = _split(tag)
        return self.shorten(tag) if space else name

    def expand(self, name: str, *, is_attribute: bool = False) -> str | None:
        """Return `{urn:x}Name` for `c:Name`; None where the prefix is not declared."""
        prefix, colon, local = name.rpartition(":")
        if not colon:
            return f"{{{self.plain}}}{name}" if self.plain and not is_attribute else name
        uri = self.prefixes.get(prefix)
        return f"{{{uri}}}{local}" if uri else None


def read_names(said: dict[str, str]) -> Names:
    """Return the names a mapping declares under `reads` or `makes`."""
    prefixes = {"xml": XML}
    for line in said.get("namespaces", "").splitlines():
        prefix, _, uri = line.partition(": ")
        prefixes[prefix.strip()] = uri.strip()
    return Names(said.get("namespace", ""), prefixes)


def _split(tag: str) -> tuple[str, str]:
    space, brace, name = tag[1:].partition("}") if tag.startswith("{") else ("", "", tag)
    return space, name if brace else tag
