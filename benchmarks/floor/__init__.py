"""What the product is measured against: the least that could do a part of its job."""
