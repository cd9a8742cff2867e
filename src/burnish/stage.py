"""The entry of every stage: parameters from `params.yaml`, paths from `dvc.yaml`, metrics and a record out.

A stage module ends with `stage.main(run)`. The signature of `run` says what it needs: `params` is the section of the
stage's name, every `Path` is an option of the command, `seed`, `key`, `executor`, `record` and `resume` are provided. The
result of `run` is the stage's metrics: no times and no hosts, so that two runs write the same bytes.
"""

import argparse
import fcntl
import inspect
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, get_type_hints

from burnish import STOPPED, launching, params
from burnish.errors import BurnishError
from burnish.files import digest_of, write_json
from burnish.foreign_names import refuse_foreign_names
from burnish.records import Record
from burnish.seeds import fingerprint

Metrics = Mapping[str, Any]
PARENT_POLL_SECONDS = 0.5
OUTPUTS = frozenset(
    {"out", "history", "rates"}
)  # options that a stage writes: what lies there doesn't change what it resumes


class Call(NamedTuple):
    """What `run` is called with, and where its results go."""

    arguments: dict[str, Any]
    record: Record
    metrics: Path | None
    record_path: Path | None
    inputs: dict[str, str]


def main(run: Callable[..., Metrics | None], *, spreads: bool = False) -> NoReturn:
    """Run one stage from the command line and end the process with its exit status.

    One that `spreads` runs in all processes of `params.yaml: launch` at once; the others run in this one.
    """
    try:
        check_workspace()
        end_with_parent()
        if launching.is_launched():
            _execute_with_others(run)
        elif spreads and (settings := params.load(launching.LaunchParams, "launch")).config is not None:
            launching.launch(settings, module=_module(), arguments=sys.argv[1:])
        else:
            _execute(run)
    except BurnishError as error:
        print(f"burnish: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print(STOPPED, file=sys.stderr)
        sys.exit(130)
    sys.exit(0)


def _execute_with_others(run: Callable[..., Metrics | None]) -> None:
    """Run the stage as one of several processes; the one that started them says for all what went wrong."""
    try:
        launching.join(params.load(launching.LaunchParams, "launch").timeout_seconds)
        _execute(run)
    except BurnishError as error:
        launching.report(str(error))
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def _module() -> str:
    spec = sys.modules["__main__"].__spec__
    assert spec is not None, "a stage is started by python -m"
    return spec.name


def check_workspace() -> None:
    """Refuse to run another checkout's code: a queued experiment has its own copy of `src`."""
    root = Path(os.environ.get("DVC_ROOT", Path.cwd())).resolve()
    package = Path(__file__).resolve().parent
    if not package.is_relative_to(root):
        raise BurnishError(
            f"{package} isn't inside this workspace ({root}); start stages by `bin/python -m ...` or `dvc repro`"
        )


def end_with_parent() -> None:
    """End this process when DVC, or whoever started it, dies: no trainer is left running beside its replacement."""
    watched = [(pid, _started(pid)) for pid in _ancestors()]

    def watch() -> None:
        while all(_started(pid) == started for pid, started in watched):
            time.sleep(PARENT_POLL_SECONDS)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(5)
        os._exit(143)

    if watched and launching.is_launched():
        threading.Thread(target=watch, daemon=True).start()  # SIGTERM ends it even where it waits for the others
    elif watched:
        signal.signal(signal.SIGTERM, lambda *_: os._exit(143))
        threading.Thread(target=watch, daemon=True).start()


def _ancestors() -> list[int]:
    """Return the processes between this one and DVC, DVC included; outside DVC none, or the one that launched this."""
    if "DVC_STAGE" not in os.environ:
        return [os.getppid()] if launching.is_launched() else []
    chain, pid = [], os.getppid()
    while pid > 1:
        chain.append(pid)
        command = Path(f"/proc/{pid}/cmdline")
        if not command.exists() or any(Path(part).name == "dvc" for part in command.read_text().split("\0")):
            break
        pid = _parent(pid)
    return chain if chain and pid > 1 else chain[:1]


def _parent(pid: int) -> int:
    return int(_stat(pid)[1]) if _stat(pid) else 0


def _started(pid: int) -> str | None:
    fields = _stat(pid)
    return fields[19] if fields and fields[0] != "Z" else None


def _stat(pid: int) -> list[str]:
    """Return the fields of `/proc/PID/stat` after the command's name: state, parent, ... start time at 19."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _execute(run: Callable[..., Metrics | None]) -> None:
    call = _prepare(run)
    result = dict(run(**call.arguments) or {})
    if call.metrics:
        write_json(call.metrics, result)
    if call.record_path:
        call.record.write(call.record_path, metrics=result, inputs=call.inputs)


def _prepare(run: Callable[..., Metrics | None]) -> Call:
    hints = get_type_hints(run)
    wanted = [name for name in inspect.signature(run).parameters if name in hints]
    paths = [name for name in wanted if hints[name] is Path and name != "resume"]
    options = _options(paths)
    content = params.read_yaml(params.PARAMS)
    name = params.section_name(options.stage, content)
    arguments: dict[str, Any] = {path: getattr(options, path) for path in paths}
    if "params" in wanted:
        refuse_foreign_names(params.lookup(content, name), known=hints["params"].model_fields, place=name)
        arguments["params"] = params.load(hints["params"], name)
    if "seed" in wanted:
        arguments["seed"] = params.read_seed(content)
    if "executor" in wanted:
        arguments["executor"] = params.load(hints["executor"], "executor")
    if "key" in wanted:
        arguments["key"] = options.stage.partition("@")[2]
    used = arguments["params"].model_dump(mode="json") if "params" in arguments else {}
    record = Record(options.stage, params=used)
    if "record" in wanted:
        arguments["record"] = record
    inputs = {}
    if "resume" in wanted:
        given = {path: getattr(options, path) for path in paths if path not in OUTPUTS}
        inputs = {path: digest_of(place) for path, place in given.items() if place.exists()}
        arguments["resume"] = resume_folder(options.stage, used, sorted(inputs.items()), arguments.get("seed"), _code())
    return Call(arguments, record, options.metrics, options.record, inputs)


def _options(paths: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="burnish stage", allow_abbrev=False)
    parser.add_argument("--stage", default=os.environ.get("DVC_STAGE"), help="name in dvc.yaml; DVC sets it")
    parser.add_argument("--metrics", type=Path)
    parser.add_argument("--record", type=Path)
    for path in paths:
        parser.add_argument(f"--{path.replace('_', '-')}", type=Path, required=True)
    options = parser.parse_args()
    if not options.stage:
        raise BurnishError("no stage name: use `burnish run STAGE` or `dvc repro STAGE`, or give --stage STAGE")
    return options


def _code() -> str:
    """Return the digest of this stage's code, so that changed code doesn't resume an old run."""
    from burnish.codehash import digest_module

    spec = sys.modules["__main__"].__spec__
    return digest_module(spec.name, root=Path(__file__).parent.parent) if spec else ""


def resume_folder(stage: str, *inputs: object) -> Path:
    """Return `.resume/<stage>/<digest of inputs>/`, locked for this process, or the first of several, until it ends."""
    folder = Path(".resume") / stage / fingerprint(*inputs)
    folder.mkdir(parents=True, exist_ok=True)
    if not launching.is_first():
        return folder
    lock = (folder / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise BurnishError(f"{folder} is in use: this stage runs already; wait for it or end it") from None
    _held.append(lock)
    return folder


_held: list[Any] = []
