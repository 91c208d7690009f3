"""The pages of retention: how long data is kept, and erasing a subject's."""
