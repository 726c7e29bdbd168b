"""The site: a thin Django project that asks the atlas and renders pages and their machine formats.

Reads the published atlas of the home folder, what readers dispute, and what went wrong with its sources. Writes below
``<home>/site`` what serving needs, and appends what readers dispute to the home's judgements, through resolve/. Next: a
person's browser.
"""
