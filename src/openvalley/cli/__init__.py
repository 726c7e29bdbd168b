"""The command line: parse, call, print. Reads the environment once; next: the pipeline and the atlas."""
