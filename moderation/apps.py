from django.apps import AppConfig


class ModerationConfig(AppConfig):
    name = "moderation"

    def ready(self) -> None:
        from moderation.api import security  # noqa: F401 - registers the sign-in schemes of the OpenAPI document

        # Binds every `shared_task` to our Celery application, also in processes that Celery did not start.
        from moderation.celery import app

        app.set_default()
