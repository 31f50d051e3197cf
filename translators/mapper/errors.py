"""What an author of a mapping got wrong, with the file and line of each mistake.

MappingError              something in a mapping or a table must be mended
├── UnknownMappingError   no file of that name under any root
└── TableError            a crosswalk table cannot be used
"""

from collections.abc import Sequence

from translators.findings import Finding


class MappingError(Exception):
    """A mapping cannot be used; `findings` say why, each with its file and line."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        """Keep the findings; the message tells all of them."""
        super().__init__("\n".join(describe(finding) for finding in findings))
        self.findings = list(findings)


class UnknownMappingError(MappingError):
    """No mapping of that name stands under any root."""


class TableError(MappingError):
    """A table has no usable header, or says two things about one code."""


def describe(finding: Finding) -> str:
    """Return `file:line: sentence; advice`, as editors jump to it."""
    start = f"{finding.rule}: " if finding.rule else ""
    end = f"; {finding.advice}" if finding.advice else ""
    return f"{start}{finding.sentence}{end}"
