"""How well a colour can be told from another one, as WCAG 2 defines it."""

from PySide6.QtGui import QColor

AA_TEXT, AA_GRAPHICS = 4.5, 3.0


def luminance(colour: QColor | str) -> float:
    """Relative luminance, as WCAG 2 defines it."""
    parts: list[float] = [
        channel / 12.92 if channel <= 0.03928 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in (QColor(colour).redF(), QColor(colour).greenF(), QColor(colour).blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: QColor | str, other: QColor | str) -> float:
    """Return the contrast ratio of two colours, 1-21, as WCAG 2 defines it."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
