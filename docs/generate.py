"""Writes the generated pages below docs/reference from the code itself; `PAGES` names them."""

import sys
from collections.abc import Callable, Mapping
from datetime import datetime
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
    verbs = _verbs(typer.main.get_command(app), "")
    lines = ["# Commands", "", _PREFACE, "",
             " - ".join(f"[{name}](#openvalley-{name.replace(' ', '-')})" for name, _ in verbs), ""]
    for name, command in verbs:
        arguments = " ".join(_usage(parameter) for parameter in command.params)
        lines += [f"## openvalley {name}", "", f"    openvalley {name} {arguments}".rstrip(), "",
                  (command.help or "").strip(), "", "| argument or option | meaning | default |", "| --- | --- | --- |"]
        lines += [f"| `{_label(parameter)}` | {_cell(parameter.help)} | {_default(parameter)} |"
                  for parameter in command.params]
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


#: What the value of an option is called where it has no name of its own.
_KINDS = ((int, "N"), (float, "N"), (Path, "FILE"), (datetime, "DAY"))
PAGES: Mapping[str, Callable[[], str]] = {
    "commands.md": commands, "records.md": records, "vocabulary.md": vocabulary, "sources.md": source_list,
    "permissions.md": permissions,
}


def _verbs(group: object, before: str) -> list[tuple[str, object]]:
    """Return every verb with its name; a group that does something by itself stands before its own verbs."""
    found = []
    for name, command in group.commands.items():
        whole = f"{before}{name}"
        if not hasattr(command, "commands"):
            found.append((whole, command))
            continue
        if command.invoke_without_command:
            found.append((whole, command))
        found += _verbs(command, f"{whole} ")
    return found


def _usage(parameter: object) -> str:
    """Return a parameter as the usage line writes it: in brackets where it may be left out."""
    if parameter.param_type_name == "argument":
        name = parameter.metavar or parameter.name.upper()
        return name if parameter.required or name.startswith("[") else f"[{name}]"
    said = " | ".join((*parameter.opts, *parameter.secondary_opts)) + _value(parameter)
    return said if parameter.required else f"[{said}]"


def _label(parameter: object) -> str:
    """Return an option or argument as the table names it."""
    if parameter.param_type_name == "argument":
        return _usage(parameter)
    return ", ".join((*parameter.opts, *parameter.secondary_opts)) + _value(parameter)


def _value(parameter: object) -> str:
    """Return what follows an option: nothing for a switch, else what kind of value."""
    if parameter.is_flag:
        return ""
    kind = parameter.type_descriptor.annotation
    return f" {parameter.metavar or next((word for known, word in _KINDS if kind is known), 'TEXT')}"


def _default(parameter: object) -> str:
    """Return what holds when a parameter is left out; empty where that is nothing, or switched off."""
    if parameter.required:
        return "needed"
    plain = isinstance(parameter.default, (str, int, float, Path)) and not isinstance(parameter.default, bool)
    return f"`{parameter.default}`" if plain and str(parameter.default) else ""


def _cell(text: str | None) -> str:
    return (text or "").replace("|", "\\|")


def main() -> None:
    """Write all pages."""
    TARGET.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        (TARGET / name).write_text(page(), encoding="utf-8")
        sys.stdout.write(f"docs/reference/{name}\n")


if __name__ == "__main__":
    main()
