"""Pages of the policy: customers' own labels, starting policies."""
