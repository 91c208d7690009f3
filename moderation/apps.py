from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.utils.translation import gettext_lazy as _


class ModerationConfig(AppConfig):
    name = "moderation"
    verbose_name = _("Results and endpoints")

    def ready(self) -> None:
        # Binds every `shared_task` to our Celery application, also in processes that Celery did not start.
        from moderation.celery import app

        app.set_default()


class StaticFiles(StaticFilesConfig):
    # htmx's extensions: we use none, and their imports name files that do not exist under those names.
    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "hx-*.js"]
