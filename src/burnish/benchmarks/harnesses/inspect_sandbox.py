"""Inspect's sandbox provider `bubblewrap`: each sample gets one of Burnish's sandboxes, without network and container engine.

Inspect finds it by the package's entry point, so `sandbox="bubblewrap"` works in any task, or by an import. It can't run
commands as another user, and holds files of 64 MiB together. Needs inspect_ai, which the pipeline doesn't.
"""

import functools
from collections.abc import Callable
from typing import Literal, TypeVar, overload

import anyio
import anyio.to_thread
from inspect_ai.util import (
    ExecResult,
    OutputLimitExceededError,
    SandboxEnvironment,
    SandboxEnvironmentConfigType,
    SandboxEnvironmentLimits,
    SandboxUserUnsupportedError,
    sandboxenv,
)

from burnish.benchmarks.harnesses.boxes import Box, TooLargeError

T = TypeVar("T")
SANDBOX = "bubblewrap"


@sandboxenv(name=SANDBOX)
class BubblewrapSandbox(SandboxEnvironment):
    """One sample's sandbox."""

    def __init__(self, box: Box) -> None:
        """Use a box that runs."""
        super().__init__()
        self._box = box

    @classmethod
    async def sample_init(
        cls, task_name: str, config: SandboxEnvironmentConfigType | None, metadata: dict[str, str]
    ) -> dict[str, SandboxEnvironment]:
        """Start the sandbox of a sample."""
        return {"default": cls(await anyio.to_thread.run_sync(Box))}

    @classmethod
    async def sample_cleanup(
        cls, task_name: str, config: SandboxEnvironmentConfigType | None, environments: dict[str, SandboxEnvironment],
        interrupted: bool,
    ) -> None:  # fmt: skip
        """End it, whatever runs in it."""
        for environment in environments.values():
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(environment.as_type(BubblewrapSandbox)._box.close)

    async def exec(
        self, cmd: list[str], input: str | bytes | None = None, cwd: str | None = None, env: dict[str, str] | None = None,
        user: str | None = None, timeout: int | None = None, timeout_retry: bool = True, concurrency: bool = True,
    ) -> ExecResult[str]:  # fmt: skip
        """Run a command; see `SandboxEnvironment.exec`. A program that isn't there ends with status 127."""
        if user is not None:
            raise SandboxUserUnsupportedError(f"bubblewrap has one user, so nothing can run as {user!r}; leave it out")
        stdin = input.encode() if isinstance(input, str) else input or b""
        most = SandboxEnvironmentLimits.MAX_EXEC_OUTPUT_SIZE
        ran = await self._do(
            functools.partial(
                self._box.run, cmd, stdin=stdin, cwd=cwd or "", env=env or {}, seconds=timeout, most_bytes=most
            )
        )
        stdout, stderr = ran.stdout.decode(errors="replace"), ran.stderr.decode(errors="replace")
        if ran.cut:
            raise OutputLimitExceededError(SandboxEnvironmentLimits.MAX_EXEC_OUTPUT_SIZE_STR, stdout)
        return ExecResult(ran.status == 0, ran.status, stdout, stderr)

    async def write_file(self, file: str, contents: str | bytes) -> None:
        """Write a file; see `SandboxEnvironment.write_file`."""
        content = contents.encode() if isinstance(contents, str) else contents
        await self._do(functools.partial(self._box.write, file, content))

    @overload
    async def read_file(self, file: str, text: Literal[True] = True) -> str: ...

    @overload
    async def read_file(self, file: str, text: Literal[False]) -> bytes: ...

    async def read_file(self, file: str, text: bool = True) -> str | bytes:
        """Read a file; see `SandboxEnvironment.read_file`."""
        most = SandboxEnvironmentLimits.MAX_READ_FILE_SIZE
        try:
            content = await self._do(functools.partial(self._box.read, file, most_bytes=most))
        except TooLargeError:
            raise OutputLimitExceededError(SandboxEnvironmentLimits.MAX_READ_FILE_SIZE_STR, None) from None
        return content.decode() if text else content

    async def _do(self, work: Callable[[], T]) -> T:
        """Do it in a thread; a sample that is cancelled meanwhile gives its sandbox up."""
        try:
            return await anyio.to_thread.run_sync(work, abandon_on_cancel=True)
        except anyio.get_cancelled_exc_class():
            self._box.abandon()
            raise
