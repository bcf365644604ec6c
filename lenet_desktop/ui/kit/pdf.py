"""Makes a PDF of a document in HTML, by Qt."""

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QSizeF
from PySide6.QtGui import QPageLayout, QPageSize, QPdfWriter, QTextDocument

_MARGIN_MM = 16
_DOTS_PER_INCH = 96
"""As many as a pixel of CSS has, because Qt does not scale lengths in pixels for a printer."""


def pdf_bytes(html: str, title: str) -> bytes:
    """Return a document as a PDF of A4 pages; may be called on any thread.

    Args:
        html: the document; Qt knows tables, pictures in data URLs, colours, fonts and page breaks
            of CSS, and passes over the rest.
        title: what a reader shows as the document's name.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_DOTS_PER_INCH)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    margin = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    writer.setPageMargins(margin, QPageLayout.Unit.Millimeter)
    writer.setTitle(title)
    document = QTextDocument()
    document.setDocumentMargin(0)
    document.setHtml(_for_print(html))
    document.setPageSize(QSizeF(writer.width(), writer.height()))
    document.print_(writer)
    buffer.close()
    return bytes(buffer.data().data())


def _for_print(html: str) -> str:
    """Let Qt, which passes over what is for print only, begin pages where a printer would."""
    return html.replace('<h2 class="page">', '<h2 style="page-break-before: always">')
