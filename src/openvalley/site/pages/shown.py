"""A picture as a page shows it: drawn in place, with its table, its files, and how others embed it."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from django.http import HttpRequest
from django.utils.safestring import SafeString

from openvalley.site.pages import drawing

#: What a form of a picture is called, and its address.
File = tuple[str, str]


@dataclass(frozen=True)
class Shown:
    """A picture as the page shows it: drawn, with its table, the addresses of its files, and text that embeds it."""

    picture: drawing.Picture
    svg: SafeString
    table: Sequence[tuple[Sequence[object], str]]
    files: Sequence[File]
    embed: str


def embedding(request: HttpRequest, page: str, image: str, title: str) -> str:
    """Return the HTML with which another site shows a picture; it leads to the page that the picture is from.

    Args:
        request: of a page of this site.
        page: the address of the picture's page, in this site.
        image: the address of its file.
        title: what it shows, in words.

    """
    return (f'<a href="{escape(request.build_absolute_uri(page))}">'
            f'<img src="{escape(request.build_absolute_uri(image))}" alt="{escape(title)}"></a>')


def shown(request: HttpRequest, made: drawing.Picture, files: Sequence[File], query: str, page: str) -> Shown:
    """Return a picture as a page shows it.

    Args:
        request: of the page.
        made: the picture.
        files: the names and addresses of its forms, SVG first.
        query: what was asked, as a query string.
        page: the address of the page, without it.

    """
    behind = f"?{query}" if query else ""
    addressed = [(form, url + behind) for form, url in files]
    urls = [*made.urls, *[""] * (len(made.rows) - len(made.urls))]
    embed = embedding(request, page + behind, addressed[0][1], made.title)
    return Shown(made, drawing.inline(made), list(zip(made.rows, urls, strict=True)), addressed, embed)
