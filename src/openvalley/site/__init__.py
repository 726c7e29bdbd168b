"""The site: a thin Django project that asks the atlas and renders pages and their machine formats.

Reads the published atlas of the home folder, writes only below ``<home>/site``. Next: a person's browser.
"""
