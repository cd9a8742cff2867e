"""Preference category `fs_tests`: tests that catch every broken copy of a program against tests that let some pass.

The weaker ones hold a test that can't fail, a branch that isn't tested or a limit that is missed.
"""

from burnish.generate.case_pairs import CaseCategory

CATEGORY = CaseCategory(
    name="fs_tests", kinds=("test",), check="catches_broken_programs", other="passes_good_program"
)  # fmt: skip
