"""EU Clinical Trials Information System: trials of medicines in the EU under Regulation (EU) 536/2014."""
