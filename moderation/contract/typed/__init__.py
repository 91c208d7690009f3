"""The contract as types: bodies that keep to it are read by msgspec in one call, and need no reading field by field."""
