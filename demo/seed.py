"""`python -m demo.seed --customer URL --history N`: the demo's people, apps, queues, policy and endpoint, and N cases
of the week before the first start. `make demo` calls it.
"""

from __future__ import annotations

import argparse
import os


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moderation.settings")
    import django
    from django.conf import settings

    django.setup()
    from demo import example
    from demo.history.write import write as write_history
    from demo.house import BY, furnish
    from review.installation import setup

    parser = argparse.ArgumentParser(prog="python -m demo.seed", description=__doc__)
    parser.add_argument("--customer", required=True, help="base URL of the demo's customer")
    parser.add_argument("--history", type=int, default=0, help="how many cases of the past week to write")
    arguments = parser.parse_args()
    furnish(settings.DATA_DIR, customer=arguments.customer)
    write_history(arguments.history, customer=arguments.customer)
    example.write(settings.DATA_DIR, customer=arguments.customer)
    if arguments.history and not setup.is_seen():  # nothing is left to set up
        setup.dismiss(by=BY)


if __name__ == "__main__":
    main()
