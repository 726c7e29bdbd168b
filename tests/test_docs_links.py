"""Links of the documentation lead to pages and headings that there are, and every page is led to."""

import re
from pathlib import Path

import pytest

from openvalley.cli.main import app

_ROOT = Path(__file__).parents[1]
_DOCS = _ROOT / "docs"
_PAGES = sorted([*_DOCS.rglob("*.md"), _ROOT / "README.md", _ROOT / "CHANGELOG.md", _ROOT / "benchmarks" / "README.md"])
_LINK = re.compile(r"\]\(([^)\s]+)\)")
#: Pages that `make docs` writes; who reads the repository may not have them yet.
_GENERATED = re.compile(r"^/docs/reference/(\S+\.md)$", re.MULTILINE)
_TARGET = re.compile(r"^([a-z-]+):.*## ", re.MULTILINE)
_MAKE = re.compile(r"(?:`|^ +)make ([a-z-]+)", re.MULTILINE)


def _text(page):
    """Return a page without its code, in which a bracket is no link."""
    return re.sub(r"^```.*?^```$|`[^`\n]+`", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def _anchors(page):
    """Return the anchors of a page's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", [path.relative_to(_ROOT).as_posix() for path in _PAGES])
def test_links_lead_to_a_file_and_a_heading_that_there_are(page):
    from_here = _ROOT / page
    for link in _LINK.findall(_text(from_here)):
        if "://" in link:
            continue
        target, _, anchor = link.partition("#")
        leads = (from_here.parent / target).resolve() if target else from_here
        assert leads.exists(), link
        assert leads.is_relative_to(_ROOT), link
        assert not anchor or anchor in _anchors(leads), link


def test_every_page_is_led_to_from_the_index():
    led = {(_DOCS / link.partition("#")[0]).resolve() for link in _LINK.findall(_text(_DOCS / "README.md"))}
    led |= {(_DOCS / "decisions" / link).resolve() for link in _LINK.findall(_text(_DOCS / "decisions" / "README.md"))}
    generated = {(_DOCS / "reference" / name) for name in _GENERATED.findall((_ROOT / ".gitignore").read_text())}
    assert set(_DOCS.rglob("*.md")) - led - generated == {_DOCS / "README.md"}


def test_the_index_names_the_pages_that_make_docs_writes(generated_pages):
    assert set(_GENERATED.findall((_ROOT / ".gitignore").read_text(encoding="utf-8"))) == set(generated_pages)
    index = (_DOCS / "README.md").read_text(encoding="utf-8")
    assert [name for name in generated_pages if f"`{name}`" not in index] == []


def test_every_target_of_make_is_told_of_and_no_other():
    targets = set(_TARGET.findall((_ROOT / "Makefile").read_text(encoding="utf-8")))
    told = {name for page in _PAGES for name in _MAKE.findall(page.read_text(encoding="utf-8"))}
    assert told == targets


def _parameters(group, before=""):
    """Yield every verb that can be given, with each of its arguments and options."""
    for name, command in group.commands.items():
        nested = hasattr(command, "commands")
        if not nested or command.invoke_without_command:
            for parameter in command.params:
                yield f"{before}{name}", parameter
        if nested:
            yield from _parameters(command, f"{before}{name} ")


def test_the_reference_of_the_command_line_holds_every_option_with_its_meaning(generated_pages):
    import typer.main

    sections = dict(re.findall(r"^## openvalley (.+?)$(.*?)(?=^## |\Z)", generated_pages["commands.md"],
                               re.MULTILINE | re.DOTALL))
    missing = []
    for verb, parameter in _parameters(typer.main.get_command(app)):
        names = [] if parameter.param_type_name == "argument" else [*parameter.opts, *parameter.secondary_opts]
        row = next((line for line in sections.get(verb, "").splitlines() if line.startswith("| `")
                    and (parameter.help or "-").replace("|", "\\|") in line
                    and all(re.search(rf"(?:`|, ){re.escape(name)}[ ,`]", line) for name in names)), None)
        if not row:
            missing.append((verb, parameter.name))
    assert missing == []
