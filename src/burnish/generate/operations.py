"""Cases of operations: containers, workflows, settings, logs. Judged by the field's validators or by running them."""

from burnish import stage
from burnish.generate import (
    fs_ci_workflow,
    fs_compose_file,
    fs_dockerfile,
    fs_env_config,
    fs_kubernetes_manifest,
    fs_nginx_site,
    fs_structured_log,
)
from burnish.generate.cases import stage_run

CATEGORIES = (
    fs_env_config.CATEGORY,
    fs_compose_file.CATEGORY,
    fs_dockerfile.CATEGORY,
    fs_ci_workflow.CATEGORY,
    fs_nginx_site.CATEGORY,
    fs_kubernetes_manifest.CATEGORY,
    fs_structured_log.CATEGORY,
)

if __name__ == "__main__":
    stage.main(stage_run(CATEGORIES))
