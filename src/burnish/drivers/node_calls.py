"""Sandboxed: executes JavaScript programs, calls them, reports results as JSON. The text of a program for Node.

Tasks and reports are those of `python_calls`. Each task has a context of its own; the harness, a function
`(exports, call) => value`, runs inside it too, so that both see one set of classes. A task may name `packages` of npm
that are bound at `packages`, and in `imports` others that are ES modules only; with `jsx` the program's JSX, and types
if any, become plain JavaScript first. With `compile_only` that JavaScript is the report, and nothing runs; a later task
brings it as `compiled`. `ours` are the modules that aren't programs: what they name isn't loaded for that.

Tasks with `apart` run in a process each (`node_apart`). Where tasks are `shared`, a line {"clean": bool} after every few
reports says whether these programs left what they share as they found it (`node_watch`); after a false one nothing runs.
"""

SOURCE = r"""
"use strict";
const vm = require("node:vm");
const fs = require("node:fs");
const { createRequire } = require("node:module");
const { isPromise } = require("node:util").types;

const BUILTINS = new Set(["assert", "buffer", "crypto", "events", "path", "querystring", "url", "util",
  "timers/promises", "string_decoder"]);
const LENT = ["URL", "URLSearchParams", "TextEncoder", "TextDecoder", "structuredClone", "queueMicrotask", "setTimeout",
  "clearTimeout", "setInterval", "clearInterval", "setImmediate", "AbortController", "AbortSignal", "Event",
  "EventTarget", "Headers", "Request", "Response", "FormData", "Blob", "atob", "btoa", "performance", "crypto"];
const SILENT = Object.fromEntries(["log", "info", "warn", "error", "debug", "trace", "table", "dir", "group",
  "groupEnd", "time", "timeEnd", "assert"].map((name) => [name, () => {}]));
const MAX_DEPTH = 60;
// A look takes about as long as a program.
const TASKS_BETWEEN_LOOKS = 25;

class NotJson extends Error {}
class Stopped extends Error {}

function toJson(value, depth = 0) {
  if (depth > MAX_DEPTH) throw new NotJson("nested too deeply");
  if (value === undefined) return null;
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new NotJson(`${value} has no JSON form`);
    return value;
  }
  if (typeof value !== "object") throw new NotJson(`a ${typeof value} has no JSON form`);
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, i) => toJson(value[i], depth + 1));
  const kind = Object.prototype.toString.call(value);
  if (kind !== "[object Object]") throw new NotJson(`${kind} has no JSON form`);
  const plain = {};
  for (const key of Object.keys(value)) {
    if (value[key] === undefined) continue;
    Object.defineProperty(plain, key, { value: toJson(value[key], depth + 1), enumerable: true });
  }
  return plain;
}

// ES module syntax becomes what a script understands; TypeScript's compiler does this for `ts`.
function asScript(source) {
  const exported = [];
  const names = (list) => list.split(",").map((part) => part.trim()).filter(Boolean)
    .map((part) => part.split(/\s+as\s+/));
  const text = source
    .replace(/^\s*import\s+([^'"]+?)\s+from\s+(['"][^'"]+['"]);?/gm, (_, what, from) => bindImport(what, from))
    .replace(/^\s*import\s+(['"][^'"]+['"]);?/gm, "require($1);")
    .replace(/^(\s*)export\s+default\s+(?=(?:async\s+)?(?:function|class)\s+(\w+))/gm, (_, space, name) => {
      exported.push(["default", name]);
      return space;
    })
    .replace(/^(\s*)export\s+default\s+/gm, "$1exports.default = ")
    .replace(/^(\s*)export\s+(?=(?:async\s+)?(?:function|const|let|var|class)\b)/gm, "$1")
    .replace(/^\s*export\s*\{([^}]*)\};?/gm, (_, list) => {
      for (const [local, as] of names(list)) exported.push([as || local, local]);
      return "";
    });
  return text + exported.map(([as, local]) => `\nexports.${as} = ${local};`).join("");
}

function bindImport(what, from) {
  const star = what.match(/^\*\s+as\s+(\w+)$/);
  if (star) return `const ${star[1]} = require(${from});`;
  const [, first, list] = what.match(/^\s*(\w+)?\s*,?\s*(\{[^}]*\})?\s*$/s) || [];
  const parts = [];
  if (first) parts.push(`const ${first} = ((m) => m.default ?? m)(require(${from}));`);
  if (list) parts.push(`const ${list.replace(/\s+as\s+/g, ": ")} = require(${from});`);
  return parts.join(" ");
}

// Set where programs share this process.
let watch = null;

// React chooses its build by this when it is loaded: the one that checks nothing and writes nothing.
process.env.NODE_ENV = "production";
const requirePackage = createRequire(`${process.cwd()}/packages/program.js`);
const imported = new Map();
let bundles = null;

// One file in place of hundreds (`bundling`): what it has, the script, what V8 compiled of it.
function loadBundle(file) {
  const content = fs.readFileSync(file);
  const start = content.indexOf(10) + 1;
  const { bytes, entries } = JSON.parse(content.toString("latin1", 0, start)), end = start + bytes;
  const script = new vm.Script(content.toString("latin1", start, end), { filename: file, cachedData: content.subarray(end) });
  const load = script.runInThisContext()(require);
  return entries.map((name) => [name, () => load(name)]);
}

function findInBundles(name) {
  bundles ??= new Map(fs.readdirSync("packages").filter((file) => file.endsWith(".bundle"))
    .flatMap((file) => loadBundle(`packages/${file}`)));
  return bundles.get(name);
}

const lendPackage = (name) => (findInBundles(name) ?? (() => requirePackage(name)))();

// `require` of an ES module is too new a feature to count on, and a program's own `require` can't wait.
async function importPackages(tasks) {
  for (const name of new Set(tasks.flatMap((task) => task.imports || []))) {
    const load = findInBundles(name);
    imported.set(name, load ? Object.freeze(load()) : await import(`file://${requirePackage.resolve(name)}`));
  }
}

// What a program doesn't name is loaded when it asks in another way: the web client takes as long as Node's own start.
function lendGlobals(sandbox, text) {
  const get = (name) => (watch ? watch.lend(name) : globalThis[name]);
  for (const name of LENT.filter((one) => one in globalThis)) {
    if (text.includes(name)) sandbox[name] = get(name);
    else {
      Object.defineProperty(sandbox, name, { configurable: true, enumerable: true, get: () => get(name),
        set: (value) => Object.defineProperty(sandbox, name, { value, writable: true }) });
    }
  }
}

const keep = (module) => (watch ? watch.keep(module) : module);

function prepare(task, source) {
  const sandbox = { console: SILENT };
  const written = Object.entries(task.modules || {}).filter(([name]) => !(task.ours || []).includes(name));
  lendGlobals(sandbox, JSON.stringify([source, task.harness, written]));
  sandbox.Buffer = Buffer;
  sandbox.process = { env: {}, argv: [], platform: "linux", nextTick: process.nextTick.bind(process) };
  const context = vm.createContext(sandbox);
  const parse = vm.runInContext("JSON.parse", context);
  const loaded = new Map();
  const modules = task.modules || {};
  const plainName = (name) => name.replace(/^(\.{0,2}\/)+(?:.*\/)?/, "").replace(/\.(js|mjs|cjs|ts|jsx|tsx)$/, "");
  sandbox.require = (asked) => {
    const known = Object.keys(modules);
    const name = known.includes(asked) ? asked : known.find((one) => plainName(one) === plainName(asked)) || asked;
    if (Object.hasOwn(modules, name)) {
      if (!loaded.has(name)) loaded.set(name, evaluateModule(modules[name], context));
      return loaded.get(name);
    }
    const builtin = name.replace(/^node:/, "");
    if (BUILTINS.has(builtin)) return keep(require(builtin));
    if ((task.imports || []).includes(asked)) return keep(imported.get(asked));
    if ((task.packages || []).includes(asked.split("/")[0])) return keep(lendPackage(asked));
    throw new Error(`Cannot find module '${name}'`);
  };
  vm.runInContext("globalThis.global = globalThis.window = globalThis;" +
    "globalThis.module = { exports: {} }; globalThis.exports = module.exports;", context);
  for (const name of task.prelude || []) Object.assign(sandbox, sandbox.require(name));
  return { sandbox, context, parse };
}

function evaluateModule(source, context) {
  const wrapped = `(function (module, exports) {${asScript(source)}\n})`;
  const module = vm.runInContext("({ exports: {} })", context);
  vm.runInContext(wrapped, context)(module, module.exports);
  return module.exports;
}

const DECLARATION = new RegExp("^\\s*(?:export\\s+)?(?:default\\s+)?(?:async\\s+)?" +
  "(?:function\\s*\\*?|const|let|var|class)\\s+([A-Za-z_$][\\w$]*)", "gm");

const DRIVE = `(async (harness, entry, names) => {
  const whole = module.exports;
  const found = typeof whole === "function" ? { [whole.name]: whole, default: whole } : { ...whole };
  for (const name of names) {
    if (name in found) continue;
    try { found[name] = (0, eval)(name); } catch { /* not defined by the program */ }
  }
  if (entry && !(entry in found) && typeof found.default === "function") found[entry] = found.default;
  if (!harness && typeof found[entry] !== "function") return { failed: "defines no function " + entry };
  return found;
})`;

function describe(error) {
  const kinds = [];
  let proto = error !== null && typeof error === "object" ? Object.getPrototypeOf(error) : null;
  if (error !== null && typeof error === "object" && typeof error.name === "string") kinds.push(error.name);
  while (proto) {
    const name = proto.constructor && proto.constructor.name;
    if (name && name !== "Object" && !kinds.includes(name)) kinds.push(name);
    proto = Object.getPrototypeOf(proto);
  }
  return { raises: kinds.length ? kinds : [typeof error] };
}

// A promise that nothing can settle any more ends the task at once: the loop is empty, and the timer doesn't count.
let whenIdle = () => {};
process.on("beforeExit", () => { setImmediate(() => {}); whenIdle(); });

function limited(promise, milliseconds) {
  let timer;
  const over = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Stopped("timeout")), milliseconds);
    timer.unref();
    whenIdle = () => reject(new Stopped("never settles"));
  });
  return Promise.race([promise, over]).finally(() => { clearTimeout(timer); whenIdle = () => {}; });
}

async function runTask(task, compiled) {
  const milliseconds = task.seconds * 1000;
  let source;
  if (compiled) {
    if (compiled.failed) return compiled;
    if (!task.calls.length) return { outcomes: [] };
    source = compiled.source;
  } else {
    source = asScript(task.program);
  }
  const { sandbox, context, parse } = prepare(task, source);
  try {
    vm.runInContext(source, context, { timeout: milliseconds, filename: "program.js" });
  } catch (error) {
    if (error && error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return { failed: "timeout" };
    return { failed: String(error && error.name) + ": " + String(error && error.message).slice(0, 160) };
  }
  const names = [task.entry, ...Array.from(task.program.matchAll(DECLARATION), (match) => match[1])].filter(Boolean);
  const found = await vm.runInContext(DRIVE, context)(task.harness, task.entry, names);
  if (typeof found.failed === "string") return found;
  sandbox.__found = found;
  sandbox.__harness = task.harness ? vm.runInContext(`(${task.harness})`, context) : null;
  return callEach(task, { sandbox, context, parse, milliseconds });
}

// Without these nothing of a program happens between two calls, and one watch does for many: to set one takes a thread.
const LATER = /\b(?:async|await|then|queueMicrotask|nextTick)\b|\.\s*(?:catch|finally)\b/;

async function callEach(task, { sandbox, context, parse, milliseconds }) {
  const isQuiet = !task.packages && !task.imports
    && !LATER.test(JSON.stringify([task.program, task.compiled, task.harness, task.modules]));
  const run = vm.runInContext(task.harness ? "(given) => __harness(__found, given)"
    : `(given) => __found[${JSON.stringify(task.entry)}](...given)`, context);
  const calls = task.calls.map((call) => JSON.stringify(call));
  const outcomes = [];
  const put = (value) => {
    try { outcomes.push({ value: toJson(value) }); } catch (error) {
      outcomes.push(error instanceof NotJson ? { unreadable: error.message } : describe(error));
    }
  };
  let pending;
  sandbox.__go = () => {
    const end = performance.now() + milliseconds / 4;
    do {
      let value;
      try { value = run(parse(calls[outcomes.length])); } catch (error) {
        outcomes.push(describe(error));
        continue;
      }
      if (!isQuiet || isPromise(value)) {
        pending = { value };
        return;
      }
      put(value);
    } while (isQuiet && outcomes.length < calls.length && performance.now() < end);
  };
  const go = new vm.Script("__go()");
  while (outcomes.length < calls.length) {
    pending = null;
    try {
      go.runInContext(context, { timeout: 1.25 * milliseconds });
    } catch (error) {
      if (error && error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return { failed: "timeout" };
      outcomes.push(describe(error));
      continue;
    }
    if (!pending) continue;
    try {
      const settled = await limited(pending.value, milliseconds);
      put(settled);
    } catch (error) {
      if (error instanceof Stopped) return { failed: error.message };
      outcomes.push(describe(error));
    }
  }
  return { outcomes };
}

function asReport(compiled) {
  return compiled.failed ? compiled : { outcomes: [{ value: compiled.source }] };
}

const write = fs.writeSync;

function send(report) {
  const line = Buffer.from(JSON.stringify(report) + "\n");
  for (let sent = 0; sent < line.length; ) sent += write(1, line, sent);
}

async function reportOf(task, compiled) {
  try {
    return task.compile_only ? asReport(compiled) : await runTask(task, compiled);
  } catch (error) {
    return { failed: "driver: " + String(error && error.message) };
  }
}

async function main() {
  process.on("unhandledRejection", () => {});
  process.on("uncaughtException", () => {});
  const tasks = JSON.parse(fs.readFileSync(0, "utf8"));
  if (tasks[0].apart) return require("./apart.js").runEach(tasks, asScript);
  const isCompiled = tasks.some((task) => task.typescript || task.jsx);
  const { compileAll, stripJsx } = isCompiled ? require("./typescript.js") : {};
  const compiled = tasks[0].typescript ? compileAll(tasks)
    : tasks.map((task) => (task.jsx ? stripJsx(task.program) : task.compiled ? { source: task.compiled } : undefined));
  await importPackages(tasks);
  if (tasks[0].shared && !tasks[0].compile_only) watch = require("./watch.js").watchHost(LENT);
  for (const [index, task] of tasks.entries()) {
    send(await reportOf(task, compiled[index]));
    if (!watch) continue;
    watch.stopTimers();
    if ((index + 1) % TASKS_BETWEEN_LOOKS && index + 1 < tasks.length) continue;
    const clean = watch.isClean();
    send({ clean });
    if (!clean) break;
  }
  // nobody needs what Node tidies up at its usual end, which takes longer than the program
  if (tasks[0].alone) process.kill(process.pid, "SIGKILL");
  process.exit(0);
}

main();
"""
