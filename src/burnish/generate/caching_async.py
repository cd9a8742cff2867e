"""Cases of caching and asynchronous work: caches, jobs, queues, retries, schedules, broadcasts."""

from burnish import stage
from burnish.generate import fs_cache_aside, fs_retry_backoff
from burnish.generate.cases import stage_run

CATEGORIES = (fs_cache_aside.CATEGORY, fs_retry_backoff.CATEGORY)

if __name__ == "__main__":
    stage.main(stage_run(CATEGORIES))
