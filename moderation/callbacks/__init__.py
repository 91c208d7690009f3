"""What the detection service sends to our callback addresses: taken in, or kept in quarantine until it can be."""
