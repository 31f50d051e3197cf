"""Told: how what was found is said to the one who sent it."""

from translators.findings import Finding

OURS = "a fault on our side keeps us from using it; nothing is wrong with what you sent"


def sentence_of(finding: Finding) -> str:
    """Return a finding as one sentence for its sender, with what to do; a fault of ours as such."""
    if finding.audience == "ops":
        return OURS
    return f"{finding.sentence}: {finding.advice}" if finding.advice else finding.sentence


def tell_sender(found: list[Finding], place: str = "") -> list[tuple[str, bool]]:
    """Return lines, each with whether the sender can mend it; a fault of ours is told as such."""
    lines: list[tuple[str, bool]] = []
    for finding in found:
        if finding.level == "note":
            continue
        if finding.audience == "ops":
            lines.append((f"- {place}: {OURS}" if place else f"- {OURS}", False))
            continue
        where = f"{finding.place}: " if finding.place else ""
        lines.append((f"- {where}{finding.sentence}", finding.level == "error"))
        if finding.advice:
            lines.append((f"  what to do: {finding.advice}", False))
    return list(dict.fromkeys(lines))
