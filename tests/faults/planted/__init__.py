"""Bugs that a run plants into the product's processes, to see that its checks catch them; and the quicker retries of
all runs. Nothing of the product imports or knows them: see tests/faults/startup/sitecustomize.py.
"""
