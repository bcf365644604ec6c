"""How values are written for a person: steady figures, separators and units."""

from html import escape

WRONG_MARK = "✗"
MINUS = "\N{MINUS SIGN}"
EQUAL_MARK, NEAR_MARK = "=", "≈"


def percent(share: float, decimals: int = 1) -> str:
    """Write a share, 0-1, as `61.2 %`."""
    return f"{share * 100:.{decimals}f} %"


def figure(value: float, form: str = "z#.3g") -> str:
    """Write a number, by default with three digits, with a minus and not a hyphen."""
    return f"{value:{form}}".replace("-", MINUS)


def duration(seconds: float) -> str:
    """Write seconds as `0:12` or `1:02:03`."""
    minutes, rest = divmod(max(0, round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def tip(sentence: str) -> str:
    """Make a tool tip wrap, which Qt does for rich text only."""
    return f"<p>{escape(sentence)}</p>"
