"""Methods: how each answer is worked out, how good it is, and what not to use it for - docs/methods as pages.

The texts are written once, in docs/methods, in English. The wheel carries them beside this module (pyproject.toml
says so); a checkout reads them where they are.
"""

from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

_SHIPPED = "methods"
_CHECKOUT = Path(__file__).parents[4] / "docs" / "methods"


@cache
def method(name: str) -> SafeString:
    """Return the method of a question as HTML, without its heading; empty where none is written."""
    page = _folder().joinpath(f"{name}.md")
    if not page.is_file():
        return mark_safe("")
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(page.read_text(encoding="utf-8"))
    if tokens and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
        tokens = tokens[3:]
    for token in tokens:
        _framed(token)
    drawn = str(reader.renderer.render(tokens, reader.options, {}))
    drawn = drawn.replace("<pre>", '<pre tabindex="0">')
    return mark_safe(drawn)  # noqa: S308 - our own text, in which HTML is off


def _folder() -> Traversable:
    shipped = resources.files(__package__).joinpath(_SHIPPED)
    return shipped if shipped.is_dir() else _CHECKOUT


def _framed(token: Token) -> None:
    """Take links to other files of the repository away, which lead nowhere from a page; let keys reach what scrolls."""
    if token.type == "table_open":
        token.attrs["tabindex"] = "0"
    for child in token.children or ():
        if child.type == "link_open" and not str(child.attrs.get("href", "")).startswith("https://"):
            child.tag, child.attrs = "span", {}
        elif child.type == "link_close":
            child.tag = child.tag if _closes_a_link(token, child) else "span"


def _closes_a_link(token: Token, closing: Token) -> bool:
    """Tell whether a closing mark belongs to a link that stayed one."""
    before = (token.children or [])[:(token.children or []).index(closing)]
    opened = next(child for child in reversed(before) if child.type == "link_open")
    return opened.tag == "a"
