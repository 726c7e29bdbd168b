"""Writes the generated pages below docs/reference: commands, records, vocabulary and sources, from the code itself."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import typer
import typer.main

from openvalley.cli.main import app
from openvalley.settings import Settings
from openvalley.sources.catalogue import PACK, sources
from openvalley.sources.specification import load_specification
from openvalley.vocabulary.record_types import RECORD_TYPES
from openvalley.vocabulary.terms import LANGUAGES, Vocabulary, terms

TARGET = Path(__file__).parent / "reference"
_PREFACE = (
    "`--home DIR` stands before or after the verb, `--json` after it. Exit status: 0 done, 2 usage, 3 bad input, "
    "4 a source (or the disk) is not available, 5 nothing built yet, 1 a bug."
)


def commands() -> str:
    """Return the reference of the command line, one section a verb."""
    lines = ["# Commands", "", _PREFACE, ""]
    group = typer.main.get_command(app)
    for name, command in _verbs(group, ""):
        arguments = " ".join(_usage(parameter) for parameter in command.params)
        lines += [f"## openvalley {name}", "", f"    openvalley {name} {arguments}".rstrip(), "",
                  (command.help or "").strip(), ""]
        described = [parameter for parameter in command.params if getattr(parameter, "help", None)]
        if described:
            lines += ["| option | meaning |", "| --- | --- |"]
            lines += [f"| `{_label(parameter)}` | {parameter.help} |" for parameter in described]
            lines.append("")
    return "\n".join(lines)


def records() -> str:
    """Return the reference of the record types."""
    lines = ["# Records", "", "What sources write and every layer below reads.", ""]
    for record_type in RECORD_TYPES:
        lines += [f"## {record_type.name}", "", "| column | type | may be empty |", "| --- | --- | --- |"]
        lines += [f"| `{field.name}` | `{field.type}` | {'yes' if field.nullable else 'no'} |"
                  for field in record_type.schema]
        lines.append("")
    return "\n".join(lines)


def vocabulary() -> str:
    """Return the reference of the term lists with their labels in all languages."""
    lines = ["# Vocabulary", ""]
    for listed in Vocabulary:
        lines += [f"## {listed.value}", "", f"| code | {' | '.join(LANGUAGES)} |"]
        lines.append("| --- |" + " --- |" * len(LANGUAGES))
        lines += [f"| `{term.code}` | {' | '.join(term.label(language) for language in LANGUAGES)} |"
                  for term in terms(listed).values()]
        lines.append("")
    return "\n".join(lines)


def source_list() -> str:
    """Return the reference of the built-in sources."""
    lines = ["# Sources", ""]
    specifications = [source.specification for source in sources(Settings(home=Path("no-home"))).values()]
    for listed in (*specifications, load_specification(PACK / "source.toml")):
        lines += [f"## {listed.name}", "", f"{listed.title}, by {listed.publisher}.", "", listed.covers, "",
                  f"- licence: {listed.licence}", f"- exported: {'yes' if listed.exported else 'no'}",
                  f"- fetched every {listed.frequency_days} days",
                  f"- what it cannot say: {listed.held_back or '-'}", ""]
    return "\n".join(lines)


def permissions() -> str:
    """Return who may do what on the site, with the addresses of each row."""
    from openvalley.site.people.permissions import RULES, as_table  # noqa: PLC0415 - only for this page

    told = ("Who may do what on the site: `own` reaches one's own things only. The same table lets people in, and "
            "a test asks every address as everybody.")
    lines = ["# Permissions", "", told, "", as_table(), "## Addresses", ""]
    lines += [f"- {rule.what}: {', '.join(f'`{name}`' for name in rule.addresses)}" for rule in RULES]
    return "\n".join([*lines, ""])


PAGES: Mapping[str, Callable[[], str]] = {
    "commands.md": commands, "records.md": records, "vocabulary.md": vocabulary, "sources.md": source_list,
    "permissions.md": permissions,
}


def _verbs(group: object, before: str) -> list[tuple[str, object]]:
    found = []
    for name, command in group.commands.items():
        whole = f"{before}{name}"
        found += _verbs(command, f"{whole} ") if hasattr(command, "commands") else [(whole, command)]
    return found


def _usage(parameter: object) -> str:
    if parameter.param_type_name == "argument":
        name = parameter.metavar or parameter.name.upper()
        return name if parameter.required or name.startswith("[") else f"[{name}]"
    return f"[{' | '.join(parameter.opts)}]"


def _label(parameter: object) -> str:
    """Return an option or argument as the table names it."""
    return _usage(parameter) if parameter.param_type_name == "argument" else ", ".join(parameter.opts)


def main() -> None:
    """Write all pages."""
    TARGET.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        (TARGET / name).write_text(page(), encoding="utf-8")
        sys.stdout.write(f"docs/reference/{name}\n")


if __name__ == "__main__":
    main()
