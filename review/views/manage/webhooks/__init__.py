"""Endpoints, their deliveries, and sending many of those once more."""
