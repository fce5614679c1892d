"""HTML and SVG elements whose texts are escaped wherever they come from."""

from html import escape

_SELF_CLOSING = frozenset({"path", "line", "rect", "circle", "br", "meta"})


class Html(str):
    """Text that is HTML already; templates insert it as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        """Return itself, for Jinja."""
        return self


NOTHING = Html("")


def element(name: str, /, *children: str, **attributes: object) -> Html:
    """Return an element.

    Args:
        name: Of ours, never a user's text.
        children: Plain text is escaped, `Html` is not.
        attributes: `class_` is `class`, `stroke_width` is `stroke-width`; None leaves one out.
            Floats are rounded to a tenth: they are pixels.
    """
    given = "".join(
        f' {_named(key)}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _SELF_CLOSING and not children:
        return Html(f"<{name}{given}/>")
    return Html(f"<{name}{given}>{join(*children)}</{name}>")


def join(*parts: str) -> Html:
    """Return the parts one after the other, plain text escaped."""
    return Html("".join(part if isinstance(part, Html) else escape(part) for part in parts))


def _named(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def _value(value: object) -> str:
    return px(value) if isinstance(value, float) else escape(str(value))


def px(value: float) -> str:
    """Return a length with at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")
