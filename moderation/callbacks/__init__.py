"""The detection service's callbacks: ingested, or kept in quarantine until they can be."""
