"""What forms over lists of cases name: the page to return to, and the chosen tasks."""

from django.http import QueryDict
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.whole_numbers import whole_number


def own_path(path: str) -> str:
    """The path when it is one of ours, else ""."""
    is_ours = path.startswith("/") and path.isprintable() and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if is_ours else ""


def named_tasks(said: QueryDict) -> list[int]:
    """The numbers in `task`, each once; what is no number is ignored."""
    named = dict.fromkeys(said.getlist("task"))
    return [number for number in map(whole_number, named) if number is not None]
