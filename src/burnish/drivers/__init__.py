"""The programs that run inside the sandbox beside what a model wrote. Each knows inputs only, never what is expected.

A driver reads tasks (JSON) from its standard input and writes one line of JSON per task to a private copy of its
standard output. They are modules, not data files, so that a stage's code digest covers them.
"""
