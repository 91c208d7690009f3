"""The page for trying a picture."""
