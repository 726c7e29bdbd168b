"""Health data: a catalogue everyone can find, and counts that hospitals can give without giving anything away.

Reads descriptions of data sets, and OMOP CDM databases where they lie; writes nothing but descriptions and counts.
Next: the edges (cli, site). Each folder is one part: catalogue (what there is), cdm (questions to a database),
disclosure (what may leave), node (what a hospital runs) and hub (what asks all of them).
"""
