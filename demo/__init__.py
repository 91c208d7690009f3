"""Sample material for the demo and the tests: drawn pictures, machine results about them, and their host."""
