"""The catalogue: data sets and who holds them, described in HealthDCAT-AP, gathered, checked, found and passed on.

Reads descriptions in RDF from files and national catalogues' feeds, writes them below the home folder, one version a
harvest. Next: the command line, the site, and other catalogues, which harvest ours.

The profile: HealthDCAT-AP release 5 of the EU's HealthData@EU pilot (https://healthdcat-ap.github.io/), on DCAT-AP 3
(https://semiceu.github.io/DCAT-AP/releases/3.0.0/).
"""
