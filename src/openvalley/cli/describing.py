"""catalogue shapes, check and describe: descriptions of data sets, before they are gathered."""

import sys
import tomllib
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import typer
from rich.markup import escape

from openvalley.cli.edge import Edge
from openvalley.errors import BadInput
from openvalley.healthdata.catalogue import checking, describing, leaving, reading
from openvalley.healthdata.catalogue import shapes as shaping
from openvalley.healthdata.catalogue.datasets import datasets
from openvalley.storage import storage_errors

#: Findings that the terminal shows; --json has all.
_SHOWN = 40
#: Status of a description that is not valid, as for other bad input.
_NOT_VALID = 3


def shapes(edge: Edge, files: Sequence[Path], profile: str) -> None:
    """Keep the shapes of a profile and say how many there are."""
    count = shaping.keep(edge.settings, profile, files)
    if edge.as_json:
        edge.print_json({"profile": profile, "shapes": count})
    else:
        edge.console.print(f"{count} shapes of {profile} are kept; descriptions are checked against them.")


def check(edge: Edge, file: Path, profile: str) -> None:
    """Print what is wrong with a description.

    Raises:
        BadInput: it cannot be read.
        NothingBuilt: the profile's shapes are not here.
        Exit: it is not valid.

    """
    graph = reading.read_file(file)
    found = checking.findings(graph, shaping.shapes(edge.settings, profile))
    errors = sum(one.times for one in found if one.severity == "error")
    if edge.as_json:
        edge.print_json({"profile": profile, "datasets": len(datasets(graph)), "valid": not errors,
                         "findings": [asdict(one) for one in found]})
    else:
        for one in found[:_SHOWN]:
            times = f" ({one.times} times)" if one.times > 1 else ""
            edge.console.print(f"{one.severity}: [bold]{escape(one.title)}[/]: {escape(one.says)}{times}")
        if len(found) > _SHOWN:
            edge.console.print(f"... and {len(found) - _SHOWN} findings more; --json lists all")
        edge.console.print(f"{len(datasets(graph))} data sets, {errors} errors by {profile}.")
    if errors:
        raise typer.Exit(_NOT_VALID)


def describe(edge: Edge, form: Path | None, output: Path | None) -> None:
    """Write the description that a form makes; without a form, print one to fill in.

    Raises:
        BadInput: the form cannot be read, or fields are missing or wrong.
        StorageFailed: the output cannot be written.

    """
    if form is None:
        sys.stdout.write(_empty_form())
        return
    try:
        filled = tomllib.loads(form.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise BadInput(f"{form} cannot be read: {problem}.",
                       hint="Print an empty form with: openvalley catalogue describe > form.toml") from problem
    text = leaving.written(describing.described({name: str(value) for name, value in filled.items()}), "turtle")
    if output is None:
        sys.stdout.write(text)
        return
    with storage_errors(output):
        output.write_text(text, encoding="utf-8")
    if edge.as_json:
        edge.print_json({"written": str(output)})
    else:
        edge.console.print(f"Written to {escape(str(output))}. Check it with: openvalley catalogue check")


def _empty_form() -> str:
    lines = ["# A health data set, described for HealthDCAT-AP. Several values: a; b; c. No names of persons.", ""]
    for code, labels in describing.categories().items():
        lines.append(f"# category {code}: {labels['en']}")
    for name, field in describing.FIELDS.items():
        lines += ["", f"# {'needed' if field.needed else 'may stay empty'}, for example: {field.example}",
                  f'{name} = ""']
    return "\n".join(lines) + "\n"
