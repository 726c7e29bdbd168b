"""An answer as it is read: sentences in the page's language, each with links to where its facts can be checked."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from openvalley.atlas.pack_rows import table_of
from openvalley.atlas.reader import Atlas
from openvalley.atlas.sourced import sources_of
from openvalley.insight.answer import Answer, Citation, Item, Statement, left_out
from openvalley.insight.sentences import said, said_in_parts
from openvalley.site.pages import addresses, wording
from openvalley.site.pages.questions import words
from openvalley.vocabulary.identifiers import REGION_PREFIX

#: Tables whose things have a page; the others are facts of a source that is named.
_WITH_PAGE = ("organisation", "project", "trial", "call")
#: How long the NUTS code of a whole country is.
_COUNTRY = 2
#: Properties that a claim on an organisation's page can be found by.
_FRAGMENT = "fact-"
#: Classes of a link to where a fact can be checked: the first of a source, and further ones.
_CHECKED, _MORE_OF = "checked", "checked more-of"


@dataclass(frozen=True)
class Link:
    """Where a fact can be checked: the source as people call it, the address of its claim, and its number of several.

    ``number`` counts the links of one sentence to one source, from 1.
    """

    text: str
    url: str
    number: int = 1


@dataclass(frozen=True)
class Told:
    """A sentence with where its facts can be checked; ``parts`` are its texts, each with its language if another."""

    parts: Sequence[tuple[str, str]]
    links: Sequence[Link] = ()

    @property
    def text(self) -> str:
        """The sentence as one text."""
        return "".join(text for text, _language in self.parts)

    @property
    def html(self) -> SafeString:
        """The sentence with its links as a page shows it; made here, as a page has hundreds of them."""
        said = format_html_join("", "{}", ((
            format_html('<span lang="{}">{}</span>', other, text) if other else text,) for text, other in self.parts))
        return said + format_html_join("", ' <a class="{}" href="{}">{}</a>', (
            (_CHECKED, link.url, link.text) if link.number == 1 else
            (_MORE_OF, link.url, format_html('<span class="hidden">{} </span>{}', link.text, link.number))
            for link in self.links))


@dataclass(frozen=True)
class Entry:
    """An item as it is read.

    ``share`` is its score as a share of the best one's, where scores are at least nought; None leaves the bar out.
    """

    item: Item
    name: str
    url: str
    type: str
    score: float | None
    share: float | None
    evidence: Sequence[Told]
    mark: Told | None = None


class Teller:
    """Tells an answer in the page's language: knows which subjects have a page, and what sources are called."""

    def __init__(self, atlas: Atlas, answer: Answer) -> None:
        """Look up, at once, everything that the answer names."""
        self._language = wording.language()
        self._sources = sources_of(atlas)
        self._answer = answer
        named = {item.id for item in (*answer.items, *left_out(answer))}
        named |= {cited.subject for cited in _citations(answer)}
        self._kinds = _kinds(atlas, sorted(named))
        self._best = max((item.score or 0.0 for item in answer.items), default=0.0)
        self._lowest = min((item.score or 0.0 for item in answer.items), default=0.0)

    def told(self, statement: Statement) -> Told:
        """Return a statement as a sentence with its links, each source and subject once."""
        called = {self._checked_at(cited): self._called(cited.source) for cited in statement.citations}
        numbers: Counter[str] = Counter()
        links = []
        for url, source in sorted(called.items(), key=lambda pair: pair[1]):
            numbers[source] += 1
            links.append(Link(source, url, numbers[source]))
        return Told(said_in_parts(statement.code, statement.values, self._language), links)

    def all(self, statements: Iterable[Statement]) -> list[Told]:
        """Return statements as sentences."""
        return [self.told(statement) for statement in statements]

    def entry(self, item: Item) -> Entry:
        """Return an item as it is read."""
        share = None
        if item.score is not None and self._lowest >= 0 and self._best > 0:
            share = item.score / self._best
        return Entry(item, called(item), self.url(item), str(words.TYPES.get(item.type, "")),
                     item.score, share, self.all(item.evidence), self.told(item.mark) if item.mark else None)

    def url(self, item: Item) -> str:
        """Return the address of an item: its page here, the list that it stands for, else its page elsewhere."""
        if item.type == "stage":
            return addresses.counted_url(stage=item.id.partition(":")[2])
        kind = self._kinds.get(item.id)
        if kind:
            return addresses.url_of(kind, item.id)
        outside = addresses.followable(str(item.values.get("page") or "")) or addresses.followable(item.id)
        return outside or (addresses.pack_row_url(item.id) if table_of(item.id) else "")

    def _checked_at(self, cited: Citation) -> str:
        """Return where a citation can be checked: the subject's facts, else what is said of the source."""
        kind = self._kinds.get(cited.subject)
        if table_of(cited.subject):
            return addresses.pack_row_url(cited.subject)
        if kind is None:
            return f"{addresses.about_url()}#source-{cited.source}"
        fragment = f"#{_FRAGMENT}{cited.prop}" if kind == "organisation" and cited.prop else ""
        return addresses.url_of(kind, cited.subject) + fragment

    def _called(self, source: str) -> str:
        return wording.short_source(self._sources.get(source, {})) or source


def called(item: Item) -> str:
    """Return what an item is called in the page's language; countries go by their names in it (Unicode CLDR)."""
    country = item.values.get("country")
    if item.type == "region" and country and len(item.id.removeprefix(REGION_PREFIX)) == _COUNTRY:
        return wording.country(str(country))
    return item.name_in(wording.language())


def _citations(answer: Answer) -> Iterable[Citation]:
    statements = [*answer.summary, *answer.caveats,
                  *(told for item in (*answer.items, *left_out(answer)) for told in item.evidence)]
    return (cited for statement in statements for cited in statement.citations)


def cited_sources(answer: Answer) -> list[str]:
    """Return the names of the sources that an answer cites, in alphabetical order."""
    return sorted({cited.source for cited in _citations(answer)})


def _kinds(atlas: Atlas, ids: Sequence[str]) -> dict[str, str]:
    """Return which of these ids have a page, with its type."""
    found = {known: "region" for known in ids if known.startswith(REGION_PREFIX)}
    asked = sorted(set(ids) - set(found))
    if not asked:
        return found
    places = ", ".join("?" * len(asked))  # a list is looked up twice as fast as what is unnested
    query = " UNION ALL ".join(f"SELECT id, '{kind}' AS kind FROM {kind} WHERE id IN ({places})" for kind in _WITH_PAGE)
    return found | {row["id"]: row["kind"] for row in atlas.rows(query, asked * len(_WITH_PAGE))}


def table(answer: Answer, language: str) -> tuple[Sequence[str], list[list[object]]]:
    """Return an answer as a table: an item a row, its values, its evidence in sentences, and where to check them."""
    names = sorted({name for item in answer.items for name in item.values})
    columns = ["position", "id", "type", "name", "score", *names, "evidence", "sources", "method", "atlas_version"]
    return columns, [_row(answer, position, item, names, language)
                     for position, item in enumerate(answer.items, start=1)]


def _row(answer: Answer, position: int, item: Item, names: Sequence[str], language: str) -> list[object]:
    sources = dict.fromkeys(" ".join(filter(None, (cited.source, cited.source_id)))
                            for told in item.evidence for cited in told.citations)
    return [position, item.id, item.type, item.name_in(language), item.score,
            *(_cell(item.values.get(name)) for name in names),
            " | ".join(said(told.code, told.values, language) for told in item.evidence), "; ".join(sources),
            answer.method, answer.atlas_version]


def _cell(value: Any) -> object:  # noqa: ANN401 - a fact is of any type
    """Return a value that fits a cell: lists joined, tables of a name each with their names."""
    if isinstance(value, Mapping):
        return "; ".join(f"{name}={_cell(part)}" for name, part in value.items())
    if isinstance(value, (list, tuple)):
        return "; ".join(str(_cell(part)) for part in value)
    return "" if value is None else value
