"""A picture as a page shows it: drawn in place, with its table, its files, and how others embed it."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from django.http import HttpRequest
from django.utils.formats import localize
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from openvalley.site.pages import drawing
from openvalley.site.pages.templatetags.openvalley import figure

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

    @property
    def rows(self) -> SafeString:
        """The rows of the table; made here, as a heat map has hundreds of cells."""
        return format_html_join("", "<tr>{}{}</tr>\n    ", ((_head(row[0], url), format_html_join(
            "", '<td class="n">{}</td>', ((figure(cell),) for cell in row[1:]))) for row, url in self.table))


def _head(cell: object, url: str) -> SafeString:
    """Return the first cell of a row, which leads to what it is about."""
    named = format_html('<a href="{}">{}</a>', url, localize(cell)) if url else localize(cell)
    return format_html('<th scope="row">{}</th>', named)


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
