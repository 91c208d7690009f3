"""Label Studio, the open edition, to compare with: installed and run for a benchmark, and asked over HTTP."""
