"""Single files that mean harm or are broken: documents, pictures, recordings, programs in disguise.

Every maker returns bytes, or is given the path to write where bytes would be too many. The second value of an entry
says which outcomes are right.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
from docx import Document
from openpyxl import Workbook
from PIL import Image

Maker = Callable[[], bytes]
REFUSED = ("refused",)
APART = ("quarantined",)
NOT_READ = ("refused", "quarantined", "kept")
READ = ("read",)
ANY = ("read", "refused", "quarantined", "kept")
_CT = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def docx(text: str = "行政处罚决定书") -> bytes:
    document = Document()
    document.add_paragraph(text)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def package(body: str | bytes, name: str = "word/document.xml", **others: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _CT)
        archive.writestr(name, body)
        for other, data in others.items():
            archive.writestr(other.replace("__", "/").replace("_dot_", "."), data)
    return target.getvalue()


def word(body: str) -> str:
    return f'<?xml version="1.0"?><w:document {_W}><w:body>{body}</w:body></w:document>'


def laughs(root: str) -> str:
    entities = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 12))
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "哈">{entities}]>' + root.replace("$", "&l11;")


def xlsx() -> bytes:
    book = Workbook()
    book.active["A1"] = "决定书文号"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def pdf(pages: int = 1, **options: object) -> bytes:
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page()
    target = io.BytesIO()
    document.save(target, **options)  # type: ignore[arg-type]
    return target.getvalue()


def pdf_of(objects: list[bytes], root: int = 1) -> bytes:
    """A hand-made PDF of numbered objects."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for i, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{i} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    out += f"trailer <</Size {len(objects) + 1}/Root {root} 0 R>>\nstartxref\n{start}\n%%EOF".encode()
    return bytes(out)


_CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"


def image_bomb_pdf() -> bytes:
    data = zlib.compress(b"\x00" * 20_000_000, 9)
    stream = (
        b"<</Type/XObject/Subtype/Image/Width 20000/Height 20000/ColorSpace/DeviceGray/BitsPerComponent 8"
    )
    stream += f"/Filter/FlateDecode/Length {len(data)}>>stream\n".encode() + data + b"\nendstream"
    content = b"q 595 0 0 842 0 0 cm /I Do Q"
    return pdf_of([
        _CATALOG, b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</XObject<</I 4 0 R>>>>/Contents 5 0 R>>",
        stream, f"<</Length {len(content)}>>stream\n".encode() + content + b"\nendstream",
    ])  # fmt: skip


def content_pdf(content: bytes, **page: str) -> bytes:
    box = page.get("box", "[0 0 595 842]")
    return pdf_of([
        _CATALOG, b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox{box}/Contents 4 0 R>>".encode(),
        f"<</Length {len(content)}>>stream\n".encode() + content + b"\nendstream",
    ])  # fmt: skip


def png(width: int, height: int, rows: int = 0) -> bytes:
    """A PNG that states a size; its data hold ``rows`` rows only."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    body = zlib.compress(b"\x00" * ((1 + width) * rows))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def picture(kind: str, size: tuple[int, int] = (60, 40)) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, "white").save(target, kind)
    return target.getvalue()


def ole(*names: str) -> bytes:
    """A compound file that only lists streams."""
    fat = struct.pack("<128I", 0xFFFFFFFD, 0xFFFFFFFE, *[0xFFFFFFFF] * 126)
    entries = b""
    for name, kind in [
        ("Root Entry", 5),
        *((name, 1 if name.isupper() or name == "Macros" else 2) for name in names),
    ]:
        raw = name.encode("utf-16-le")
        entries += (
            raw.ljust(64, b"\x00")
            + struct.pack("<HB", len(raw) + 2, kind)
            + bytes(49)
            + struct.pack("<III", 0xFFFFFFFE, 0, 0)
        )
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(10)
    )
    header += struct.pack("<IIIIIII", 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header = header[:44] + struct.pack("<I", 1) + header[44:]
    header = header[:76].ljust(76, b"\x00") + struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    return header + fat + entries.ljust(512, b"\x00")


EXE = b"MZ\x90\x00" + bytes(200)
_PART = 70 * 1024 * 1024

DOCUMENTS: dict[str, tuple[Maker, tuple[str, ...]]] = {
    # Word
    "text-as.docx": (lambda: "行政处罚决定书".encode(), REFUSED),
    "half.docx": (lambda: docx()[:2000], REFUSED),
    "no-body.docx": (lambda: package("<a/>", "word/other.xml"), NOT_READ),
    "empty-body.docx": (lambda: package(word("")), READ),
    "not-xml.docx": (lambda: package("这不是 XML"), REFUSED),
    "bad-utf8.docx": (lambda: package(b"<?xml version='1.0'?><w:p \xff\xfe/>"), REFUSED),
    "laughs.docx": (lambda: package(laughs(word("<w:p><w:r><w:t>$</w:t></w:r></w:p>").partition("?>")[2])), REFUSED),
    "outside-entity.docx": (lambda: package(f'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><w:document {_W}>&e;</w:document>'), REFUSED),
    "macro.docx": (lambda: package(word(""), word__vbaProject_dot_bin=b"VBA"), APART),
    "macro.docm": (docx, APART),
    "deep.docx": (lambda: package(word("<w:sdt>" * 5000 + "</w:sdt>" * 5000)), NOT_READ),
    "deep-tables.docx": (lambda: package(word("<w:tbl><w:tr><w:tc>" * 400 + "</w:tc></w:tr></w:tbl>" * 400)), ANY),
    "bad-numbers.docx": (lambda: package(word('<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="x"/></w:tcPr></w:tc></w:tr></w:tbl>')), ANY),
    "huge-span.docx": (lambda: package(word('<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>')), ANY),
    "part-bomb.docx": (lambda: package(b" " * _PART), REFUSED),
    "many-parts.docx": (lambda: package(word(""), **{f"p{i}": b"" for i in range(5100)}), REFUSED),
    "encrypted.docx": (lambda: ole("EncryptedPackage", "EncryptionInfo"), REFUSED),
    "pdf-as.docx": (pdf, READ),
    "exe-as.docx": (lambda: EXE, APART),
    "zip-as.docx": (lambda: package("a", "a.txt"), NOT_READ),
    # old Office
    "macro.doc": (lambda: ole("WordDocument", "Macros", "VBA"), APART),
    "macro.xls": (lambda: ole("Workbook", "_VBA_PROJECT_CUR", "_VBA_PROJECT"), NOT_READ),
    "hollow.doc": (lambda: ole("WordDocument", "1Table"), REFUSED),
    "cut.doc": (lambda: ole("WordDocument")[:600], REFUSED),
    "head-only.doc": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", REFUSED),
    "noise.doc": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 40, REFUSED),
    "text-as.doc": (lambda: b"plain", REFUSED),
    "a.rtf": (lambda: b"{\\rtf1 abc}", ANY),
    "plain.xls": (lambda: ole("Workbook"), NOT_READ),
    # workbooks
    "half.xlsx": (lambda: xlsx()[:900], REFUSED),
    "macro.xlsm": (xlsx, APART),
    "no-sheets.xlsx": (lambda: package("<workbook/>", "xl/workbook.xml"), REFUSED),
    "laughs.xlsx": (lambda: package(laughs("<workbook>$</workbook>"), "xl/workbook.xml"), REFUSED),
    "laughs-strings.xlsx": (lambda: package("<workbook/>", "xl/workbook.xml", xl__sharedStrings_dot_xml=laughs("<sst>$</sst>").encode()), REFUSED),
    "text-as.xlsx": (lambda: b"a,b,c", REFUSED),
    # PDF
    "header-only.pdf": (lambda: b"%PDF-1.7\n", REFUSED),
    "half.pdf": (lambda: content_pdf(b"q Q" * 500)[:400], ANY),
    "noise.pdf": (lambda: b"%PDF-1.4\n" + bytes(range(256)) * 100, REFUSED),
    "junk-before.pdf": (lambda: b"\r\n<html>\x00junk\n" * 9 + pdf(), READ),
    "password.pdf": (lambda: pdf(encryption=pikepdf.Encryption(user="a", owner="b")), REFUSED),
    "owner-password.pdf": (lambda: pdf(encryption=pikepdf.Encryption(user="", owner="b")), READ),
    "text-as.pdf": (lambda: b"hello", REFUSED),
    "exe-as.pdf": (lambda: EXE, APART),
    "no-pages.pdf": (lambda: pdf_of([_CATALOG, b"<</Type/Pages/Kids[]/Count 0>>"]), REFUSED),
    "page-loop.pdf": (lambda: pdf_of([_CATALOG, b"<</Type/Pages/Kids[2 0 R]/Count 1>>"]), ANY),
    "million-pages-claimed.pdf": (lambda: pdf_of([_CATALOG, b"<</Type/Pages/Kids[3 0 R]/Count 1000000>>", b"<</Type/Page/Parent 2 0 R>>"]), ANY),
    "1001-pages.pdf": (lambda: pdf(1001), REFUSED),
    "600-pages.pdf": (lambda: pdf(600), READ),
    "image-bomb.pdf": (image_bomb_pdf, ANY),
    "huge-page.pdf": (lambda: content_pdf(b"", box="[0 0 9999999 9999999]"), ANY),
    "page-of-nothing.pdf": (lambda: content_pdf(b"", box="[0 0 0 0]"), ANY),
    "turned-inside-out.pdf": (lambda: content_pdf(b"", box="[595 842 0 0]"), ANY),
    "deep-arrays.pdf": (lambda: content_pdf(b"[" * 100_000), ANY),
    "million-rules.pdf": (lambda: content_pdf(b"0 0 m 500 0 l S\n" * 60_000), ANY),
    "script.pdf": (lambda: pdf_of([b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"]), READ),
    "length-lies.pdf": (lambda: content_pdf(b"q Q").replace(b"/Length 3", b"/Length 999999999"), ANY),
    # pictures
    "pixels.png": (lambda: png(20_000, 20_000, 5), REFUSED),
    "pixels-max.png": (lambda: png(2_000_000_000, 2_000_000_000), REFUSED),
    "no-width.png": (lambda: png(0, 10), REFUSED),
    "hollow.png": (lambda: png(50, 50), ANY),
    "half.jpg": (lambda: picture("JPEG", (400, 400))[:300], ANY),
    "head-only.jpg": (lambda: b"\xff\xd8\xff\xe0", REFUSED),
    "noise.jpg": (lambda: b"\xff\xd8\xff" + bytes(range(256)) * 30, REFUSED),
    "text-as.jpg": (lambda: "照片".encode(), REFUSED),
    "exe-as.jpg": (lambda: EXE, APART),
    "giant.gif": (lambda: b"GIF89a" + struct.pack("<HH", 65535, 65535) + b"\x00\x00\x00,", REFUSED),
    "giant.bmp": (lambda: b"BM" + bytes(12) + struct.pack("<IiiHHIIiiII", 40, 60000, 60000, 1, 24, 0, 0, 0, 0, 0, 0), REFUSED),
    "loop.tif": (lambda: b"II*\x00\x08\x00\x00\x00\x00\x00\x08\x00\x00\x00", REFUSED),
    "half.webp": (lambda: picture("WEBP")[:20], REFUSED),
    "broken.heic": (lambda: b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(64), REFUSED),
    "polyglot.gif": (lambda: b"GIF89a/*" + bytes(6) + b"*/=1;alert(1)", ANY),
    # active content and programs
    "page.html": (lambda: b"<html><script>alert(1)</script>", APART),
    "drawing.svg": (lambda: b"<svg onload='alert(1)'/>", APART),
    "svg-as.png": (lambda: b"<svg onload='alert(1)'/>", APART),
    "html-as.txt": (lambda: b"  <!DOCTYPE html><script>1</script>", APART),
    "data.xml": (lambda: b"<?xml version='1.0'?><a/>", APART),
    "run.exe": (lambda: EXE, APART),
    "program-as.txt": (lambda: b"\x7fELF" + bytes(60), APART),
    "script-as.txt": (lambda: b"#!/bin/sh\nrm -rf /\n", APART),
    "run.bat": (lambda: b"@echo off\r\n", APART),
    "run.js": (lambda: b"alert(1)", APART),
    "link.lnk": (lambda: b"L\x00\x00\x00\x01\x14\x02\x00" + bytes(60), APART),
    "a.jar": (lambda: package("x", "META-INF/MANIFEST.MF"), APART),
    # other containers
    "a.rar": (lambda: b"Rar!\x1a\x07\x00" + bytes(40), NOT_READ),
    "a.7z": (lambda: b"7z\xbc\xaf'\x1c" + bytes(40), NOT_READ),
    "a.gz": (lambda: b"\x1f\x8b\x08" + bytes(40), NOT_READ),
    "broken.ofd": (lambda: b"PK\x03\x04 broken", NOT_READ),
    "hollow.ofd": (lambda: package("<ofd/>", "OFD.xml"), NOT_READ),
    "laughs.ofd": (lambda: package(laughs("<ofd>$</ofd>"), "OFD.xml"), NOT_READ),
    "strange.xyz": (lambda: b"\x01\x02\x03", ("kept",)),
    # text and recordings
    "binary.txt": (lambda: bytes(range(256)) * 4, NOT_READ),
    "long.txt": (lambda: b"a" * 9_000_000, REFUSED),
    "gbk.txt": (lambda: "行政处罚决定书".encode("gbk"), READ),
    "head-only.mp4": (lambda: b"\x00\x00\x00\x18ftypmp42" + bytes(20), ANY),
    "noise.mp4": (lambda: bytes(range(256)) * 40, ("kept", "read")),
    "noise.mp3": (lambda: b"ID3" + bytes(400), ("kept", "read")),
    "head-only.wav": (lambda: b"RIFF\xff\xff\xff\xffWAVE", ("kept", "read")),
    "exe-as.mp4": (lambda: EXE, APART),
    **{f"empty.{kind}": (lambda: b"", REFUSED) for kind in ("docx", "doc", "pdf", "jpg", "xlsx", "ofd", "mp4", "txt", "png")},
}  # fmt: skip


def sparse(path: Path, size: int, head: bytes = b"\x00\x00\x00\x18ftypmp42") -> Path:
    """A file that claims a size without taking the room."""
    with path.open("wb") as stream:
        stream.write(head)
        stream.truncate(size)
    return path
