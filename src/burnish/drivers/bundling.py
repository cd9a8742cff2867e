"""Sandboxed: writes a package of many ES modules as one script, and what V8 made of it. The text of a program for Node.

Asked {"name": package, "warm": expression}: the modules that the package's own needs, as CommonJS, in one function of
the host's `require` that returns its exports. `warm` is evaluated with these at `exports`, so that V8 keeps what it
compiled for that too. Written: the bytes of the script as a line of digits, the script (ASCII), V8's code.
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
const REQUIRED = /\brequire\("([^"]+)"\)/g;
const places = new Map(), modules = [];

function add(file) {
  if (places.has(file)) return places.get(file);
  const place = modules.length;
  places.set(file, place);
  modules.push(null);
  const { outputText } = typescript.transpileModule(fs.readFileSync(file, "utf8"), { compilerOptions: OPTIONS });
  const { resolve } = createRequire(file);
  const needed = [...outputText.matchAll(REQUIRED)].map((match) => match[1]).filter((name) => !isBuiltin(name));
  const found = Object.fromEntries(needed.map((name) => [name, add(resolve(name))]));
  // a text of bytes is read in a third of the time
  const code = outputText.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  modules[place] = `[function (module, exports, require) {${code}\n}, ${JSON.stringify(found)}]`;
  return place;
}

function write(bytes) {
  for (let sent = 0; sent < bytes.length; ) sent += fs.writeSync(1, bytes, sent);
}

const { name, warm } = JSON.parse(fs.readFileSync(0, "utf8"));
add(here.resolve(name));
const source = `(function (host) {
const modules = [${modules.join(",\n")}];
const loaded = [];
function load(place) {
  if (loaded[place]) return loaded[place].exports;
  const module = loaded[place] = { exports: {} };
  const [body, needed] = modules[place];
  body(module, module.exports, (name) => (name in needed ? load(needed[name]) : host(name)));
  return module.exports;
}
return load(0);
})`;
const script = new vm.Script(source, { filename: `${name}.js` });
new Function("exports", warm)(script.runInThisContext()(require));
const bytes = Buffer.from(source, "latin1");
write(Buffer.from(`${bytes.length}\n`));
write(bytes);
write(script.createCachedData());
process.exit(0);
"""
