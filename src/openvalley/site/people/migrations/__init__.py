"""Migrations of what people entrust to the site."""
