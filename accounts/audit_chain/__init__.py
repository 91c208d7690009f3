"""The hash chain over the audit (docs/decisions/0026): who removes or rewrites an event, also past the database's
triggers, breaks it where they did.

- `hashes`: what a link is computed from;
- `append`: links what was committed, after the commit and in the background, so that no decision waits for another;
- `anchors`: keeps the head in other places, so that a cut tail is seen;
- `verify`: reads the chain again and names the first link that does not fit;
- `erase`: erases details of events by rule; the chain still verifies.
"""
