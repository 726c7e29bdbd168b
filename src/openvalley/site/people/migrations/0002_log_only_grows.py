"""The database itself refuses to change or delete entries of the log."""

from django.db import migrations

_ONLY_GROWS = {
    "sqlite": (
        "CREATE TRIGGER people_entry_{what} BEFORE {what} ON people_entry "
        "BEGIN SELECT RAISE(ABORT, 'the log only grows'); END"),
    "postgresql": (
        "CREATE TRIGGER people_entry_{what} BEFORE {what} ON people_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION people_entry_only_grows()"),
}
_REFUSAL = (
    "CREATE FUNCTION people_entry_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the log only grows'; END $$")


def _guard(_apps, editor):
    vendor = editor.connection.vendor
    if vendor == "postgresql":
        editor.execute(_REFUSAL)
    for what in ("UPDATE", "DELETE"):
        editor.execute(_ONLY_GROWS[vendor].format(what=what))


def _free(_apps, editor):
    on = " ON people_entry" if editor.connection.vendor == "postgresql" else ""
    for what in ("UPDATE", "DELETE"):
        editor.execute(f"DROP TRIGGER people_entry_{what}{on}")
    if on:
        editor.execute("DROP FUNCTION people_entry_only_grows()")


class Migration(migrations.Migration):

    dependencies = [("people", "0001_accounts")]

    operations = [migrations.RunPython(_guard, _free)]
