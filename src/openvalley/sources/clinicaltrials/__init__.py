"""ClinicalTrials.gov: trials that run in the region or its peer countries, and the sites where they run."""
