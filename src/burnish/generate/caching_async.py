"""Cases of caching and asynchronous work: caches, jobs, queues, retries, schedules, broadcasts."""

from burnish import stage
from burnish.generate import (
    fs_background_job,
    fs_cache_aside,
    fs_message_queue,
    fs_retry_backoff,
    fs_scheduled_task,
    fs_websocket_broadcast,
)
from burnish.generate.cases import stage_run

CATEGORIES = (
    fs_cache_aside.CATEGORY,
    fs_background_job.CATEGORY,
    fs_message_queue.CATEGORY,
    fs_retry_backoff.CATEGORY,
    fs_scheduled_task.CATEGORY,
    fs_websocket_broadcast.CATEGORY,
)

if __name__ == "__main__":
    stage.main(stage_run(CATEGORIES))
