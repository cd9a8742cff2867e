"""Preference category `fs_correctness`: a right program against one that fails some of its case's hidden tests.

Off-by-one, wrong status, lost update, wrong join: whatever the mutants of the cases break.
"""

from burnish.generate.case_pairs import CaseCategory

CATEGORY = CaseCategory(
    name="fs_correctness", kinds=("python", "node", "sql"), check="hidden_tests", other="other_tests"
)
