"""Small real documents for tests: PDF, DOCX and EPUB, written byte by byte."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

Files = Mapping[str, str | bytes]


def zipped(files: Files | Sequence[tuple[str, str | bytes]], *, packed: bool = True) -> bytes:
    held = io.BytesIO()
    method = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(held, "w", method) as archive:
        for name, content in files.items() if isinstance(files, Mapping) else files:
            archive.writestr(name, content)
    return held.getvalue()


# ---------------------------------------------------------------- PDF
def text_at(x: float, y: float, text: str, *, size: float = 11, bold: bool = False) -> str:
    """Drawing commands for a line of text at a point, in points from the lower left corner."""
    safe = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT /{'B' if bold else 'F'} {size} Tf 1 0 0 1 {x} {y} Tm ({safe}) Tj ET\n"


def lines_at(x: float, y: float, lines: Sequence[str], *, size: float = 11) -> str:
    return "".join(text_at(x, y - 1.25 * size * i, line, size=size) for i, line in enumerate(lines))


def pdf(
    pages: Sequence[str],
    *,
    info: Mapping[str, str] | None = None,
    catalogue: str = "",
    extra: Sequence[str] = (),
    resources: str = "",
) -> bytes:
    """A PDF of A4 pages, each given as drawing commands. `extra` objects are numbered from 6."""
    objects = [
        f"<</Type/Catalog/Pages 2 0 R{catalogue}>>",
        "",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold/Encoding/WinAnsiEncoding>>",
        "<<" + "".join(f"/{k}({v})" for k, v in (info or {}).items()) + ">>",
        *extra,
    ]
    first = len(objects) + 1
    for i, page in enumerate(pages):
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {first + 2 * i + 1} 0 R"
            f"/Resources<</Font<</F 3 0 R/B 4 0 R>>{resources}>>>>"
        )
        objects.append(f"<</Length {len(page.encode('cp1252'))}>>stream\n{page}\nendstream")
    kids = " ".join(f"{first + 2 * i} 0 R" for i in range(len(pages)))
    objects[1] = f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>"
    return pdf_of(objects)


def pdf_of(objects: Sequence[str], trailer: str = "/Info 5 0 R") -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalogue."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode("cp1252")
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    for place in places:
        out += f"{place:010d} 00000 n \n".encode()
    out += f"trailer<</Size {len(objects) + 1}/Root 1 0 R{trailer}>>\n".encode()
    return bytes(out + f"startxref\n{start}\n%%EOF\n".encode())


# ---------------------------------------------------------------- DOCX
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_STYLES = f"""<w:styles {_W}>
<w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val="en-GB"/></w:rPr></w:rPrDefault></w:docDefaults>
<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/></w:style>
<w:style w:type="paragraph" w:styleId="H2"><w:name w:val="heading 2"/><w:basedOn w:val="H1"/>
</w:style>
<w:style w:type="paragraph" w:styleId="Mine"><w:name w:val="My own"/><w:basedOn w:val="H2"/>
</w:style>
<w:style w:type="character" w:styleId="Ghost"><w:name w:val="Ghost"/><w:rPr><w:vanish/></w:rPr>
</w:style></w:styles>"""


def para(text: str, style: str = "", *, run: str = "", properties: str = "") -> str:
    """A paragraph of Word's XML with one run; `run`: what stands in its properties."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return (
        f"<w:p><w:pPr>{named}{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr>"
        f'<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
    )


def docx(body: str, *, core: str = "", more: Files | None = None, prolog: str = "") -> bytes:
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": f"{prolog}<w:document {_W}><w:body>{body}</w:body></w:document>",
        "word/styles.xml": _STYLES,
    }
    if core:
        files["docProps/core.xml"] = (
            '<cp:coreProperties xmlns:cp="urn:cp" xmlns:dc="http://purl.org/dc/elements/1.1/" '
            f'xmlns:dcterms="http://purl.org/dc/terms/">{core}</cp:coreProperties>'
        )
    return zipped(files | dict(more or {}))


# ---------------------------------------------------------------- EPUB
CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
)


def epub(
    chapters: Mapping[str, str],
    *,
    metadata: str = "<dc:title>A book</dc:title>",
    contents: Mapping[str, str] | None = None,
    spine: Sequence[str] | None = None,
    more: Files | None = None,
) -> bytes:
    """A book. `chapters`: HTML bodies by file name; `contents`: titles by file name; `spine`: the
    order, that of `chapters` if None."""
    items = "".join(f'<item id="{name}" href="{name}"/>' for name in chapters)
    files: dict[str, str | bytes] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
    }
    for name, body in chapters.items():
        files[f"OEBPS/{name}"] = (
            '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html>'
            f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{body}</body></html>'
        )
    if contents is not None:
        items += '<item id="nav" href="nav.xhtml" properties="nav"/>'
        links = "".join(f'<li><a href="{k}">{v}</a></li>' for k, v in contents.items())
        files["OEBPS/nav.xhtml"] = f"<html><body><nav><ol>{links}</ol></nav></body></html>"
    order = "".join(f'<itemref idref="{name}"/>' for name in spine or list(chapters))
    files["OEBPS/book.opf"] = (
        '<package xmlns="http://www.idpf.org/2007/opf" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>{metadata}</metadata>'
        f"<manifest>{items}</manifest><spine>{order}</spine></package>"
    )
    return zipped(files | dict(more or {}))
