"""The atlas for assistants: a server of the Model Context Protocol on standard input and output (``openvalley mcp``).

Reads the published atlas, as the command line does; writes nothing, asks no network. Next: the assistant of whoever
starts it, which cites what it was told.
"""
