"""ESCO: occupations of Europe and the ISCO groups they stand in, in four languages.

Reads the CSV files of the ESCO download, writes occupation records. Next: atlas/ and the questions about skills, which
join shortages and programmes through occupations.
"""
