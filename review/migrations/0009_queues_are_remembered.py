from django.db import migrations

CREATE = """
CREATE TRIGGER queues_are_remembered AFTER INSERT OR UPDATE OR DELETE ON review_queue
    FOR EACH STATEMENT EXECUTE FUNCTION advance_edition('queues');
"""
DROP = "DROP TRIGGER queues_are_remembered ON review_queue;"


class Migration(migrations.Migration):
    dependencies = [("review", "0008_grid"), ("moderation", "0014_editions_of_tables")]
    operations = [migrations.RunSQL(CREATE, DROP)]
