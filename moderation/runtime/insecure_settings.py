"""Refuse to start with settings that are fine on one's own machine but not safe where other people's data is.

With our embedded database nothing is checked. Otherwise INSECURE_OK names the settings that are accepted all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

from environs import EnvError

KEY_LENGTH = 32
KEY_SIGNS = 10  # different characters: a repeated word has fewer
NAMES = ("SECRET_KEY", "DEBUG", "ALLOWED_HOSTS", "HTTPS", "OUTBOUND_ALLOWED_NETWORKS")


@dataclass(frozen=True, slots=True)
class Given:
    secret_key: str
    debug: bool
    allowed_hosts: Sequence[str]
    https: bool
    networks: Sequence[IPv4Network | IPv6Network]


def insecure(given: Given) -> dict[str, str]:
    """The settings that are not safe: the name, and what to do about it."""
    found = {
        "SECRET_KEY": is_guessable(given.secret_key)
        and f"SECRET_KEY can be guessed: give at least {KEY_LENGTH} random characters",
        "DEBUG": given.debug and "DEBUG shows our insides to anybody: leave it out",
        "ALLOWED_HOSTS": "*" in given.allowed_hosts
        and "ALLOWED_HOSTS=* answers to any host name: name those that people use",
        "HTTPS": not given.https
        and "Without HTTPS passwords and cookies can be read on their way: set HTTPS=true behind a proxy that ends TLS",
        "OUTBOUND_ALLOWED_NETWORKS": any(network.prefixlen == 0 for network in given.networks)
        and "OUTBOUND_ALLOWED_NETWORKS opens every private address: name the networks that are needed",
    }
    return {name: why for name, why in found.items() if why}


def refuse_insecure(given: Given, *, accepted: Sequence[str], foreign_database: bool) -> None:
    """Raises EnvError naming what is neither safe nor accepted, when the database is not our own embedded one."""
    if unknown := [name for name in accepted if name not in NAMES]:
        raise EnvError(f"INSECURE_OK: {', '.join(unknown)} cannot be accepted. Give some of {', '.join(NAMES)}.")
    found = {name: why for name, why in insecure(given).items() if name not in accepted}
    if found and foreign_database:
        raise EnvError(
            f"these settings are not safe with a database of your own. {'. '.join(found.values())}."
            f" Where you know better, say so: INSECURE_OK={','.join([*accepted, *found])}"
        )


def is_guessable(key: str) -> bool:
    return len(key) < KEY_LENGTH or len(set(key)) < KEY_SIGNS or key.startswith("django-insecure-")
