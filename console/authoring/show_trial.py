"""What came of a trial as people read it: source and values side by side, the entity, the findings."""

import sys
from collections.abc import Iterator, Sequence

import msgspec

from console.authoring.beside import SIGNS, Beside, list_given
from console.authoring.trial import Trial
from console.output import clean, show_line
from console.shape import width_of, wrap
from gateway.counted import counted
from translators.findings import Finding

TEXT = 46  # columns of the source
MOST_LINES = 120  # of an entity
MOST_FINDINGS = 40


def show_trials(trials: Sequence[Trial], *, everything: bool) -> None:
    """Write the documents that were put beside their source, then all findings, then the sum."""
    shown = [trial for trial in trials if trial.pieces or trial.values]
    for trial in shown:
        _show_document(trial, everything=everything)
    found = _list_found(trials)
    if found:
        show_line("findings")
        _show_lines(list(_fold(found)), None if everything else MOST_FINDINGS)
        show_line()
    _show_sum(trials, len(shown))


def _show_document(trial: Trial, *, everything: bool) -> None:
    show_line(f"{trial.place}: {trial.kind} → {trial.makes}, by {trial.mapping}")
    show_line()
    for piece in trial.pieces:
        _show_piece(piece)
    if trial.further:
        show_line(f"      … {trial.further} more; --all shows them")
    for text in list_given(trial.values):
        show_line(f"      {'not from the file':<{TEXT}}  {text}")
    show_line()
    if trial.entity is None:
        show_line("no entity comes of it")
    else:
        text = msgspec.json.format(msgspec.json.encode(trial.entity), indent=2).decode()
        _show_lines(text.splitlines(), None if everything else MOST_LINES)
    show_line()


def _show_piece(piece: Beside) -> None:
    text = clean(piece.text)
    shown = text if len(text) <= TEXT else f"{text[: TEXT - 1]}…"
    told = [*list_given(piece.values), *map(_say, piece.findings)] or [""]
    width, blank = width_of(sys.stdout), " " * (TEXT + 8)
    for at, given in enumerate(told):
        first = f"{piece.number:>4}  {shown:<{TEXT}}  " if at == 0 else blank
        show_line("\n".join(wrap(clean(given), width, first, f"{blank}  ")))


def _say(finding: Finding) -> str:
    field = f"{finding.field}: " if finding.field else ""
    return f"{SIGNS[finding.level]} {field}{finding.sentence}"


def _list_found(trials: Sequence[Trial]) -> list[tuple[str, Finding]]:
    return [(trial.place, finding) for trial in trials for finding in trial.findings]


def _fold(found: list[tuple[str, Finding]]) -> Iterator[str]:
    """Yield one line for all findings that say the same, errors first, with the first place."""
    alike: dict[tuple[str, str, str, str], list[tuple[str, Finding]]] = {}
    for place, one in found:
        alike.setdefault((one.level, one.field, one.sentence, one.rule), []).append((place, one))
    order = list(SIGNS)
    for (level, *_), several in sorted(alike.items(), key=lambda item: order.index(item[0][0])):
        place, first = several[0]
        times = f"{len(several)} times " if len(several) > 1 else ""
        within = f"{place}, " if first.place and first.place != place else ""
        field = f"{first.field}: " if first.field else ""
        advice = f"; {first.advice}" if first.advice else ""
        rule = f" [{first.rule}]" if first.rule else ""
        where = f"{within}{first.place or place}"
        yield f"{times}{level}: {field}{first.sentence}{advice} ({where}){rule}"


def _show_lines(lines: list[str], most: int | None) -> None:
    for line in lines[:most]:
        show_line(line)
    if most is not None and len(lines) > most:
        show_line(f"… {len(lines) - most} more lines; --all shows them")


def _show_sum(trials: Sequence[Trial], shown: int) -> None:
    documents = [trial for trial in trials if trial.kind]
    entities = sum(trial.entity is not None for trial in documents)
    levels = [one.level for trial in trials for one in trial.findings]
    counts = ", ".join(counted(levels.count(level), level) for level in SIGNS)  # type: ignore[arg-type]
    made = "1 entity" if entities == 1 else f"{entities} entities"
    show_line(f"{counted(len(documents), 'document')}, {made}: {counts}")
    if shown < len(documents):
        show_line(f"{counted(shown, 'document')} shown beside the source; --all shows all")
