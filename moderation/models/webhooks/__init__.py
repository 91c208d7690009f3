"""Where final results go, and how they get there."""
