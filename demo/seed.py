"""`python -m demo.seed --customer URL`: the demo's people, apps, queues, policy and endpoint. `make demo` calls it."""

from __future__ import annotations

import argparse
import os


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moderation.settings")
    import django
    from django.conf import settings

    django.setup()
    from demo.house import furnish

    parser = argparse.ArgumentParser(prog="python -m demo.seed", description=__doc__)
    parser.add_argument("--customer", required=True, help="base URL of the demo's customer")
    furnish(settings.DATA_DIR, customer=parser.parse_args().customer)


if __name__ == "__main__":
    main()
