"""Fetch and convert the faces that official documents are set in; once, into a cache.

ReportLab embeds TrueType outlines only, and the free Simplified 仿宋 and 楷体 exist as CFF (Fandol, in
Debian's TeX package). So: find or unpack the sources without root, convert them once, and keep the
result under ``var/fonts`` keyed by the source's hash and the converter's version. Nothing is fetched when
the cache is there. Where the TeX package cannot be had, Noto alone serves and ``doctor`` says so.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import uharfbuzz as harfbuzz
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable

CONVERTER = "1"
MAX_ERROR = 1.0
"""Largest distance in font units between the cubic outline and its quadratic copy."""

FANDOL = {
    "fangsong": "FandolFang-Regular",
    "kaiti": "FandolKai-Regular",
    "heiti": "FandolHei-Regular",
    "xiaobiaosong": "FandolSong-Bold",
}
NOTO = {"songti": "NotoSerifSC-Regular"}
_TEX_PACKAGE = "texlive-lang-chinese"
_TEX_FOLDER = "usr/share/texlive/texmf-dist/fonts/opentype/public/fandol"


def build(cache: Path) -> Iterator[str]:
    """Fill ``cache`` with one TrueType file per face; yield a Chinese sentence per step.

    Idempotent: a face whose source has not changed is not converted again.
    """
    cache.mkdir(parents=True, exist_ok=True)
    sources = {face: _noto(name) for face, name in NOTO.items()}
    if all(any(cache.glob(f"{face}-*.ttf")) for face in FANDOL):
        yield "字体缓存已就绪"
    else:
        folder = _fandol_folder(cache)
        if folder is None:
            yield "未取得 TeX 中文字体包：公文将以思源宋体代替仿宋、楷体、黑体（可放入本单位字体文件）"
        else:
            sources |= {face: folder / f"{name}.otf" for face, name in FANDOL.items()}
    jobs = [
        (source, target)
        for face, source in sources.items()
        if not (target := cache / f"{face}-{_key(source)}.ttf").exists()
    ]
    if jobs:
        yield f"转换字体 {len(jobs)} 个，只做一次"
        with ProcessPoolExecutor(max_workers=min(len(jobs), os.cpu_count() or 1)) as pool:
            for name in pool.map(_convert_pair, jobs):
                yield f"已转换 {name}"
    shutil.rmtree(cache / "source", ignore_errors=True)


def _noto(name: str) -> Path:
    spec = find_spec("pylopdf_fonts_zh_cn")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("缺少字体包 pylopdf-fonts-zh-cn，请重新执行 make 安装依赖")
    return Path(spec.origin).parent / f"{name}.otf"


def _fandol_folder(cache: Path) -> Path | None:
    """The folder of Fandol faces: installed system-wide, or unpacked from the package without root."""
    installed = Path("/") / _TEX_FOLDER
    if (installed / "FandolFang-Regular.otf").exists():
        return installed
    apt, dpkg = shutil.which("apt-get"), shutil.which("dpkg-deb")
    if apt is None or dpkg is None:
        return None
    with tempfile.TemporaryDirectory() as work:
        got = subprocess.run(  # noqa: S603 - fixed arguments, resolved program
            [apt, "download", "-q", _TEX_PACKAGE], cwd=work, capture_output=True, check=False, timeout=240
        )
        package = next(Path(work).glob("*.deb"), None)
        if got.returncode or package is None:
            return None
        target = cache / "source"
        target.mkdir(exist_ok=True)
        subprocess.run([dpkg, "-x", str(package), str(target)], check=True, timeout=120)  # noqa: S603
    return target / _TEX_FOLDER


def _key(source: Path) -> str:
    return hashlib.sha256(source.read_bytes()).hexdigest()[:12] + "-" + CONVERTER


def _convert_pair(pair: tuple[Path, Path]) -> str:
    convert(*pair)
    return pair[1].name


def convert(source: Path, target: Path) -> None:
    """Write the CFF font ``source`` as TrueType to ``target`` (written beside, then renamed)."""
    font = TTFont(source, recalcTimestamp=False, recalcBBoxes=False)
    order = font.getGlyphOrder()
    outlines = harfbuzz.Font(harfbuzz.Face(harfbuzz.Blob.from_file_path(source)))
    glyphs = {}
    for number, name in enumerate(order):
        pen = TTGlyphPen(None)
        outlines.draw_glyph_with_pen(number, Cu2QuPen(pen, MAX_ERROR, reverse_direction=True))
        glyphs[name] = pen.glyph()
    font["loca"] = newTable("loca")
    glyf = font["glyf"] = newTable("glyf")
    glyf.glyphOrder = order
    glyf.glyphs = glyphs
    for name in order:
        glyphs[name].recalcBounds(glyf)
    font["hmtx"].metrics = {
        name: (advance, getattr(glyphs[name], "xMin", 0) or 0)
        for name, (advance, _) in font["hmtx"].metrics.items()
    }
    maxp = font["maxp"] = newTable("maxp")
    maxp.tableVersion = 0x00010000
    maxp.numGlyphs = len(order)
    for attribute in (
        "maxPoints", "maxContours", "maxCompositePoints", "maxCompositeContours", "maxTwilightPoints",
        "maxStorage", "maxFunctionDefs", "maxInstructionDefs", "maxStackElements",
        "maxSizeOfInstructions", "maxComponentElements", "maxComponentDepth",
    ):  # fmt: skip
        setattr(maxp, attribute, 0)
    maxp.maxZones = 1
    maxp.recalc(font)
    font["hhea"].recalc(font)
    font["post"].formatType = 3.0
    for table in ("CFF ", "VORG", "GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx"):
        if table in font:
            del font[table]
    font.sfntVersion = "\000\001\000\000"
    beside = target.with_suffix(".part")
    font.save(beside)
    beside.replace(target)
