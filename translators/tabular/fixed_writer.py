"""Fixed width written: text on the left of its column, numbers on the right; nothing is cut in silence."""

from translators.findings import Finding
from translators.mapper.readers import NumberText
from translators.mapper.written import Written
from translators.tabular.csv_writer import encode_text
from translators.tabular.options import Span, table_options
from translators.writing import WrittenFile


def write_fixed(written: Written, makes: dict[str, str]) -> WrittenFile:
    """Return the rows without a header, each line ended by CRLF; what is too long is an error."""
    options = table_options(makes)
    findings: list[Finding] = []
    width = max((span.last for span in options.spans), default=0)
    lines = []
    for number, row in enumerate(written.rows, 1):
        line = [" "] * width
        for span in options.spans:
            line[span.first - 1 : span.last] = _fit(row.get(span.name, ""), span, number, findings)
        lines.append("".join(line).rstrip() + "\r\n")
    file = encode_text("".join(lines), options.encoding)
    return WrittenFile(file.data, findings + file.findings)


def _fit(text: str, span: Span, row: int, findings: list[Finding]) -> str:
    width = span.last - span.first + 1
    if len(text) > width:
        finding = Finding(
            level="error",
            code="too-long",
            sentence=f"{span.name} is {text[:60]!r}, and {width} characters have room",
            advice="make the column wider in the mapping, as agreed with the partner",
            place=f"row {row}",
        )
        findings.append(finding)
    is_number = isinstance(text, NumberText)
    return (text.rjust(width) if is_number else text.ljust(width))[:width]
