"""What more work that waits costs: the same measures at a thousand, a hundred thousand and a million waiting tasks."""
