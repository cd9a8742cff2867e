"""Sandboxed: runs JavaScript programs one after the other, a Node process each. The text of a module for Node.

The process that starts them never runs a program. Each one finds the files that the first found, and is gone with its
group of processes before the next one starts. What isn't a program needs no process: its syntax error is its report.
"""

SOURCE = r"""
"use strict";
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const vm = require("node:vm");
const { spawn } = require("node:child_process");

const MAX_LINE_BYTES = 4_000_000;
// Sleeping counts too: as much as programs of Python may.
const WALL_FACTOR = 5;
const INSIDE = process.cwd() === "/tmp/work";
const SCRATCH = INSIDE ? [".", "/tmp", "/dev/shm"] : ["."];
const list = () => SCRATCH.flatMap((folder) => fs.readdirSync(folder).map((name) => path.resolve(folder, name)));
const found = new Set(list());
const files = new Map(fs.readdirSync(".", { withFileTypes: true }).filter((one) => one.isFile())
  .map(({ name }) => [name, fs.readFileSync(name)]));

function tidy() {
  for (const left of list().filter((one) => !found.has(one))) {
    try { fs.rmSync(left, { recursive: true, force: true }); } catch { /* a folder that nobody may enter */ }
  }
  for (const [name, content] of files) {
    try {
      if (fs.readFileSync(name).equals(content)) continue;
    } catch { /* gone: written again */ }
    fs.rmSync(name, { recursive: true, force: true });
    fs.writeFileSync(name, content);
  }
}

// The descriptors of a file that has no name any more: to read it from its start, and to write it.
function openNameless(content) {
  const name = `task-${process.hrtime.bigint()}`;
  fs.writeFileSync(name, content, { flag: "wx" });
  const ends = [fs.openSync(name, "r"), fs.openSync(name, "r+")];
  fs.unlinkSync(name);
  return ends;
}

function readLine(descriptor) {
  const bytes = Buffer.alloc(Math.min(fs.fstatSync(descriptor).size, MAX_LINE_BYTES));
  const read = fs.readSync(descriptor, bytes, 0, bytes.length, 0);
  const end = bytes.subarray(0, read).indexOf(10);
  return end < 0 ? "" : bytes.toString("utf8", 0, end);
}

function isReport(line) {
  try {
    const report = JSON.parse(line);
    return report !== null && (Array.isArray(report.outcomes) || typeof report.failed === "string");
  } catch {
    return false;
  }
}

function describeEnd({ late, status, signal }) {
  if (late) return "timeout";
  if (signal === "SIGKILL") return "killed: too much memory or too many processes";
  return `ended its process early (status ${signal ? 128 + os.constants.signals[signal] : status}) without a report`;
}

function waitFor(child, milliseconds) {
  const kill = () => { try { process.kill(-child.pid, "SIGKILL"); } catch { /* gone */ } };
  return new Promise((resolve) => {
    let late = false;
    const timer = setTimeout(() => { late = true; kill(); }, milliseconds);
    const end = (status, signal) => { clearTimeout(timer); kill(); resolve({ late, status, signal }); };
    child.on("exit", end);
    child.on("error", (error) => end(error.code, null));
  });
}

async function runOne(task) {
  const [input, inputEnd] = openNameless(JSON.stringify([{ ...task, apart: false, alone: true }]));
  const [output, outputEnd] = openNameless("");
  const child = spawn(process.execPath, [...process.execArgv, "driver.js"],
    { detached: true, stdio: [input, outputEnd, "ignore"] });
  const ended = await waitFor(child, WALL_FACTOR * task.seconds * 1000);
  const line = readLine(output);
  for (const descriptor of [input, inputEnd, output, outputEnd]) fs.closeSync(descriptor);
  tidy();
  return isReport(line) ? line : JSON.stringify({ failed: describeEnd(ended) });
}

function findSyntaxError(source) {
  try {
    new vm.Script(source, { filename: "program.js" });
    return "";
  } catch (error) {
    return JSON.stringify({ failed: `${error.name}: ${error.message.slice(0, 160)}` });
  }
}

async function runEach(tasks, asScript) {
  for (const task of tasks) {
    const line = findSyntaxError(task.compiled ?? asScript(task.program)) || await runOne(task);
    const bytes = Buffer.from(`${line}\n`);
    for (let sent = 0; sent < bytes.length; ) sent += fs.writeSync(1, bytes, sent);
  }
  process.exit(0);
}

module.exports = { runEach };
"""
