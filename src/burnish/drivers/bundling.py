"""Sandboxed: writes packages of many modules as one script, and what V8 made of it. The text of a program for Node.

Asked {"entries": [names], "warm": program}: the modules of these and of what they need, as CommonJS, in one function of
the host's `require` that returns a `require` of the entries. `warm` runs with that, so that V8 keeps what it compiled for
it too. Written: a line {"bytes": of the script, "entries": [names]}, the script (ASCII), V8's code.
"""

SOURCE = r"""
"use strict";
const fs = require("node:fs");
const vm = require("node:vm");
const { createRequire, isBuiltin } = require("node:module");

const here = createRequire(`${process.cwd()}/packages/program.js`);
const typescript = here("typescript");

const OPTIONS = { module: typescript.ModuleKind.CommonJS, target: typescript.ScriptTarget.ES2022, esModuleInterop: true,
  removeComments: true };
const REQUIRED = /\brequire\((["'])([^"']+)\1\)/g;
// Of builds for development and for use, programs get the second.
process.env.NODE_ENV = "production";
const UNUSED = /\.development\.js$/;
// Of Node's own modules, those that take long to load, which few programs come to use: loaded when they are.
const LATE = ["async_hooks", "child_process", "crypto", "http", "https", "net", "stream/web", "tls", "zlib"];
const places = new Map(), modules = [];

function add(file) {
  if (places.has(file)) return places.get(file);
  const place = modules.length;
  places.set(file, place);
  modules.push(null);
  const { outputText } = typescript.transpileModule(fs.readFileSync(file, "utf8"), { compilerOptions: OPTIONS });
  const { resolve } = createRequire(file);
  const needed = [...outputText.matchAll(REQUIRED)].map((match) => match[2])
    .filter((name) => !isBuiltin(name) && !UNUSED.test(name));
  const found = Object.fromEntries(needed.map((name) => [name, add(resolve(name))]));
  // a text of bytes is read in a third of the time
  const code = outputText.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  modules[place] = `[function (module, exports, require) {${code}\n}, ${JSON.stringify(found)}]`;
  return place;
}

function write(bytes) {
  for (let sent = 0; sent < bytes.length; ) sent += fs.writeSync(1, bytes, sent);
}

const { entries, warm } = JSON.parse(fs.readFileSync(0, "utf8"));
const placed = Object.fromEntries(entries.map((name) => [name, add(here.resolve(name))]));
const source = `(function (host) {
const LATE = ${JSON.stringify(LATE)};
const late = (name) => new Proxy({}, {
  get: (_, key) => (key === "__esModule" ? undefined : host(name)[key]),
  has: (_, key) => key in host(name),
  ownKeys: () => Reflect.ownKeys(host(name)),
  getOwnPropertyDescriptor: (_, key) => {
    const found = Object.getOwnPropertyDescriptor(host(name), key);
    return found && { ...found, configurable: true };
  },
});
const lend = (name) => (LATE.includes(name.replace("node:", "")) ? late(name) : host(name));
const modules = [${modules.join(",\n")}];
const loaded = [];
function load(place) {
  if (loaded[place]) return loaded[place].exports;
  const module = loaded[place] = { exports: {} };
  const [body, needed] = modules[place];
  body.call(module.exports, module, module.exports, (name) => (name in needed ? load(needed[name]) : lend(name)));
  return module.exports;
}
const entries = ${JSON.stringify(placed)};
return (name) => load(entries[name]);
})`;
const script = new vm.Script(source, { filename: `${entries[0]}.js` });
new Function("require", warm)(script.runInThisContext()(require));
const bytes = Buffer.from(source, "latin1");
write(Buffer.from(`${JSON.stringify({ bytes: bytes.length, entries })}\n`));
write(bytes);
write(script.createCachedData());
process.exit(0);
"""
