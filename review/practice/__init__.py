"""Practice: five drawn pictures with what a machine might say of them, a guideline and the right answer to each.

Nothing here is a case. What a person answers is kept in two tables of its own; no module of this package may import
what leases, decides, answers or delivers (pyproject.toml, "practice sends nothing").
"""
