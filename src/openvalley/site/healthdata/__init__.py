"""The pages of health data: data sets found and shown, the catalogue for others, and a form that describes one.

Reads the feeds of healthdata/catalogue and the atlas; writes nothing: what the form makes goes to whoever filled it in.
Next: people, and catalogues that harvest ours.
"""
