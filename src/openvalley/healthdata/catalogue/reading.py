"""Descriptions as they come: Turtle, JSON-LD or RDF/XML, read without ever asking the network for more.

Reads bytes, gives a graph. Whatever is wrong with them leaves here as `BadInput` with the line, where the parser knows
it.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rdflib import Graph

from openvalley.errors import BadInput
from openvalley.healthdata.catalogue.namespaces import empty

#: Bytes that are read of one description: national catalogues' feeds have some megabytes.
LARGEST = 100 << 20
#: Formats by the ending of a file's name and by media type.
_BY_ENDING: Mapping[str, str] = {".ttl": "turtle", ".jsonld": "json-ld", ".json": "json-ld", ".rdf": "xml",
                                 ".xml": "xml", ".nt": "nt"}
_BY_TYPE: Mapping[str, str] = {"text/turtle": "turtle", "application/ld+json": "json-ld", "application/json": "json-ld",
                               "application/rdf+xml": "xml", "application/xml": "xml", "application/n-triples": "nt"}
#: What brings entities, also external ones, into XML: no description needs a document type.
_DOCTYPE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_LINE = re.compile(r"line (\d+)|^<[^>]*>:(\d+):", re.MULTILINE)


def read_file(path: Path) -> Graph:
    """Read a file.

    Raises:
        BadInput: it is not there, too large, or no RDF of a known format.

    """
    try:
        if path.stat().st_size > LARGEST:
            raise BadInput(f"{path} has more than {LARGEST >> 20} MB.", hint="Split it into several descriptions.")
        content = path.read_bytes()
    except OSError as problem:
        raise BadInput(f"{path} cannot be read: {problem.strerror or problem}.",
                       hint="Give the path of a Turtle, JSON-LD or RDF/XML file.") from problem
    return read(content, format_of(path.name, content), str(path))


def format_of(name: str, content: bytes, media_type: str = "") -> str:
    """Return the format of a description, by its media type, its name, or how it begins.

    Raises:
        BadInput: none of them tells.

    """
    known = _BY_TYPE.get(media_type.partition(";")[0].strip().lower()) or _BY_ENDING.get(Path(name).suffix.lower())
    if known:
        return known
    start = content[:2_000].lstrip(b"\xef\xbb\xbf \t\r\n")
    for marks, form in ((b"{ [", "json-ld"), (b"<?xml <rdf", "xml"), (b"@prefix PREFIX # <http", "turtle")):
        if start.startswith(tuple(marks.split())):
            return form
    raise BadInput(f"{name} is in no format that is read here.",
                   hint="Turtle (.ttl), JSON-LD (.jsonld), RDF/XML (.rdf) and N-Triples (.nt) are.")


def read(content: bytes, form: str, name: str) -> Graph:
    """Read a description.

    Args:
        content: the bytes.
        form: turtle, json-ld, xml or nt.
        name: what it is called in errors.

    Raises:
        BadInput: it cannot be parsed, holds a document type (XML), or wants a context from the network (JSON-LD).

    """
    if form == "xml" and _DOCTYPE.search(content):
        raise BadInput(f"{name}, line {_line_of(content, _DOCTYPE)}: a document type or entity is not read.",
                       hint="Take the <!DOCTYPE ...> out; RDF needs none.")
    if form == "json-ld":
        _check_contexts(content, name)
    graph = empty()
    try:
        graph.parse(data=content, format=form, publicID="urn:description:")
    except Exception as problem:  # each of rdflib's parsers has errors of its own
        said = " ".join(str(problem).split())[:300] or type(problem).__name__
        line = _LINE.search(str(problem))
        where = f", line {line.group(1) or line.group(2)}" if line else ""
        raise BadInput(f"{name}{where}: this is no {_called(form)}: {said}",
                       hint="Mend it there, and check it again with: openvalley catalogue check FILE") from problem
    return graph


def _check_contexts(content: bytes, name: str) -> None:
    """Refuse contexts from the network: what a description means must not hang on who answers today.

    Raises:
        BadInput: there is one, or the content is no JSON.

    """
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as problem:
        line = f", line {problem.lineno}" if isinstance(problem, json.JSONDecodeError) else ""
        raise BadInput(f"{name}{line}: this is no JSON: {str(problem)[:200]}",
                       hint="Mend it there, and check it again with: openvalley catalogue check FILE") from problem
    remote = _remote_context(document)
    if remote:
        raise BadInput(f"{name} takes its context from {remote[:200]}, which is not fetched.",
                       hint='Write the context into the file: "@context": {...}.')


def _remote_context(thing: Any) -> str:  # noqa: ANN401 - JSON of any shape
    """Return the address of a context that is not in the document, or nothing."""
    waiting = [thing]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting.extend(one)
        elif isinstance(one, dict):
            context = one.get("@context")
            for entry in context if isinstance(context, list) else [context]:
                if isinstance(entry, str):
                    return entry
                if isinstance(entry, dict) and isinstance(entry.get("@import"), str):
                    return str(entry["@import"])
            waiting.extend(one.values())
    return ""


def _line_of(content: bytes, pattern: re.Pattern[bytes]) -> int:
    found = pattern.search(content)
    return content.count(b"\n", 0, found.start() if found else 0) + 1


def _called(form: str) -> str:
    return {"turtle": "Turtle", "json-ld": "JSON-LD", "xml": "RDF/XML", "nt": "N-Triples"}[form]
