"""Erase what the ledger keeps of cases, and what says that it must not (docs/retention.md).

- `kinds`: pictures, bodies, records;
- `cases`: erases them of cases that the caller has locked and found to be over;
- `reduced_body`: what is left of a result's body;
- `holds`: legal holds;
- `applied_again`: erasures that a restored backup has not heard of.

Which cases, and when, is for `review.retention`.
"""
