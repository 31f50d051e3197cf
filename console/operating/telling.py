"""Telling: what a running gateway says on stderr: each thing once, and only what concerns somebody."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from console.output import show_error
from flows.turn import Turned
from gateway.partners.partners import Partners
from translators.findings import Finding


@dataclass(slots=True)
class Teller:
    """What was said already."""

    waiting: dict[int, str] = field(default_factory=dict)  # why each file waits
    findings: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
    folders: list[str] = field(default_factory=list)  # those that could not be made
    drifts: list[str] = field(default_factory=list)  # mappings whose files are not what runs

    def tell(self, turned: Turned) -> None:
        """Say a line for each file that was done; of one that waits, once for each reason."""
        for outcome in turned.outcomes:
            if outcome.state == "taken":  # another worker tells what becomes of it
                continue
            is_known = self.waiting.pop(outcome.file_id, None) == outcome.reason
            if outcome.state == "waiting":
                self.waiting[outcome.file_id] = outcome.reason
                if is_known:
                    continue
            reason = f": {outcome.reason}" if outcome.reason else ""
            show_error(f"{outcome.partner} {outcome.name} {outcome.state}{reason}")

    def tell_folders(self, sentences: list[str]) -> None:
        """Say which folders cannot be made, where that was not said before."""
        for sentence in sentences:
            if sentence not in self.folders:
                show_error(sentence)
        self.folders = sentences

    def tell_drifts(self, sentences: list[str]) -> None:
        """Say which mappings run as published while their files say something else."""
        for sentence in sentences:
            if sentence not in self.drifts:
                show_error(sentence)
        self.drifts = sentences

    def tell_partners(self, partners: Partners) -> None:
        """Say whose file broke and whose was mended since this was last called."""
        before, self.findings = self.findings, partners.findings
        for name, found in partners.findings.items():
            if found and found != before.get(name):
                out = "" if name in partners.partners else " is left out"
                show_error(f"partner {name}{out}: {found[0]}; see cmgateway partner check")
        for name in before:
            if name not in partners.findings and name in partners.partners:
                show_error(f"partner {name} is used again: its file is mended")
