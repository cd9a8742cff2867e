"""All templates of FullstackEval, and all tasks of one seed."""

from burnish.benchmarks.fullstack import (
    backend_functions,
    backend_programs,
    database_changes,
    database_queries,
    frontend_functions,
    frontend_pages,
    repair_functions,
    repair_programs,
    security_functions,
    security_programs,
    stack_functions,
    stack_programs,
)
from burnish.benchmarks.fullstack.tasks import Task, Template, make_task

TEMPLATES: tuple[Template, ...] = (
    *backend_functions.TEMPLATES, *backend_programs.TEMPLATES, *database_queries.TEMPLATES, *database_changes.TEMPLATES,
    *frontend_functions.TEMPLATES, *frontend_pages.TEMPLATES, *stack_functions.TEMPLATES, *stack_programs.TEMPLATES,
    *repair_functions.TEMPLATES, *repair_programs.TEMPLATES, *security_functions.TEMPLATES, *security_programs.TEMPLATES,
)  # fmt: skip


def make_tasks(*, seeds: int, key: int) -> list[Task]:
    """Return variants 0 to `seeds - 1` of every template, sorted by id."""
    return sorted(
        (make_task(template, seed=seed, key=key) for template in TEMPLATES for seed in range(seeds)),
        key=lambda task: task.id,
    )
