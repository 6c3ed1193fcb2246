"""Straightening of scans and photographs: the paper found on a desk, tilt removed, ruling lines found.

Pictures are NumPy arrays of height × width × 3, red green blue, 8 bits.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from .tables import Rule

Picture = Any
"""numpy.ndarray of uint8."""

LONG_SIDE = 1754
"""Pixels of an A4 page's long side at 150 dpi."""


@dataclass(frozen=True, slots=True)
class Flat:
    """A straightened page and the matrix (3 × 3) that leads from its pixels back to the stored picture's."""

    picture: Picture
    back: Any
    paper: bool = False
    """A sheet was found on a darker ground."""

    def place(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        """A box of the straightened page in pixels of the stored one."""
        corners = np.array([[x0, y0, 1.0], [x1, y0, 1.0], [x1, y1, 1.0], [x0, y1, 1.0]]).T
        moved = self.back @ corners
        xs, ys = moved[0] / moved[2], moved[1] / moved[2]
        return float(xs.min()), float(ys.min()), float(xs.max()), float(ys.max())


def flatten(picture: Picture) -> Flat:
    """Cut the sheet out of a photograph, then take out the tilt."""
    sheet = _sheet(picture)
    if sheet is not None:
        flat, back = _cut(picture, sheet)
    else:
        flat, back = _scaled(picture)
    angle = tilt(flat)
    if abs(angle) >= 0.12:
        height, width = flat.shape[:2]
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
        flat = cv2.warpAffine(
            flat, turn, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        back = back @ np.linalg.inv(np.vstack([turn, [0, 0, 1]]))
    return Flat(flat, back, sheet is not None)


def _scaled(picture: Picture) -> tuple[Picture, Any]:
    height, width = picture.shape[:2]
    scale = min(1.0, 1.15 * LONG_SIDE / max(height, width)) if max(height, width) > 1.3 * LONG_SIDE else 1.0
    if scale == 1.0:
        return picture, np.eye(3)
    small = cv2.resize(picture, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_AREA)
    return small, np.diag([width / small.shape[1], height / small.shape[0], 1.0])


def _sheet(picture: Picture) -> Any | None:
    """Corners of a light sheet on a darker desk, clockwise from the top left; None if the page fills the picture."""
    height, width = picture.shape[:2]
    scale = 640 / max(height, width)
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    gray = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), (5, 5), 0)
    level, mask = cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    edges = np.concatenate([mask[:3].ravel(), mask[-3:].ravel(), mask[:, :3].ravel(), mask[:, -3:].ravel()])
    if level < 60 or edges.mean() > 0.5 * 255:
        return None
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    best = max(contours, key=cv2.contourArea, default=None)
    area = gray.shape[0] * gray.shape[1]
    if best is None or not 0.3 * area < cv2.contourArea(best) < 0.985 * area:
        return None
    hull = cv2.convexHull(best)
    for share in (0.01, 0.02, 0.03, 0.05):
        corners = cv2.approxPolyDP(hull, share * cv2.arcLength(hull, True), True)
        if len(corners) == 4 and cv2.contourArea(corners) > 0.93 * cv2.contourArea(hull):
            return _clockwise(corners.reshape(4, 2).astype(np.float32) / scale)
    return None


def _clockwise(corners: Any) -> Any:
    total, difference = corners.sum(axis=1), corners[:, 1] - corners[:, 0]
    order = [total.argmin(), difference.argmin(), total.argmax(), difference.argmax()]
    return corners[order]


def _cut(picture: Picture, corners: Any) -> tuple[Picture, Any]:
    """The sheet as a flat page; the ratio of A4 is assumed where it is near."""
    top, right, bottom, left = (float(np.linalg.norm(corners[i] - corners[(i + 1) % 4])) for i in range(4))
    width, height = max(top, bottom), max(left, right)
    ratio = height / max(1.0, width)
    for known in (297 / 210, 210 / 297):
        ratio = known if abs(ratio / known - 1) < 0.12 else ratio
    size = (round(LONG_SIDE / ratio), LONG_SIDE) if ratio >= 1 else (LONG_SIDE, round(LONG_SIDE * ratio))
    goal = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], np.float32)
    there = cv2.getPerspectiveTransform(corners.astype(np.float32), goal)
    return cv2.warpPerspective(picture, there, size, flags=cv2.INTER_AREA), np.linalg.inv(there)


def dark(picture: Picture) -> Any:
    """A mask (0 or 255) of ink, whatever the light: darker than its surroundings."""
    gray = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) if picture.ndim == 3 else picture
    return cv2.adaptiveThreshold(gray, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 14)


def tilt(picture: Picture) -> float:
    """Tilt of the lines in degrees, at most 6; positive where the picture must be turned anticlockwise."""
    height, width = picture.shape[:2]
    scale = 800 / max(height, width)
    ink = cv2.resize(dark(picture), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ink[:8], ink[-8:], ink[:, :8], ink[:, -8:] = 0, 0, 0, 0
    centre = (ink.shape[1] / 2, ink.shape[0] / 2)

    def sharpness(angle: float) -> float:
        turn = cv2.getRotationMatrix2D(centre, angle, 1.0)
        turned = cv2.warpAffine(ink, turn, (ink.shape[1], ink.shape[0]), flags=cv2.INTER_NEAREST)
        profile = turned.sum(axis=1, dtype=np.float64)
        return float(((profile[1:] - profile[:-1]) ** 2).sum())

    level = sharpness(0.0)
    best = max(np.arange(-6, 6.01, 0.75), key=sharpness)
    best = max(np.arange(best - 0.7, best + 0.71, 0.2), key=sharpness)
    best = max(np.arange(best - 0.15, best + 0.16, 0.05), key=sharpness)
    return float(best) if sharpness(best) > 1.03 * level else 0.0


def rules(picture: Picture) -> tuple[list[Rule], list[Rule]]:
    """Horizontal and vertical ruling lines of an upright, straight page."""
    ink = dark(picture)
    flat = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, 60), np.uint8))
    tall = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((36, 1), np.uint8))
    across = [(y + h / 2, float(x), float(x + w)) for x, y, w, h in _runs(flat, (3, 25)) if h <= 14]
    down = [(x + w / 2, float(y), float(y + h)) for x, y, w, h in _runs(tall, (25, 3)) if w <= 14]
    return across, down


def _runs(mask: Any, reach: tuple[int, int]) -> list[tuple[int, int, int, int]]:
    """Bounding boxes (x, y, width, height) of strokes, small gaps closed."""
    closed = cv2.dilate(mask, np.ones(reach, np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(closed, connectivity=8)
    grow_y, grow_x = reach[0] // 2, reach[1] // 2
    found = []
    for x, y, w, h, _ in stats[1:count]:
        found.append(
            (int(x + grow_x), int(y + grow_y), int(max(1, w - 2 * grow_x)), int(max(1, h - 2 * grow_y)))
        )
    return found
