"""Questions to an OMOP CDM: reads a database (DuckDB, Parquet, CSV, PostgreSQL), writes nothing, next disclosure/.

`opening.open_cdm` checks a database and opens it read only; `asking.cohort_from` reads a cohort question; `compiling`
turns it into one statement, the same for every engine; `Cdm.persons` returns who is in the cohort. That set never
leaves the node: what may is for disclosure/ to say.
"""
