"""Sandboxed: type-checks a TypeScript answer beside a file that uses it, and turns it into JavaScript. Text for Node.

The answer becomes a module that exports all it declares; `usage` sees those names. Both must be free of type errors
under `strict`, and the answer may not silence the checker. All tasks are checked as one program. JSX for React is only
turned into JavaScript: nothing declares the types of its packages here.
"""

SOURCE = r"""
"use strict";
const path = require("node:path");
const LIBRARIES = `${process.cwd()}/typescript/lib`;
const ts = require(`${LIBRARIES}/typescript.js`);

const OPTIONS = {
  strict: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, lib: ["lib.es2022.d.ts"],
  jsx: ts.JsxEmit.React, skipLibCheck: true, types: [], esModuleInterop: true, noEmitOnError: false,
};
const SILENCERS = /@ts-(nocheck|ignore|expect-error)/;
const libraries = new Map();
// Comments of the libraries needn't be parsed: a quarter less time.
const LIBRARY = { languageVersion: ts.ScriptTarget.ES2022, jsDocParsingMode: ts.JSDocParsingMode.ParseNone };
// The whole DOM library takes two seconds to check; answers of this size use these of it.
const HOST = `
declare const console: Record<"log" | "info" | "warn" | "error", (...values: unknown[]) => void>;
declare function setTimeout(body: (...values: any[]) => void, milliseconds?: number): number;
declare function clearTimeout(timer?: number): void;
declare function structuredClone<T>(value: T): T;
interface Response { ok: boolean; status: number; statusText: string; headers: { get(name: string): string | null };
  json(): Promise<any>; text(): Promise<string> }
interface RequestInit { method?: string; headers?: Record<string, string>; body?: string }
declare function fetch(url: string, options?: RequestInit): Promise<Response>;
declare class URLSearchParams {
  constructor(init?: string | Record<string, string> | string[][]);
  get(name: string): string | null; has(name: string): boolean; delete(name: string): void; toString(): string;
  set(name: string, value: string): void; append(name: string, value: string): void;
  entries(): IterableIterator<[string, string]>; forEach(body: (value: string, key: string) => void): void;
}
declare class URL {
  constructor(url: string, base?: string);
  href: string; pathname: string; search: string; host: string; searchParams: URLSearchParams; toString(): string;
}
`;

function declaredNames(file) {
  const names = { all: [], exported: new Set() };
  for (const node of file.statements) {
    const isExported = (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Export) !== 0;
    const found = ts.isVariableStatement(node) ? node.declarationList.declarations.map((one) => one.name.getText(file))
      : node.name && ts.isIdentifier(node.name) ? [node.name.text] : [];
    if (ts.isExportDeclaration(node) && node.exportClause && ts.isNamedExports(node.exportClause)) {
      const shared = node.exportClause.elements.map((one) => one.name.text);
      shared.forEach((name) => names.exported.add(name));
      names.all.push(...shared);
    }
    for (const name of found) {
      names.all.push(name);
      if (isExported || ts.isModuleDeclaration(node)) names.exported.add(name);
    }
  }
  names.all = [...new Set(names.all)];
  return names;
}

function read(name, text) {
  return ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true);
}

function makeHost(files) {
  const load = (name) => {
    if (files.has(name)) return files.get(name);
    if (!libraries.has(name)) {
      const text = ts.sys.readFile(name);
      libraries.set(name, text === undefined ? undefined : ts.createSourceFile(name, text, LIBRARY));
    }
    return libraries.get(name);
  };
  const written = new Map();
  return { written, getSourceFile: load, getDefaultLibFileName: () => "lib.es2022.d.ts",
    getDefaultLibLocation: () => LIBRARIES, writeFile: (name, text) => written.set(name, text),
    getCurrentDirectory: () => "/", getCanonicalFileName: (name) => name, useCaseSensitiveFileNames: () => true,
    getNewLine: () => "\n", 
    fileExists: (name) => files.has(name) || (name.startsWith(`${LIBRARIES}/`) && ts.sys.fileExists(name)),
    readFile: (name) => (files.has(name) ? files.get(name).text : ts.sys.readFile(name)) };
}

// The two files of one task: the answer, exporting all it declares, and the usage, importing what it names of that.
function writeFiles(task, folder) {
  const extension = task.jsx ? "tsx" : "ts";
  const names = declaredNames(read(`answer.${extension}`, task.program));
  const missing = names.all.filter((name) => !names.exported.has(name));
  const usage = task.usage || "";
  const declaredHere = new Set(declaredNames(read("usage.ts", usage)).all);
  const isNamed = (name) => new RegExp(`(?<![\\w$])${name.replace(/\$/g, "\\$")}(?![\\w$])`).test(usage);
  const wanted = names.all.filter((name) => !declaredHere.has(name) && isNamed(name));
  return [
    [`${folder}/answer.${extension}`, `${task.program}\nexport { ${missing.join(", ")} };\n`],
    [`${folder}/usage.ts`, `import { ${wanted.join(", ")} } from "./answer";\n${usage}`],
  ];
}

// One program of all tasks that share their declarations: the libraries are checked once.
function compileGroup(tasks, declarations) {
  const files = new Map();
  for (const [name, source] of Object.entries({ host: HOST, ...declarations })) {
    files.set(`/${name}.d.ts`, read(`/${name}.d.ts`, source));
  }
  const own = tasks.map((task, index) => (SILENCERS.test(task.program) ? [] : writeFiles(task, `/${index}`)));
  for (const [name, text] of own.flat()) files.set(name, read(name, text));
  const host = makeHost(files);
  const program = ts.createProgram([...files.keys()], OPTIONS, host);
  return own.map((pair) => {
    if (!pair.length) return { failed: "silences the type checker" };
    for (const [name] of pair) {
      const file = files.get(name);
      const [error] = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
      const text = error && ts.flattenDiagnosticMessageText(error.messageText, " ");
      if (error) return { failed: `type error: ${path.basename(name)}: ${text}`.slice(0, 240) };
    }
    program.emit(files.get(pair[0][0]));
    return { source: host.written.get(pair[0][0].replace(/\.tsx?$/, ".js")) };
  });
}

function compileAll(tasks) {
  const groups = new Map();
  tasks.forEach((task, index) => {
    const key = JSON.stringify(task.declarations);
    groups.set(key, [...(groups.get(key) || []), index]);
  });
  const compiled = [];
  for (const [key, indices] of groups) {
    const results = compileGroup(indices.map((index) => tasks[index]), JSON.parse(key));
    indices.forEach((index, number) => { compiled[index] = results[number]; });
  }
  return compiled;
}

// JSX and types become plain JavaScript, unchecked.
function stripJsx(program) {
  const { outputText, diagnostics } = ts.transpileModule(program, { fileName: "answer.tsx", reportDiagnostics: true,
    compilerOptions: { ...OPTIONS, jsx: ts.JsxEmit.ReactJSX } });
  if (!diagnostics.length) return { source: outputText };
  return { failed: `syntax error: ${ts.flattenDiagnosticMessageText(diagnostics[0].messageText, " ")}`.slice(0, 240) };
}

module.exports = { compileAll, stripJsx };
"""
