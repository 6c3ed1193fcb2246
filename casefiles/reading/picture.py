"""Picture files: every frame of a JPG, PNG, TIFF, WebP, BMP, GIF or HEIC is a page that waits for OCR."""

import importlib
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from .model import Page
from .outcome import Parsed, Unreadable

MAX_PIXELS = 100_000_000
MAX_FRAMES = 1_000
WORKING_SIDE = 2600
Image.MAX_IMAGE_PIXELS = None  # sizes are checked below, before a pixel is decoded


def _open(path: Path) -> Image.Image:
    with path.open("rb") as stream:
        head = stream.read(12)
    if head[4:8] == b"ftyp":
        importlib.import_module("pillow_heif").register_heif_opener()  # only phones' pictures need it
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(path)
    except MemoryError:
        raise
    except Exception as error:
        raise Unreadable(
            "图片已损坏或格式不受支持，无法打开", "请重新拍摄或扫描，存为 JPG 或 PNG 后上传"
        ) from error
    if image.width * image.height > MAX_PIXELS:
        size = f"{image.width}×{image.height}"
        raise Unreadable(
            f"图片尺寸 {size} 像素，超过每页 1 亿像素的上限，未解码", "请以 300 dpi 以下重新扫描后上传"
        )
    return image


def read_picture(path: Path) -> Parsed:
    """Sizes of all frames; their text comes from OCR."""
    image = _open(path)
    frames = int(getattr(image, "n_frames", 1)) if image.format in ("TIFF", "MPO", "HEIF") else 1
    if image.format == "MPO":
        frames = 1
    if frames > MAX_FRAMES:
        raise Unreadable(
            f"图片共 {frames} 页，超过每份 {MAX_FRAMES} 页的上限", "请按文书拆分成几个文件后上传"
        )
    parsed = Parsed("image", properties={"page_count": frames})
    taken = image.getexif().get(36867) or image.getexif().get(306)
    if taken:
        parsed.properties["taken_at"] = str(taken)[:19]
    for number in range(1, frames + 1):
        if frames > 1:
            image.seek(number - 1)
            if image.width * image.height > MAX_PIXELS:
                raise Unreadable(
                    f"第{number}页超过每页 1 亿像素的上限，未解码", "请以 300 dpi 以下重新扫描后上传"
                )
        parsed.pages.append(Page(number, width=float(image.width), height=float(image.height), source="none"))
        parsed.scans.append(number)
    return parsed


def load_picture(path: Path, index: int) -> Any:
    """A frame as an array of height × width × 3, turned as its own tag says, at most 2,600 pixels a side."""
    image = _open(path)
    try:
        if index:
            image.seek(index)
        image.draft("RGB", (WORKING_SIDE, WORKING_SIDE))
        image = ImageOps.exif_transpose(image)
        image.thumbnail((WORKING_SIDE, WORKING_SIDE), Image.Resampling.BOX, reducing_gap=2.0)
        if image.mode in ("RGBA", "LA", "P", "PA"):
            layer = image.convert("RGBA")
            ground = Image.new("RGBA", layer.size, "white")
            ground.alpha_composite(layer)
            image = ground
        return np.array(image.convert("RGB"))
    except MemoryError:
        raise
    except Exception as error:
        raise Unreadable("图片数据不完整，无法解码", "请重新拍摄或扫描后上传") from error
