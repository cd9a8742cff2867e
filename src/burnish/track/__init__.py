"""What is known of past runs, for people: MLflow runs out of DVC's records, and the report.

Nothing here is a stage: it reads `dvc.yaml`, `dvc.lock`, `params.yaml`, `metrics/` and `records/`; no stage reads what
it writes.
"""
