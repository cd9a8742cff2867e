"""Cases of HTTP back ends: routes, pages, validation, errors. Run in-process; no server and no network."""

from burnish import stage
from burnish.generate import (
    fs_crud_route,
    fs_error_responses,
    fs_file_upload,
    fs_idempotency_key,
    fs_pagination,
    fs_query_filters,
    fs_rate_limit,
    fs_request_validation,
)
from burnish.generate.cases import stage_run

CATEGORIES = (
    fs_crud_route.CATEGORY,
    fs_error_responses.CATEGORY,
    fs_file_upload.CATEGORY,
    fs_idempotency_key.CATEGORY,
    fs_pagination.CATEGORY,
    fs_query_filters.CATEGORY,
    fs_rate_limit.CATEGORY,
    fs_request_validation.CATEGORY,
)

if __name__ == "__main__":
    stage.main(stage_run(CATEGORIES))
