"""The installation as its operator sees it: whether it is healthy, and what is still to be set up."""
