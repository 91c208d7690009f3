"""Addresses that a form names to return to."""

from django.utils.http import url_has_allowed_host_and_scheme


def own_path(path: str) -> str:
    """The path when it is one of ours, else ""."""
    return path if path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None) else ""
