"""Hostile programs of Node.js for the sandbox, by name; as those of Python they print LEAK when they got through."""

PRELUDE = r"""
const fs = require("node:fs"), net = require("node:net"), dgram = require("node:dgram"), path = require("node:path");
const { spawn, spawnSync } = require("node:child_process");
const asked = JSON.parse(fs.readFileSync(0, "utf8"));
const leak = (what) => fs.writeSync(1, `LEAK ${what}\n`);
function attempt(what, action) {
  try {
    const result = action();
    if (result || result === undefined) leak(`${what}: ${result}`);
  } catch { /* held */ }
}
"""

ENDING = {
    "node: tcp, http and fetch": """
for (const host of ["127.0.0.1", "::1", asked.address]) {
  net.connect(asked.tcp, host, () => leak(host)).on("error", () => {});
}
fetch(`http://127.0.0.1:${asked.tcp}/`).then(() => leak("fetch"), () => {});
""",
    "node: udp": """
try { dgram.createSocket("udp4").on("error", () => {}).send(asked.canary, asked.udp, "127.0.0.1", () => {}).unref(); }
catch { /* held */ }
setTimeout(() => process.exit(0), 300);
process.on("exit", () => {});
""",
    "node: name service": """
require("node:dns").lookup("example.com", (error) => { if (!error) leak("lookup"); });
""",
    "node: unix sockets of the machine": """
for (const name of [asked.socket, "\\0" + asked.abstract]) {
  try { net.connect(name, () => leak(name)).on("error", () => {}); } catch { /* held */ }
}
""",
    "node: files": """
for (const name of [asked.secret, "/etc/shadow", `/proc/${asked.victim}/environ`, `/proc/1/root${asked.secret}`]) {
  attempt(name, () => fs.readFileSync(name).length > 0);
  attempt(name, () => fs.appendFileSync(name, "x"));
}
fs.symlinkSync(asked.secret, "link");
attempt("link", () => fs.readFileSync("link"));
attempt("copy", () => fs.cpSync(path.dirname(asked.secret), "copy", { recursive: true }));
attempt("remove", () => fs.rmSync(asked.secret));
""",
    "node: a shell": """
const run = spawnSync("/bin/sh", ["-c", `cat ${asked.secret} /etc/shadow; env; cat /proc/*/environ /proc/*/cmdline`]);
if (String(run.stdout).includes(asked.canary)) leak("shell");
""",
    "node: signals": """
for (const signal of [0, "SIGTERM", "SIGKILL"]) {
  attempt(signal, () => process.kill(asked.victim, signal));
  attempt(signal, () => process.kill(asked.caller, signal));
}
""",
    "node: becoming root": """
attempt("setuid", () => process.setuid(0));
attempt("setgid", () => process.setgid(0));
attempt("setgroups", () => process.setgroups([0]));
if (process.getuid() === 0) leak("root");
""",
    "node: environment": """
for (const name of Object.keys(process.env)) if (/SECRET|BURNISH/.test(name)) leak(name);
attempt("priority", () => require("node:os").setPriority(asked.victim, 19));
""",
    "node: a child that stays": """
spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)", asked.marker], { detached: true, stdio: "ignore" }).unref();
""",
    "node: descriptors": """
for (let number = 3; number < 300; number += 1) {
  try {
    const found = fs.fstatSync(number);
    if (found.isFile() && found.ino !== fs.fstatSync(0).ino) leak(number);
  } catch { /* closed */ }
}
for (const name of ["/verdict.json", "/usr/lib/evil", "/etc/passwd", process.execPath]) {
  attempt(name, () => fs.appendFileSync(name, '{"passed": true}'));
}
""",
}

ENDED = {
    "node: an endless loop": ("time", "for (;;);"),
    "node: promises without end": ("time", "(function again() { Promise.resolve().then(again); })();"),
    "node: memory": ("kill", "const held = []; for (;;) held.push(new Array(1e5).fill(1.5));"),
    "node: memory outside its heap": ("kill", "const held = []; for (;;) held.push(Buffer.alloc(8e6, 1));"),
    "node: output without end": ("kill", "for (;;) fs.writeSync(1, 'x'.repeat(65536));"),
    "node: threads": (
        "any", "const { Worker } = require('node:worker_threads');\n"
               "for (let i = 0; i < 100; i += 1) new Worker('for (;;);', { eval: true }).on('error', () => {});",
    ),
}  # fmt: skip
