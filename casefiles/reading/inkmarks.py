"""Seals, signatures and photographs on a page image, by colour and ink."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from .paper import Picture, dark


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the straightened page in pixels, with a certainty from 0 to 1."""

    x0: int
    y0: int
    x1: int
    y1: int
    certainty: float

    @property
    def place(self) -> tuple[float, float, float, float]:
        return (self.x0, self.y0, self.x1, self.y1)


def red(picture: Picture) -> Any:
    """Mask (0 or 255) of seal red, strong or pale."""
    wide = picture.astype(np.int16)
    other = np.maximum(wide[..., 1], wide[..., 2])
    return ((wide[..., 0] - other > 38) & (wide[..., 0] > 90)).astype(np.uint8) * 255


def pen(picture: Picture) -> tuple[Any, Any]:
    """Masks (0 or 255) of connected strokes that surely, and that perhaps, are a pen's: ink with a blue cast."""
    wide = picture.astype(np.int16)
    paper = np.median(wide.reshape(-1, 3)[::97], axis=0)
    gray = wide.mean(axis=2)
    inked = ((gray < paper.mean() * 0.66) & (red(picture) == 0)).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(inked, connectivity=8)
    casts = np.bincount(labels.ravel(), weights=(wide[..., 2] - wide[..., 0]).ravel(), minlength=count)
    casts = casts / np.maximum(1, stats[:, cv2.CC_STAT_AREA]) - float(paper[2] - paper[0]) / 2
    large = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) < 0.45 * picture.shape[1]
    large[0] = False
    sure = (casts > 4.0) & (stats[:, cv2.CC_STAT_AREA] >= 12) & large
    perhaps = (casts > 0.5) & large
    return (sure[labels] * 255).astype(np.uint8), (perhaps[labels] * 255).astype(np.uint8)


def pen_words(mask: Any) -> list[Spot]:
    """Groups of pen strokes as large as a written name."""
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((13, 29), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    found = []
    for label, (x, y, w, h, _) in enumerate(stats[1:count], 1):
        strokes = int((mask[y : y + h, x : x + w][labels[y : y + h, x : x + w] == label] > 0).sum())
        if w > 34 and h > 26 and strokes > 160:
            found.append(Spot(int(x), int(y), int(x + w), int(y + h), 0.9))
    return found


def layers(picture: Picture, mask: Any) -> tuple[Picture, Picture]:
    """The page without the pen strokes of ``mask``, and the pen strokes alone on white."""
    grown = cv2.dilate(mask, np.ones((5, 5), np.uint8)) > 0
    paper = np.percentile(picture.reshape(-1, 3)[::31], 80, axis=0).astype(np.uint8)
    printed, written = picture.copy(), np.full_like(picture, 255)
    printed[grown] = paper
    written[grown] = picture[grown]
    return printed, written


def without_red(picture: Picture, mask: Any) -> Picture:
    """The page with red ink bleached and the black beneath it kept."""
    if not mask.any():
        return picture
    channel = picture[..., 0].astype(np.float32)
    level = float(np.median(channel[mask > 0]))
    bleached = np.clip((channel - 0.35 * level) * 255 / max(20.0, 0.45 * level), 0, 255).astype(np.uint8)
    grown = cv2.dilate(mask, np.ones((7, 7), np.uint8)) > 0
    clean = picture.copy()
    clean[grown] = np.repeat(bleached[grown][:, None], 3, axis=1)
    return clean


def seals(mask: Any, page_width: int) -> list[Spot]:
    """Round or oval red shapes of 2.5 to 7 cm on a page of A4 width."""
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((25, 25), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    found = []
    for label, (x, y, w, h, _) in enumerate(stats[1:count], 1):
        if not (0.07 * page_width < max(w, h) < 0.4 * page_width) or min(w, h) < 0.45 * max(w, h):
            continue
        inside = mask[y : y + h, x : x + w]
        filled = float((inside > 0).mean())
        if filled < 0.04 or filled > 0.9:
            continue
        ring = _roundness(labels[y : y + h, x : x + w] == label)
        certainty = 0.95 if ring > 0.75 and min(w, h) > 0.75 * max(w, h) else 0.6
        found.append(Spot(int(x), int(y), int(x + w), int(y + h), certainty))
    return found


def _roundness(shape: Any) -> float:
    """Share of 36 directions in which the shape reaches near its inscribed ellipse."""
    height, width = shape.shape
    hits = 0
    for step in range(36):
        angle = step * np.pi / 18
        reach = np.linspace(0.8, 1.0, 8)
        xs = np.clip(((1 + reach * np.cos(angle)) * width / 2).astype(int), 0, width - 1)
        ys = np.clip(((1 + reach * np.sin(angle)) * height / 2).astype(int), 0, height - 1)
        hits += bool(shape[ys, xs].any())
    return hits / 36


def unrolled(picture: Picture, seal: Spot) -> Picture:
    """The lettering along a seal's rim as a strip, read clockwise from its foot; print beneath it bleached."""
    cx, cy = (seal.x0 + seal.x1) / 2, (seal.y0 + seal.y1) / 2
    rx, ry = (seal.x1 - seal.x0) / 2, (seal.y1 - seal.y0) / 2
    outer, inner, rows = 0.94, 0.66, 48
    columns = int(2 * np.pi * (outer + inner) / 2 * rows / (outer - inner) * 0.85)
    angles = np.pi / 2 + np.linspace(0, 2 * np.pi, columns)
    depths = np.linspace(outer, inner, rows)
    xs = (cx + rx * depths[:, None] * np.cos(angles)[None, :]).astype(np.float32)
    ys = (cy + ry * depths[:, None] * np.sin(angles)[None, :]).astype(np.float32)
    strip = cv2.remap(picture, xs, ys, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE).astype(np.int16)
    first, green = strip[..., 0], strip[..., 1]
    strong = first[first - green > 60]
    limit = 0.62 * float(np.median(strong)) if strong.size else 90.0
    black = cv2.dilate((first < limit).astype(np.uint8), np.ones((2, 2), np.uint8)) > 0
    letters = np.where(black, 250, green)
    low, high = np.percentile(letters, 3), np.percentile(letters, 80)
    stretched = np.clip((letters - low) * 255.0 / max(1.0, high - low), 0, 255).astype(np.uint8)
    return np.repeat(stretched[..., None], 3, axis=2)


def photographs(picture: Picture) -> list[Spot]:
    """Areas with tone all over, as photographs have, covering more than 3 % of the page; or the whole page."""
    height, width = picture.shape[:2]
    scale = 400 / max(height, width)
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    gray = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    light = float(np.percentile(gray, 98))
    ground = float((gray > light - 40).mean())
    if ground < 0.35 or (light < 190 and ground < 0.75):
        return [Spot(0, 0, width, height, 0.9)]
    toned = (gray < np.percentile(gray, 95) - 45).astype(np.uint8) * 255
    toned = cv2.morphologyEx(toned, cv2.MORPH_OPEN, np.ones((7, 7), np.uint8))
    toned = cv2.morphologyEx(toned, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(toned)
    found = []
    for x, y, w, h, area in stats[1:count]:
        if w * h > 0.03 * gray.size and area > 0.7 * w * h and min(w, h) > 30:
            found.append(
                Spot(int(x / scale), int(y / scale), int((x + w) / scale), int((y + h) / scale), 0.9)
            )
    return found


def covered(picture: Picture, spots: list[Spot]) -> Picture:
    """The page with the given places made white."""
    if not spots:
        return picture
    page = picture.copy()
    for spot in spots:
        page[max(0, spot.y0 - 6) : spot.y1 + 6, max(0, spot.x0 - 6) : spot.x1 + 6] = 255
    return page


def is_blank(picture: Picture) -> bool:
    """No more ink than dust and the shadow of an edge."""
    height, width = picture.shape[:2]
    inner = dark(picture)[height // 20 : -height // 20, width // 20 : -width // 20]
    cleaned = cv2.morphologyEx(inner, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    return float((cleaned > 0).mean()) < 0.0004
