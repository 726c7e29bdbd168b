"""node: what a hospital runs over its own clinical data - serve, check, key, audit, and the kill switch."""

from pathlib import Path
from typing import Annotated

import typer

from openvalley.cli.edge import Edge, HomeOption, JsonOption

node_app = typer.Typer(
    help="A hospital's own node: answers counts from its OMOP CDM, never more than its policy file lets out.",
    no_args_is_help=True)

#: Faults that the terminal shows; --json has all.
_FAULTS = 20

CdmOption = Annotated[str, typer.Option("--cdm", metavar="DSN", help=(
    "The OMOP CDM: a DuckDB file, a folder of Parquet or CSV files, or postgresql://user@host/database?schema=cdm."))]
PolicyOption = Annotated[Path, typer.Option("--policy", metavar="FILE", help="The hospital's policy file.")]
AcceptOption = Annotated[list[str] | None, typer.Option(
    "--accept-version", help="Take a CDM of this version too, such as 5.3.")]
CertificateOption = Annotated[Path | None, typer.Option("--tls-cert", help="TLS certificate with its chain (PEM).")]
KeyOption = Annotated[Path | None, typer.Option("--tls-key", help="Key of the certificate (PEM).")]
ClientCaOption = Annotated[Path | None, typer.Option("--tls-client-ca", help="Ask clients for a certificate of this "
                                                                             "authority (PEM).")]


@node_app.command()
def serve(  # noqa: PLR0913, PLR0917 - every option of a verb is a parameter
    cdm: CdmOption,
    policy: PolicyOption,
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8100,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    accept: AcceptOption = None,
    tls_cert: CertificateOption = None,
    tls_key: KeyOption = None,
    tls_client_ca: ClientCaOption = None,
    behind_proxy: Annotated[bool, typer.Option("--behind-proxy", help="A proxy before the node does TLS.")] = False,
) -> None:
    """Serve GA4GH Beacon v2 over the CDM; refuses to start if the database user can write."""
    from openvalley.healthdata.node.serving import Listening, Source  # noqa: PLC0415
    from openvalley.healthdata.node.serving import serve as answer  # noqa: PLC0415

    answer(Source(cdm, policy, tuple(accept or ())),
           Listening(host, port, tls_cert, tls_key, tls_client_ca, behind_proxy=behind_proxy),
           lambda line: print(line, flush=True))  # noqa: T201 - a server's own line


@node_app.command()
def check(
    context: typer.Context,
    cdm: CdmOption,
    policy: PolicyOption,
    accept: AcceptOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say whether a node could start: database, rights of its user, policy, audit log."""
    from openvalley.healthdata.disclosure.audit import verify  # noqa: PLC0415
    from openvalley.healthdata.node.serving import Source, open_safely  # noqa: PLC0415

    edge = Edge.of(context, home, as_json=as_json)
    opened, rules = open_safely(Source(cdm, policy, tuple(accept or ())))
    with opened:
        chain = verify(rules.audit_log)
        told = {"cdm": opened.version, "persons": opened.population, "data_as_of": opened.as_of.isoformat(),
                "warnings": list(opened.warnings), "clients": [client.id for client in rules.clients],
                "minimum_count": rules.disclosure.minimum_count, "rounding": rules.disclosure.rounding,
                "differential_privacy": rules.privacy is not None, "sketches": rules.linkage is not None,
                "switched_off": rules.switch.exists(), "audit_lines": chain.lines}
    if edge.as_json:
        edge.print_json(told)
        return
    for name, value in told.items():
        edge.console.print(f"{name.replace('_', ' ')}: {value}", markup=False)
    edge.console.print("The database user can write nothing. The node can start.")


@node_app.command()
def key(
    context: typer.Context,
    client: Annotated[str, typer.Argument(help="What the audit log will call the client, such as hub.")] = "hub",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a key for a client: the key for the client alone, its hash for the policy file."""
    from openvalley.healthdata.disclosure.clients import hashed, new_key  # noqa: PLC0415

    made = new_key()
    edge = Edge.of(context, home, as_json=as_json)
    if edge.as_json:
        edge.print_json({"client": client, "key": made, "key_sha256": hashed(made)})
        return
    edge.console.print(f"Key, for {client} alone; it is shown this once:\n{made}\n\nFor the policy file:\n\n"
                       f'[[clients]]\nid = "{client}"\nkey_sha256 = "{hashed(made)}"', markup=False, soft_wrap=True)


@node_app.command()
def audit(
    context: typer.Context,
    policy: PolicyOption,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Verify the audit log's chain of hashes, and print its last line's number and hash to be noted elsewhere."""
    from openvalley.healthdata.disclosure.audit import verify  # noqa: PLC0415
    from openvalley.healthdata.disclosure.policy import load_policy  # noqa: PLC0415

    edge = Edge.of(context, home, as_json=as_json)
    log = load_policy(policy).audit_log
    chain = verify(log)
    if edge.as_json:
        edge.print_json({"log": str(log), "lines": chain.lines, "last_hash": chain.last})
        return
    edge.console.print(f"{log}: {chain.lines:,} lines, whole. The last has the hash\n{chain.last}", soft_wrap=True)


@node_app.command()
def off(context: typer.Context, policy: PolicyOption, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Switch the node off at once: every question is refused until it is switched on."""
    _switch(Edge.of(context, home, as_json=as_json), policy, on=False)


@node_app.command()
def on(context: typer.Context, policy: PolicyOption, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Switch the node on again."""
    _switch(Edge.of(context, home, as_json=as_json), policy, on=True)


@node_app.command()
def observations(  # noqa: PLR0913, PLR0917 - every option of a verb is a parameter
    context: typer.Context,
    bundles: Annotated[list[Path], typer.Argument(metavar="BUNDLE...", help="FHIR R4B bundles as JSON.")],
    cdm: CdmOption,
    first_id: Annotated[int, typer.Option(min=1, help="measurement_id of the first row: above all in the table.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The CSV to write, for your loading to append.")],
    accept: AcceptOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Turn FHIR Observations of home monitoring into rows of the CDM's measurement, as CSV."""
    from openvalley.healthdata.cdm.opening import open_cdm  # noqa: PLC0415
    from openvalley.healthdata.trends.observations import convert, write_rows  # noqa: PLC0415

    edge = Edge.of(context, home, as_json=as_json)
    with open_cdm(cdm, accept=tuple(accept or ())) as opened:
        converted = convert(bundles, opened.engine, first_id)
    write_rows(converted.rows, output)
    if edge.as_json:
        edge.print_json({"rows": len(converted.rows), "file": str(output), "faults": list(converted.faults)})
        return
    edge.console.print(f"{len(converted.rows):,} rows written to {output}.", markup=False, soft_wrap=True)
    for fault in converted.faults[:_FAULTS]:
        edge.console.print(f"{fault.file}, entry {fault.entry}: {fault.reason}", markup=False, soft_wrap=True)
    if len(converted.faults) > _FAULTS:
        edge.console.print(f"... and {len(converted.faults) - _FAULTS:,} more; --json lists all.")


@node_app.command()
def demo(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Ask five sample cohorts, print the answers, and end.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Start three nodes on this machine over invented patients, and ask them as a hub does."""
    import tempfile  # noqa: PLC0415

    from openvalley.cli.counting import print_answers  # noqa: PLC0415
    from openvalley.healthdata.demo import nodes_on_loopback, sample_answers  # noqa: PLC0415

    edge = Edge.of(context, home, as_json=as_json)
    with tempfile.TemporaryDirectory(prefix="openvalley-node-") as folder, nodes_on_loopback(Path(folder)) as hub:
        print_answers(edge, sample_answers(hub))
        if not once:
            edge.console.print(f"\nThe nodes go on answering; stop them with Ctrl-C. In another terminal:\n"
                               f"  openvalley cohort --hub {folder}/hub.toml --condition SNOMED:44054006 --min-age 65",
                               markup=False, soft_wrap=True)
            _wait()


def _wait() -> None:
    """Wait until somebody stops the command."""
    import threading  # noqa: PLC0415

    threading.Event().wait()


def _switch(edge: Edge, policy: Path, *, on: bool) -> None:
    from openvalley.errors import BadPolicy  # noqa: PLC0415
    from openvalley.healthdata.disclosure.policy import switch_of  # noqa: PLC0415
    from openvalley.storage import storage_errors  # noqa: PLC0415

    if not policy.is_file():
        raise BadPolicy(f"There is no policy file {policy}.", hint="Name the file that the node was started with.")
    switch = switch_of(policy)
    with storage_errors(switch):
        if on:
            switch.unlink(missing_ok=True)
        else:
            switch.touch()
    if edge.as_json:
        edge.print_json({"switched_on": on, "file": str(switch)})
    else:
        edge.console.print("The node answers." if on else "The node answers nothing.")
