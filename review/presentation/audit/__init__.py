"""Events of the audit as people read them: sentences with names and links, and what was before and after."""
