"""Views of people: each answers one personal page, for those whom the table of permissions lets in."""
