"""How long data is kept, and erasing a subject's (docs/retention.md).

- `clocks`: which rule says how long something of a case is kept (pure);
- `rules`: read and change the rules;
- `candidates`: cases that may be due, and whether they are over;
- `erase`: erase what is due of cases, in one transaction;
- `runs`: the walk of maintenance over all cases;
- `dry_run`: what the rules would erase now;
- `subjects`: erase all that is kept of one subject, in batches;
- `traces`: where else a subject is named;
- `certificate`: what was erased, by whom, and how to check it.
"""
