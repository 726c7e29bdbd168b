"""The registers that come as tables: which columns become others in a copy, and their copying, column by column."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO

import numpy as np
import pyarrow as pa
from pyarrow import csv

#: Changes a text into that of a copy; copy 0 is the original.
Change = Callable[[str, int], str]
#: Share of a project's participants that are organisations of another copy: without them ten registers would lie side
#: by side, where one of ten times the size is one network.
_ELSEWHERE = 0.2


@dataclass(frozen=True)
class Table:
    """A table of a register: its delimiter, and by column how it is changed (see `tenfold_mirror`).

    The columns of ``elsewhere`` are of one other thing than the row, which may be of another copy than the row; its
    first column is that thing's number. Columns that a file does not have are no matter.
    """

    columns: Mapping[str, str]
    delimiter: str = ","
    elsewhere: Mapping[str, str] = field(default_factory=dict)

    def changed(self, present: Sequence[str]) -> dict[str, str]:
        """Return how the columns that are there are changed."""
        return {name: how for name, how in {**self.columns, **self.elsewhere}.items() if name in present}


#: Tables by the name of their file, or its beginning.
TABLES = {
    "project.csv": Table({"id": "project", "rcn": "project", "grantDoi": "project", "acronym": "name"}, ";"),
    "organization.csv": Table({"projectID": "project", "projectAcronym": "name"}, ";", {
        "organisationID": "pic", "vatNumber": "vat", "name": "name", "shortName": "name", "organizationURL": "host"}),
    "topics.csv": Table({"projectID": "project"}, ";"),
    "legalBasis.csv": Table({"projectID": "project"}, ";"),
    "euroSciVoc.csv": Table({"projectID": "project"}, ";"),
    "CTIS_trials_": Table({"Trial number": "trial", "Sponsor/Co-Sponsors": "name"}),
    "euctr_trials_": Table({"": "count", "trial_id": "trial"}),
    "euctr_sponsors": Table({"trials_ids": "trial", "name_of_sponsor": "name", "normalized_name": "name",
                             "normalized_parent_name": "name"}),
    "HE_calls_": Table({"ccm2Id": "count", "callId": "call", "topicId": "call", "topicUrl": "call"}),
}


def table_of(name: str) -> Table | None:
    """Return how the file of this name is copied; None for a file of which one is enough."""
    return next((table for beginning, table in TABLES.items() if name.startswith(beginning)), None)


def texts(stream: IO[bytes], table: Table) -> Iterator[tuple[str, str]]:
    """Yield the different texts of the columns that are changed, each with how."""
    rows = _read(stream, table)
    for column, how in table.changed(rows.column_names).items():
        for text in rows[column].unique().to_pylist():
            yield how, text


def multiply(stream: IO[bytes], into: IO[bytes], table: Table, changes: Mapping[str, Change], times: int) -> None:
    """Write the rows of a table and then those of its copies."""
    rows = _read(stream, table)
    columns = {name: _Column(rows[name], changes[how], times)
               for name, how in table.changed(rows.column_names).items()}
    counted = next((columns[name] for name in table.elsewhere), None)
    with csv.CSVWriter(into, rows.schema, write_options=csv.WriteOptions(delimiter=table.delimiter)) as writer:
        writer.write_table(rows)
        for copy in range(1, times):
            own = np.full(rows.num_rows, copy)
            others = counted.elsewhere(copy, times) if counted else own
            writer.write_table(pa.table([
                columns[name].rows(others if name in table.elsewhere else own) if name in columns else rows[name]
                for name in rows.column_names], rows.schema))


class _Column:
    """A column and its copies: the different texts of all of them, and which one stands in which row."""

    def __init__(self, column: pa.ChunkedArray, change: Change, times: int) -> None:
        encoded = column.combine_chunks().dictionary_encode()
        texts = encoded.dictionary.to_pylist()
        self._number = len(texts)
        self._which = encoded.indices.to_numpy()
        by_text = [[change(text, copy) for copy in range(times)] for text in texts]
        self._texts = pa.array([copies[copy] for copy in range(times) for copies in by_text], pa.string())

    def rows(self, copies: np.ndarray) -> pa.Array:
        """Return the column with the text of this copy in each row."""
        return self._texts.take(pa.array(copies * self._number + self._which))

    def elsewhere(self, copy: int, times: int) -> np.ndarray:
        """Return for each row the copy that what it names is of: mostly this one, and any for each thing's other rows.

        The first row of everything stays, so that it is there as often as it should be.
        """
        chance = np.random.default_rng([self._number, copy])
        away = chance.random(len(self._which)) < _ELSEWHERE
        away[np.unique(self._which, return_index=True)[1]] = False
        return np.where(away, chance.integers(0, times, len(away)), copy)


def _read(stream: IO[bytes], table: Table) -> pa.Table:
    """Read a table as text, whatever stands in it."""
    content = pa.py_buffer(stream.read())
    parse = csv.ParseOptions(delimiter=table.delimiter, newlines_in_values=True)
    names = csv.open_csv(pa.BufferReader(content), parse_options=parse).schema.names
    return csv.read_csv(pa.BufferReader(content), parse_options=parse, convert_options=csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False))
