"""Invented case files for the examples and the suite, each with its answer key.

``python -m tests.casegen`` writes ``examples/``. Companies, people, codes and cases are invented; laws and
article numbers are real.
"""
