"""Persons in registers: who is withheld, who survives, and what is cut out of text. Persons are invented."""

import duckdb
import pytest

from openvalley.sources.persons import define_cleaning, empty_quarantine, person_like, withhold


@pytest.mark.parametrize("name", [
    "Dr. Ann Sample", "Prof. Dr. med. Bert Voorbeeld", "DR.ANN SAMPLE", "Dott.ssa Anna Esempio", "Pr Claire Exemple",
    "Mrs Sample", "Mevrouw Voorbeeld", "Priv.-Doz. Dr. Karl Beispiel", "Univ.-Prof. Dr. Karl Beispiel",
    "Ann Sample, MD", "Ann Sample, MD, PhD", "Ann B. Sample M.D.", "Ann Sample MD LTD", "Hany H. Sample, MD",
    "Praxis Dr. med. Beispiel", "Cabinet du Dr Exemple", "Praxis Dres. Beispiel/Muster", "Dr. Sample Family Practice",
    "Dr. A. Sample, University Hospital Antwerp", "Dra. Ana Ejemplo. Servicio de Neurología. Hospital Clínico",
    "University Hospital Antwerp, represented by Prof. Bert Voorbeeld", "UZ Antwerpen, Bert Voorbeeld",
    "Pr Claire Exemple Université de Liège", "Klaus Beispiel/University of Helsinki",
    "Bert Voorbeeld, Department of Urology",
    "Maria Voorbeeld", "maria voorbeeld", "MARIA VOORBEELD", "Voorbeeld Maria", "Voorbeeld, Maria", "Mª Luz Ejemplo",
    "María del Rosario Ejemplo de la Muestra", "Jean-Pierre Exemple", "J. Voorbeeld", "H. de Vries",
    "J.P. de Voorbeeld",
    "Zhenxx Wang", "Sohaxx Khan", "Ann Sample and Bert Voorbeeld", "Rebecca Spain", "Per F. Eksempel",
    "XQV Voorbeeld", "XQ de Voorbeeld", "XQ. Voorbeeld", "X Q Voorbeeld", "P Pierre Exemple", "Wang Voorbeeld",
    "Individual sponsor (name withheld)",
])
def test_what_may_be_a_person_is_withheld(name):
    assert person_like(name)


@pytest.mark.parametrize("name", [
    "Johns Hopkins University", "Janssen Pharmaceutica", "Institut Jules Bordet", "Clinique Saint-Jean",
    "Eli Lilly and Company", "Eli Lilly", "Boehringer Ingelheim", "Hoffmann-La Roche", "F. Hoffmann-La Roche AG",
    "Dr. Reddy's Laboratories", "Dr. Falk Pharma GmbH", "Dr. Willmar Schwabe GmbH & Co. KG",
    "MD Anderson Cancer Center",
    "MD Stem Cells", "Hospital Universitario Dr. Peset", "Prof. Dr. Cemil Tascioglu City Hospital", "Gustave Roussy",
    "University of California, San Francisco", "Pfizer Inc./ Ann Arbor", "Mayo Clinic", "KU Leuven", "UZ Gent",
    "Universitair Ziekenhuis Gent, afdeling Neurologie", "AZ Sint-Jan Brugge-Oostende AV", "CHU de Liège", "Biogen",
    "Martin-Luther-Universität Halle-Wittenberg", "Fondazione Don Carlo Gnocchi Onlus", "Marie Stopes Ethiopia",
    "Assistance Publique - Hôpitaux de Paris", "Bristol-Myers Squibb", "Novo Nordisk A/S", "Alexion, Inc.",
    "Houston Methodist", "Heinrich-Heine-Universität Düsseldorf", "Vrije Universiteit Brussel",
    "Merck KGaA, Darmstadt, Germany",
    "CSL Behring", "EMD Serono", "XQV Peptides", "XQV Leuven", "XQ Sint-Niklaas", "ZNA Middelheim", "TU Wien",
    "N V Organon", "XQV", "XQV Voorbeeld Pharma", "XQV Voorbeeld Delta", "Voorbeeld XQV", "XQV VOORBEELD",
    "Centre Antoine Lacassagne", "Henry Ford Hospital", "Region Jönköpings län", "Brain Canada", "Héma-Québec", "",
])
def test_organisations_survive(name):
    assert not person_like(name)


@pytest.fixture
def connection():
    with duckdb.connect() as opened:
        define_cleaning(opened)
        yield opened


def test_withheld_names_become_a_table(connection):
    connection.execute("CREATE TABLE given AS SELECT unnest(['Ann Sample', 'KU Leuven', NULL, 'Ann Sample']) AS n")
    withhold(connection, "hidden", "SELECT n FROM given")
    assert connection.execute("SELECT name FROM hidden").fetchall() == [("Ann Sample",)]


@pytest.mark.parametrize(("text", "clean"), [
    ("Write to ann.sample@uza.example.", "Write to [address withheld]."),
    ("ann.sample(at)uza.example", "[address withheld]"), ("Call +32 3 555 12 34 now", "Call [number withheld] now"),
    ("Tel.: 03 555 12 34", "[number withheld]"), ("phone no. 555-1234", "[number withheld]"),
    ("(617) 555-1234", "[number withheld]"), ("617-555-1234", "[number withheld]"), ("0032 3 555 12 34",
    "[number withheld]"),
    ("gsm 0475/12.34.56", "[number withheld]"), ("0475 12 34 56", "[number withheld]"), ("016/34 56 78",
    "[number withheld]"),
    ("led by Prof. Dr. Ann Van Sample in Ghent", "led by [name withheld] in Ghent"),
    ("Mr. Voorbeeld answers", "[name withheld] answers"),
])
def test_what_reaches_a_person_is_cut_out_of_text(connection, text, clean):
    assert connection.execute("SELECT clean_text(?)", [text]).fetchone() == (clean,)


@pytest.mark.parametrize("text", [
    "EudraCT 2004-000123-45 and NCT01234567", "2022-501234-56-00", "from 2019-03-01 to 2020-12-31",
    "1 200 300 patients",
    "0.5 mg, 1.0 mg and 10-20-30 mg", "visits at 0, 12, 24 and 36 weeks", "DR5 and MS patients", "on 05.12.20 at 10:30",
    "HbA1c 48-64 mmol/mol @ baseline", "ISRCTN12345678", "CD4+ counts of 200-350", "the Dr1 allele",
])
def test_numbers_that_reach_nobody_stay(connection, text):
    assert connection.execute("SELECT clean_text(?)", [text]).fetchone() == (text,)


@pytest.mark.parametrize(("name", "clean"), [
    ("UZ Gent, info@uzgent.example", "UZ Gent"), ("UZ Gent tel. 09 555 12 34", "UZ Gent"), (" UZ  Gent ", "UZ Gent"),
    ("Dr. Reddy's Laboratories", "Dr. Reddy's Laboratories"), ("a.sample@x.example", None), ("", None), (None, None),
])
def test_names_are_left_without_addresses_and_numbers(connection, name, clean):
    assert connection.execute("SELECT clean_name(?)", [name]).fetchone() == (clean,)


def test_quarantine_can_be_emptied(connection):
    connection.execute("CREATE TABLE quarantine AS SELECT 'f' AS file, 'Dr. Ann Sample' AS content")
    empty_quarantine(connection)
    ((content,),) = connection.execute("SELECT content FROM quarantine").fetchall()
    assert "Sample" not in content
