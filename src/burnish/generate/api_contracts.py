"""Cases of contracts between programs: schemas, versions, webhooks. Judged by the field's validators or by running them."""

from burnish import stage
from burnish.generate import (
    fs_api_version,
    fs_graphql_schema,
    fs_json_schema,
    fs_openapi_fragment,
    fs_webhook_signature,
)
from burnish.generate.cases import stage_run

CATEGORIES = (
    fs_api_version.CATEGORY,
    fs_graphql_schema.CATEGORY,
    fs_json_schema.CATEGORY,
    fs_openapi_fragment.CATEGORY,
    fs_webhook_signature.CATEGORY,
)

if __name__ == "__main__":
    stage.main(stage_run(CATEGORIES))
