"""Text recognition with the models inside the rapidocr wheel; nothing is fetched from a network."""

import re
import unicodedata
from functools import cache
from typing import Any, cast

import cv2
import numpy as np
from rapidocr import RapidOCR

from .layout import Glyph
from .paper import Picture

DETECT_SIDE = 1344
"""Long side in pixels at which lines are looked for; they are read at full size."""
NARROWED = 0.85
"""Share of their width at which lines are read: recognition takes every line 48 pixels high, at which the characters
of common print are broader than it needs, and its time goes by the width."""
_SMALL = 32
"""Height in pixels of text boxes below which a line is read at its full width: small print would read worse."""
_FAINT, _SPECKS = 40, 4
"""How much darker than the paper ink is, and the dots of it in a row or column that are no dust."""
SURE = 0.999
"""Recognition is never as sure as print: 1.0 says that nothing had to be recognised."""


class _Engine(RapidOCR):
    def look_for_lines(self, part: Picture, whole: Picture) -> None:
        """Lines are looked for in a part of a page as large as in the whole."""
        side = DETECT_SIDE * max(part.shape[:2]) / max(whole.shape[:2])
        cast(Any, self)._load_det_model().limit_side_len = round(side)

    def recognize_txt(self, img: list[Picture]) -> Any:
        return super().recognize_txt([_narrowed(line) for line in img])


def _narrowed(line: Picture) -> Picture:
    if line.shape[0] < _SMALL or line.shape[1] < 2 * line.shape[0]:
        return line
    return cv2.resize(line, None, fx=NARROWED, fy=1.0, interpolation=cv2.INTER_AREA)


@cache
def _engine() -> Any:
    return _Engine(
        params={
            "Global.use_cls": False,
            "Global.log_level": "critical",
            "Global.return_word_box": True,
            "Global.return_single_char_box": True,
            "Global.max_side_len": 2600,
            "Det.limit_type": "max",
            "Det.limit_side_len": DETECT_SIDE,
            # lines one by one need no padding to the widest, and fit the processor's cache
            "Rec.rec_batch_num": 1,
            # without it every layer takes its memory from the system afresh, page fault by page fault
            "EngineConfig.onnxruntime.enable_cpu_mem_arena": True,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def _turned(picture: Picture) -> Any:
    """Blue before red, as the models were taught; in one block, or OpenCV copies the page for every line it cuts."""
    return np.ascontiguousarray(picture[..., ::-1])


def _inked(picture: Picture) -> tuple[slice, slice]:
    """The rows and columns that hold ink, with some room around: looking for lines takes its time by the area."""
    darkest = picture.min(axis=2)
    ink = darkest < int(np.median(darkest[::8, ::8])) - _FAINT
    room, spans = max(picture.shape) // 50, []
    for axis, size in ((1, picture.shape[0]), (0, picture.shape[1])):
        held = np.flatnonzero(np.count_nonzero(ink, axis=axis) >= _SPECKS)
        spans.append(
            slice(max(0, held[0] - room), min(size, held[-1] + room)) if len(held) else slice(0, size)
        )
    return spans[0], spans[1]


def recognise(picture: Picture) -> list[Glyph]:
    """All characters of an upright page in pixels; ``piece`` numbers the text boxes."""
    rows, columns = _inked(picture)
    part = picture[rows, columns]
    _engine().look_for_lines(part, picture)
    result = _engine()(_turned(part))
    words = getattr(result, "word_results", None)
    if not words or getattr(result, "boxes", None) is None:
        return []
    if not all(len(item) == 3 for word in words for item in word):
        words = [
            _spread(box, text, score)
            for box, text, score in zip(result.boxes, result.txts, result.scores, strict=True)
        ]
    glyphs: list[Glyph] = []
    for piece, word in enumerate(words, 1):
        text = tidy("".join(char for char, _, _ in word))
        for char, (_, score, box) in zip(text, word, strict=True):
            xs, ys = [point[0] + columns.start for point in box], [point[1] + rows.start for point in box]
            glyphs.append(
                Glyph(char, min(xs), min(ys), max(xs), max(ys), None, min(float(score), SURE), piece)
            )
    return glyphs


def _spread(box: Any, text: str, score: float) -> list[tuple[str, float, Any]]:
    """Characters set evenly over a text box, where the engine gave no places of its own."""
    (x0, y0), (x1, y1) = np.min(box, axis=0), np.max(box, axis=0)
    widths = [1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.55 for char in text]
    unit = (x1 - x0) / max(1.0, sum(widths))
    done, at = [], float(x0)
    for char, width in zip(text, widths, strict=True):
        done.append((char, score, [(at, y0), (at + width * unit, y1)]))
        at += width * unit
    return done


def boxes(picture: Picture) -> Any:
    """Text boxes only, as an array of four corners each (empty where there is no text)."""
    _engine().look_for_lines(picture, picture)
    result = _engine()(_turned(picture), use_rec=False, use_det=True, return_word_box=False)
    _engine().update_params(use_rec=True, return_word_box=True)
    found = getattr(result, "boxes", None)
    return found if found is not None else np.zeros((0, 4, 2))


def read_strip(picture: Picture) -> tuple[str, float]:
    """Text and score of a picture that holds a single line."""
    if min(picture.shape[:2]) < 8:
        return "", 0.0
    result = _engine()(_turned(picture), use_det=False, use_rec=True)
    _engine().update_params(use_det=True)
    texts, scores = getattr(result, "txts", None), getattr(result, "scores", None)
    return (tidy(str(texts[0])), float(scores[0])) if texts and scores else ("", 0.0)


_WIDE = {",": "，", ":": "：", ";": "；", "?": "？", "!": "！"}


def _narrow(char: str) -> bool:
    return char.isascii() and char.isalnum()


def tidy(text: str) -> str:
    """Punctuation that recognition halves or mixes brought back to the Chinese form, character for character."""
    chars = list(text)
    for i, char in enumerate(text):
        before, after = text[max(0, i - 1) : i], text[i + 1 : i + 2]
        if char in _WIDE and any(unicodedata.east_asian_width(c) in "WF" for c in before + after):
            chars[i] = _WIDE[char]
        elif (char == "(" and not _narrow(before)) or (char == ")" and not _narrow(after)):
            chars[i] = "（" if char == "(" else "）"
    for match in re.finditer(r"[〔\[（(【][0-9]{4}[\]〕)）}】]", text):
        if text[match.start()] in "〔[" or text[match.end() - 1] in "〕]":
            chars[match.start()], chars[match.end() - 1] = "〔", "〕"
    return "".join(chars)
