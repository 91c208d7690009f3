"""Practice: five drawn pictures with what a machine might say of them, a guideline and the right answer to each.

Nothing here is a case. Answers are stored in two tables of their own; no module of this package may import what
leases, decides, finalises or delivers (pyproject.toml, "practice sends nothing").
"""
