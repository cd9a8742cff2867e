"""Sandboxed: replays one example of a JavaScript documentation comment. Text for the node driver, run as its harness.

A call is {"setup": [statement, ...], "code": expression}; CONTEXT holds [name, source] of what the program may use.
"""

SOURCE = r"""(found, call) => {
  const CONTEXT = [];
  for (const [name, source] of CONTEXT) {
    if (typeof globalThis[name] !== "undefined") continue;
    try { (0, eval)(`${source}\n;globalThis.${name} = ${name};`); } catch { /* the program has its own */ }
  }
  for (const name of Object.keys(found)) {
    if (typeof globalThis[name] === "undefined") globalThis[name] = found[name];
  }
  const plain = (value) => {
    if (value === undefined || value === null) return null;
    if (typeof value === "bigint") return { bigint: String(value) };
    if (typeof value === "number" && !Number.isFinite(value)) return { number: String(value) };
    if (typeof value !== "object") return value;
    if (Array.isArray(value)) return Array.from(value, plain);
    if (value instanceof Set) return { set: Array.from(value, plain) };
    if (value instanceof Map) return { map: Array.from(value, ([key, item]) => [plain(key), plain(item)]) };
    if (value instanceof Date) return { date: value.toISOString() };
    const kept = Object.entries(value).filter(([, item]) => item !== undefined && typeof item !== "function");
    return Object.fromEntries(kept.map(([key, item]) => [key, plain(item)]));
  };
  const value = (0, eval)(`(function () {\n${call.setup.join("\n")}\nreturn (${call.code}\n);\n})()`);
  return value instanceof Promise ? value.then(plain) : plain(value);
}
"""
