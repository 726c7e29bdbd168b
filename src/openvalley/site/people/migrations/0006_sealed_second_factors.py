from django.db import migrations

from openvalley.site.people.sealing import reseal


def _seal(apps, _editor):
    reseal(apps.get_model('mfa', 'Authenticator').objects.all())


class Migration(migrations.Migration):
    """Seals the secrets of second factors that were kept as they are; what is sealed stays so when it is undone."""

    dependencies = [
        ('people', '0005_keys'),
        ('mfa', '0003_authenticator_type_uniq'),
    ]

    operations = [
        migrations.RunPython(_seal, migrations.RunPython.noop),
    ]
