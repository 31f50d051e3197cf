"""All partners of a site: by name, by envelope, by channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from msgspec import structs

from gateway.partners.identities import find_sender, unknown_sender
from gateway.partners.partner import InChannel, Partner
from translators.document import Envelope
from translators.findings import Finding


class PartnerError(Exception):
    """A partner that was asked for cannot be used; `findings` tell why."""

    def __init__(self, sentence: str, findings: Sequence[Finding] = ()) -> None:
        """Keep the findings, one sentence a line below the first."""
        super().__init__("\n".join([sentence, *(str(finding) for finding in findings)]))
        self.findings = tuple(findings)


@dataclass(slots=True, frozen=True)
class Partners:
    """The partners whose files are sound, and what is wrong with the others, by file name."""

    folder: Path
    partners: Mapping[str, Partner] = field(default_factory=dict)
    findings: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
    fingerprint: str = ""

    def get(self, name: str) -> Partner:
        """Return the partner of that name; raises PartnerError where there is none or it is broken."""
        if name in self.partners:
            return self.partners[name]
        if name in self.findings:
            sentence = f"the file of partner {name} cannot be used"
            raise PartnerError(sentence, self.findings[name])
        close = get_close_matches(name, [*self.partners, *self.findings], n=1)
        hint = (
            f"did you mean {close[0]}?"
            if close
            else f"there are {', '.join(self.partners) or 'none'}"
        )
        raise PartnerError(f"there is no partner {name} in {self.folder}; {hint}")

    def list_partners(self, role: str = "") -> list[Partner]:
        """Return the sound partners, by name; with a role, those of that role."""
        return [one for _, one in sorted(self.partners.items()) if role in ("", one.role)]

    def channels(self) -> list[tuple[Partner, InChannel]]:
        """Return every place where files arrive, with its partner."""
        return [(one, channel) for one in self.list_partners() for channel in one.channels.arriving]

    def find_by_x12(self, envelope: Envelope) -> Partner | None:
        """Return who sent the envelope, by ISA qualifier and id, then by GS code (B-17, B-18)."""
        return find_sender(envelope, self.list_partners())

    def explain_unknown(self, envelope: Envelope) -> Finding:
        """Return why no partner sent the envelope, with the nearest one where there is any."""
        finding = unknown_sender(envelope, self.list_partners())
        broken = [name for name in self.findings if name not in self.partners]
        if not broken:
            return finding
        also = f"{finding.advice}; the files of {', '.join(broken)} cannot be used, it may be one of them"
        return structs.replace(finding, advice=also)
