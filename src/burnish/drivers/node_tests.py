"""Sandboxed: `node:test` and an `expect` for tests of one small JavaScript module, with their runner. Text for Node.

Tests of a page find the globals of a browser: a document of their own, by happy-dom.
"""

RUN = "async () => require('node:test').__run()"

_TEST = r"""
const found = [], before = [], after = [];
const isDeep = (a, b) => {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && isDeep(a[key], b[key]));
};
function test(name, options, body) { found.push([name, body || options]); }
function describe(name, options, body) { (body || options)(); }
function check(holds, negated, text) {
  if (holds === negated) throw new Error(`expected ${negated ? "not " : ""}${text}`);
}
const show = (value) => JSON.stringify(value);
const near = (a, b, digits) => Math.abs(a - b) < 10 ** -digits / 2;
const fits = (text, wanted) => (typeof wanted === "string" ? text.includes(wanted) : wanted.test(text));
function matchers(value, negated) {
  const raised = () => { try { value(); } catch (error) { return error || new Error("thrown"); } return null; };
  return {
    toBe: (other) => check(Object.is(value, other), negated, `${value} to be ${other}`),
    toEqual: (other) => check(isDeep(value, other), negated, `${show(value)} to equal ${show(other)}`),
    toStrictEqual: (other) => check(isDeep(value, other), negated, "equal values"),
    toBeNull: () => check(value === null, negated, "null"),
    toBeUndefined: () => check(value === undefined, negated, "undefined"),
    toBeDefined: () => check(value !== undefined, negated, "a value"),
    toBeTruthy: () => check(Boolean(value), negated, "truthy"),
    toBeFalsy: () => check(!value, negated, "falsy"),
    toBeCloseTo: (other, digits = 2) => check(near(value, other, digits), negated, `${value} near ${other}`),
    toBeGreaterThan: (other) => check(value > other, negated, `${value} > ${other}`),
    toBeGreaterThanOrEqual: (other) => check(value >= other, negated, `${value} >= ${other}`),
    toBeLessThan: (other) => check(value < other, negated, `${value} < ${other}`),
    toBeLessThanOrEqual: (other) => check(value <= other, negated, `${value} <= ${other}`),
    toContain: (other) => check(value.includes(other), negated, `${value} to contain ${other}`),
    toContainEqual: (other) => check(value.some((one) => isDeep(one, other)), negated, "to contain an equal value"),
    toHaveLength: (other) => check(value.length === other, negated, `length ${other}`),
    toMatch: (other) => check(fits(value, other), negated, `to match ${other}`),
    toHaveProperty: (key) => check(key in value, negated, `property ${key}`),
    toThrow: (wanted) => {
      const error = raised();
      const isWanted = error !== null && (wanted === undefined
        || (typeof wanted === "function" ? error instanceof wanted || error.name === wanted.name
          : wanted instanceof RegExp ? wanted.test(error.message)
            : String(error.message).includes(typeof wanted === "string" ? wanted : wanted.message)));
      check(isWanted, negated, "to throw");
    },
  };
}
function expect(value) {
  const later = (negated) => new Proxy({}, { get: (_, name) => async (...rest) => {
    if (typeof value === "function") value = value();
    let settled, error = null;
    try { settled = await value; } catch (caught) { error = caught || new Error("thrown"); }
    if (name !== "toThrow") return matchers(error === null ? settled : error, negated)[name](...rest);
    return matchers(() => { if (error !== null) throw error; }, negated)[name](...rest);
  } });
  return { ...matchers(value, false), not: matchers(value, true), resolves: later(false), rejects: later(false) };
}
async function __run() {
  const failed = [];
  for (const [name, body] of found) {
    try {
      for (const hook of before) await hook();
      await body({ test, diagnostic() {} });
      for (const hook of after) await hook();
    } catch (error) {
      failed.push(`${name}: ${error && error.message}`.slice(0, 120));
    }
  }
  return { ran: found.length, failed };
}
test.test = test; test.it = test; test.describe = describe;
module.exports = Object.assign(test, { test, it: test, describe, suite: describe, expect, __run,
  beforeEach: (hook) => before.push(hook), afterEach: (hook) => after.push(hook),
  before: (hook) => before.push(hook), after: (hook) => after.push(hook) });
"""

DOM_PACKAGE = "happy-dom"
_DOM = r"""
const { Window } = require("happy-dom");
const window = new Window({ url: "http://localhost/" });
const names = ["document", "localStorage", "sessionStorage", "Event", "CustomEvent", "MouseEvent", "KeyboardEvent",
  "InputEvent", "SubmitEvent", "FocusEvent", "HTMLElement", "HTMLInputElement", "Node", "FormData"];
module.exports = { window, ...Object.fromEntries(names.map((name) => [name, window[name]])) };
"""
DOM_MODULES = {"dom": _DOM}

MODULES = {"node:test": _TEST, "@jest/globals": "module.exports = require('node:test');",
           "vitest": "module.exports = require('node:test');"}  # fmt: skip
