"""Second opinion, pyx12: its reader, walker and error tree, driven with maps that are kept loaded.

`pyx12.x12n_document` parses its maps anew on every call (0.6 s). This is its loop with the maps
cached, for one set in one interchange; a test holds both to the same verdict.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from io import StringIO
from pathlib import Path
from typing import Any

import pyx12.error_handler
import pyx12.map_if
import pyx12.params
import pyx12.x12file
from pyx12.map_if._segment import apply_segment_errors
from pyx12.map_walker import apply_walk_errors, walk_tree

from translators.x12.second_opinion import Remark, Verdict

_AT_ST = frozenset(("1", "6", "7", "23"))  # AK502 codes that speak of ST; the others of SE
_HEADS = {"ISA": "/ISA_LOOP", "GS": "/ISA_LOOP/GS_LOOP"}


def judge_text(text: str, maps: Path, set_id: str) -> Verdict:
    """Return pyx12's verdict on an interchange with one set; what it raises is no verdict at all."""
    try:
        with _silenced():
            remarks = tuple(_list_remarks(_walk(text, maps, set_id)))
    except Exception as error:  # noqa: BLE001 -- IndexError, ValueError, AssertionError: all were met
        return Verdict("unjudged", reason=f"could not judge: {type(error).__name__}: {error}")
    return Verdict("rejected" if remarks else "accepted", remarks)


@contextmanager
def _silenced() -> Iterator[None]:
    """Keep pyx12 from writing every error to stderr; they are in its tree."""
    logger = logging.getLogger("pyx12")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(level)


@lru_cache(maxsize=64)
def _load_map(maps: Path, set_id: str) -> Any:
    """Return a loaded map; counts live in the walker, so it serves many sets."""
    return pyx12.map_if.load_map_file(f"{set_id}.xml", pyx12.params.ParamsBase(), str(maps))


def _walk(text: str, maps: Path, set_id: str) -> Any:
    """Return pyx12's error tree of the text."""
    source = pyx12.x12file.X12Reader(StringIO(text))
    errors, walker, map_ = pyx12.error_handler.err_handler(), walk_tree(), _load_map(maps, set_id)
    node = map_.getnodebypath("/ISA_LOOP/ISA")
    for segment in source:
        tag = segment.get_seg_id()
        if tag in _HEADS:
            node = map_.getnodebypath(f"{_HEADS[tag]}/{tag}")
            walker.forceWalkCounterToLoopStart(_HEADS[tag], f"{_HEADS[tag]}/{tag}")
            found = node
        else:
            place = (source.get_seg_count(), source.get_cur_line(), source.get_ls_id())
            found, _, _, faults = walker.walk_errors(node, segment, *place)
            apply_walk_errors(errors, faults)
        if found is None:
            continue
        node = found
        _enter(errors, node, segment, source)
        apply_segment_errors(node, segment, errors)
    source.cleanup()
    errors.handle_errors(source.pop_errors())
    return errors


def _enter(errors: Any, node: Any, segment: Any, source: Any) -> None:
    """Put the segment into the tree of errors, as `x12n_document` does for each kind."""
    tag = segment.get_seg_id()
    if tag in {"IEA", "GE", "SE"}:
        errors.handle_errors(source.pop_errors())
        close = {"IEA": errors.close_isa_loop, "GE": errors.close_gs_loop}
        close.get(tag, errors.close_st_loop)(node, segment, source)
        return
    if tag in {"ISA", "GS", "ST"}:
        enter = {"ISA": errors.add_isa_loop, "GS": errors.add_gs_loop}
        enter.get(tag, errors.add_st_loop)(segment, source)
    else:
        place = (source.get_seg_count(), source.get_cur_line(), source.get_ls_id())
        errors.add_seg(node, segment, *place)
    errors.handle_errors(source.pop_errors())


def _list_remarks(tree: Any) -> Iterator[Remark]:
    """Yield every error of the tree in the order of the file, but none of the ISA we wrote."""
    for isa in tree.children:
        yield from (Remark(code, "IEA", 0, sentence) for code, sentence in isa.errors)
        for group in isa.children:
            yield from (Remark(code, "GE", 0, sentence) for code, sentence in group.errors)
            for set_ in group.children:
                yield from _list_set(set_)


def _list_set(set_: Any) -> Iterator[Remark]:
    last = set_.cur_line_se - set_.cur_line_st + 1 if set_.cur_line_se else 1
    for code, sentence in set_.errors:
        at_start = code in _AT_ST or last == 1
        yield Remark(code, "ST" if at_start else "SE", 1 if at_start else last, sentence)
    yield from _list_elements("ST", 1, set_.elements)
    for segment in set_.children:
        tag, ordinal = segment.seg_id or "", segment.seg_count
        for code, sentence, value in segment.errors:
            yield Remark(code, tag, ordinal, sentence, value=value or "")
        yield from _list_elements(tag, ordinal, segment.elements)


def _list_elements(tag: str, ordinal: int, elements: list[Any]) -> Iterator[Remark]:
    for element in elements:
        for code, sentence, value in element.errors:
            yield Remark(
                code,
                tag,
                ordinal,
                sentence,
                element.ele_pos,
                element.subele_pos,
                value or "",
            )
