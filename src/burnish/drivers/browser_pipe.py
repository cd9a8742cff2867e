"""Sandboxed: starts Chromium and carries its DevTools protocol between lines and the pipes it listens on. Text for Node.

    command line:  node pipe.js CHROMIUM FLAG...
    lines in, out: messages of the protocol, as they are; Chromium ends its own with NUL, and JSON holds no newline

It reads none of them, so a page that took it over could send nothing that a page can't show anyway. Node, because the
limit of address space, which other interpreters start with, ends Chromium.
"""

SOURCE = r"""
const { spawn } = require("node:child_process");
const [program, ...flags] = process.argv.slice(2);
const child = spawn(program, flags, { stdio: ["ignore", "ignore", "inherit", "pipe", "pipe"] });
const swap = (chunk, from, to) => chunk.map((byte) => (byte === from ? to : byte));
const [toBrowser, fromBrowser] = [child.stdio[3], child.stdio[4]];
toBrowser.on("error", () => {});
process.stdin.on("data", (chunk) => toBrowser.write(swap(chunk, 10, 0)));
process.stdin.on("end", () => child.kill("SIGKILL"));
fromBrowser.on("data", (chunk) => process.stdout.write(swap(chunk, 0, 10)));
child.on("error", (error) => { process.stderr.write(String(error)); process.exit(1); });
child.on("exit", (code, signal) => {
  if (signal) process.stderr.write(`\nChromium ended with ${signal}`);
  process.exit(code === null ? 1 : code);
});
"""
