clock_timestamp() + make_interval(secs => coalesce(queue.lease_seconds, %(lease_seconds)s))
