from django.db import migrations


class Migration(migrations.Migration):
    """When a key was last used is told by the key alone."""

    dependencies = [("accounts", "0011_people")]
    operations = [migrations.RemoveField(model_name="keyuse", name="last_at")]
