"""Sandboxed: watches what programs that share a Node process could do to each other. The text of a module for Node.

A context is a program's own. Lent to it are the host's classes and modules, and through their constructors it reaches the
host itself. What these hold is compared with what they held when they were lent; timers that a program leaves are
stopped. A program that isn't clean spoils the reports since the last look: the caller runs those programs again, apart.
"""

SOURCE = r"""
"use strict";
const { promisify } = require("node:util");

const DEPTH = 2;
const ITERATORS = [[][Symbol.iterator](), new Map().entries(), new Set().values(), ""[Symbol.iterator](),
  (function* () {})(), (async function* () {})(), async () => {}];
const INTRINSICS = [Object, Function, Array, String, Number, Boolean, Symbol, BigInt, Promise, Map, Set, WeakMap, WeakSet,
  RegExp, Date, Error, TypeError, RangeError, SyntaxError, ReferenceError, JSON, Math, Reflect, Proxy, ArrayBuffer,
  Uint8Array, Buffer, ...ITERATORS.map((one) => Object.getPrototypeOf(one))];
const EVENTS = ["exit", "beforeExit", "uncaughtException", "unhandledRejection", "message"];

// Taken now: a program may replace them.
const { ownKeys, getOwnPropertyDescriptor, getPrototypeOf, isExtensible } = Reflect;
const { is } = Object;
const { stringify } = JSON;
const isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";
const FIELDS = ["value", "get", "set", "writable", "enumerable", "configurable"];

function read(object) {
  const keys = ownKeys(object), own = [getPrototypeOf(object), isExtensible(object)];
  for (let index = 0; index < keys.length; index += 1) {
    own[own.length] = keys[index];
    own[own.length] = getOwnPropertyDescriptor(object, keys[index]);
  }
  return own;
}

function isSame(one, other) {
  if (is(one, other)) return true;
  if (!isObject(one) || !isObject(other)) return false;
  for (let index = 0; index < FIELDS.length; index += 1) if (!is(one[FIELDS[index]], other[FIELDS[index]])) return false;
  return true;
}

function isUnchanged(object, before) {
  const now = read(object);
  if (now.length !== before.length || now[0] !== before[0] || now[1] !== before[1]) return false;
  for (let index = 2; index < now.length; index += 2) {
    if (now[index] !== before[index] || !isSame(now[index + 1], before[index + 1])) return false;
  }
  return true;
}

function describeProcess() {
  return stringify([{ ...process.env }, process.cwd(), EVENTS.map((name) => process.listenerCount(name))]);
}

class Watch {
  constructor(names) {
    this.objects = [], this.held = [], this.known = new WeakSet([process]), this.started = [];
    this.lent = new Map(names.map((name) => [name, globalThis[name]]));
    for (const [start, stop] of [["setTimeout", clearTimeout], ["setInterval", clearInterval],
      ["setImmediate", clearImmediate]]) this.lent.set(start, this.counted(globalThis[start], stop));
    for (const value of [...INTRINSICS, ...this.lent.values()]) this.keep(value);
    this.walk(globalThis, 0);
    this.process = describeProcess();
  }

  // The same function, but what it starts can be stopped after the program.
  counted(start, stop) {
    const own = (...given) => {
      const timer = start(...given);
      this.started.push([timer, stop]);
      return timer;
    };
    Object.defineProperty(own, "name", { value: start.name });
    if (start[promisify.custom]) own[promisify.custom] = start[promisify.custom];
    return own;
  }

  lend(name) {
    return this.lent.get(name);
  }

  keep(value) {
    this.walk(value, DEPTH);
    return value;
  }

  walk(value, depth) {
    if (!isObject(value) || this.known.has(value)) return;
    this.known.add(value);
    const own = read(value);
    this.objects.push(value);
    this.held.push(own);
    for (let index = 3; index < own.length; index += 2) {
      const inner = own[index].value;
      if (depth > 1 || (depth === 1 && typeof inner === "object")) this.walk(inner, depth - 1);
    }
  }

  stopTimers() {
    for (const [timer, stop] of this.started) stop(timer);
    this.started = [];
  }

  isClean() {
    for (let index = 0; index < this.objects.length; index += 1) {
      if (!isUnchanged(this.objects[index], this.held[index])) return false;
    }
    return describeProcess() === this.process;
  }
}

module.exports = { watchHost: (names) => new Watch(names) };
"""
