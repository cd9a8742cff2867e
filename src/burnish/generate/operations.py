"""Cases of operations: containers, workflows, settings, logs. Judged by the field's validators or by running them."""

from burnish import stage
from burnish.generate import fs_compose_file, fs_dockerfile, fs_env_config, fs_structured_log
from burnish.generate.cases import stage_run

CATEGORIES = (fs_env_config.CATEGORY, fs_compose_file.CATEGORY, fs_dockerfile.CATEGORY, fs_structured_log.CATEGORY)

if __name__ == "__main__":
    stage.main(stage_run(CATEGORIES))
