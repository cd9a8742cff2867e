"""The texts of the reference apps: style, script and server. What differs between kinds and levels is their `APP` object."""

STYLE = """
:root { color-scheme: light; font: 1rem/1.5 system-ui, sans-serif; }
* { box-sizing: border-box; }
body { margin: 0; background: #f6f7f9; color: #1c2330; }
main { max-width: 46rem; margin: 0 auto; padding: 1rem; }
form, .tools { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; margin: 0 0 1rem; }
.field { display: flex; flex-direction: column; flex: 1 1 12rem; min-width: 0; }
input, select, button { font: inherit; min-height: 2.5rem; max-width: 100%; padding: .25rem .6rem; }
button { border: 1px solid #1f4f9c; border-radius: .4rem; background: #1f4f9c; color: #fff; cursor: pointer; }
ul { list-style: none; margin: 0; padding: 0; }
li { display: flex; flex-wrap: wrap; gap: .5rem .75rem; align-items: center; padding: .6rem; margin: 0 0 .5rem;
  background: #fff; border: 1px solid #d5dae3; border-radius: .4rem; overflow-wrap: anywhere; }
li .name { font-weight: 600; flex: 1 1 10rem; }
li label { display: flex; gap: .4rem; align-items: center; }
li input { min-height: 1.5rem; }
[role=alert] { min-height: 1.5rem; margin: 0 0 .5rem; color: #9b1c1c; }
[role=status] { margin: 0 0 .75rem; font-weight: 600; }
""".strip()

SCRIPT = """
const byId = (id) => document.getElementById(id);
const form = byId("form"), list = byId("list"), problem = byId("problem"), submit = byId("submit");
const [first] = APP.fields;
const served = APP.level === 4, kept = APP.level === 2 || APP.level === 3;
const own = new Set(APP.fields.map((field) => field.key));
let entries = [], editing = null;
const revealed = new Set();

async function load() {
  if (served) entries = await (await fetch(APP.api)).json();
  else if (kept) entries = JSON.parse(localStorage.getItem(APP.id) || "[]");
  draw();
}

function save() {
  if (kept) localStorage.setItem(APP.id, JSON.stringify(entries));
  draw();
}

async function send(method, path, body) {
  const options = { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch(APP.api + path, body === undefined ? { method } : options);
  if (!answer.ok) throw new Error((await answer.json()).error);
  return answer.status === 204 ? null : answer.json();
}

function read() {
  const entry = {};
  for (const field of APP.fields) {
    const value = byId(`field-${field.key}`).value.trim();
    entry[field.key] = field.control === "number" && value !== "" ? Number(value) : value;
  }
  return entry;
}

function complain(entry, id) {
  for (const { key, label, rule, control } of APP.fields) {
    const value = entry[key];
    if (key === first.key && !value) return `${label} is missing.`;
    if (APP.level < 3) continue;
    if (rule === "email" && !/^[^@\\s]+@[^@\\s]+$/.test(value)) return `${label} is no e-mail address.`;
    if (rule === "address" && !/^https?:\\/\\/\\S+$/.test(value)) return `${label} must begin with http:// or https://.`;
    if (control === "number" && !(Number.isInteger(value) && value >= 1)) return `${label} must be a whole number from 1.`;
    if (key === APP.unique && entries.some((other) => other.id !== id && other[key] === value)) return `${label} is taken.`;
  }
  return "";
}

function begin(entry) {
  if (APP.action.do === "tick") entry.ticked = false;
  if (APP.action.do === "move") entry.stage = APP.action.stages[0];
  if (APP.action.do === "bump" && !own.has(APP.action.field)) entry[APP.action.field] = 0;
  return entry;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const entry = read();
  problem.textContent = complain(entry, editing);
  if (problem.textContent) return;
  try {
    if (editing !== null) await change(editing, entry);
    else if (served) entries.push(await send("POST", "", entry));
    else entries.push({ id: entries.reduce((most, other) => Math.max(most, other.id), 0) + 1, ...begin(entry) });
    editing = null;
    byId(`field-${first.key}`).value = "";
    save();
  } catch (error) {
    problem.textContent = error.message;
  }
});

async function change(id, values) {
  const index = entries.findIndex((entry) => entry.id === id);
  const entry = { ...entries[index], ...values };
  entries[index] = served ? await send("PUT", `/${id}`, entry) : entry;
  save();
}

async function remove(id) {
  if (served) await send("DELETE", `/${id}`);
  entries = entries.filter((entry) => entry.id !== id);
  save();
}

function edit(entry) {
  editing = entry.id;
  for (const { key } of APP.fields) byId(`field-${key}`).value = entry[key];
  byId(`field-${first.key}`).focus();
  draw();
}

function summarise() {
  const { do: kind, label, field } = APP.summary;
  const numbers = entries.map((entry) => Number(entry[field]) || 0);
  const total = numbers.reduce((sum, number) => sum + number, 0);
  const most = Math.max(0, ...numbers);
  const values = {
    count: entries.length,
    left: entries.filter((entry) => !entry.ticked).length,
    total,
    mean: entries.length ? (Math.floor((20 * total + entries.length) / (2 * entries.length)) / 10).toFixed(1) : "0.0",
    leader: most ? entries[numbers.indexOf(most)][first.key] : "none",
  };
  return `${label}: ${values[kind]}`;
}

function find(entry) {
  const tool = byId("find");
  if (!tool) return true;
  const value = String(entry[APP.find_field]);
  if (APP.find === "filter") return tool.value === "All" || value === tool.value;
  return value.toLowerCase().includes(tool.value.trim().toLowerCase());
}

function put(parent, tag, text, extra = {}) {
  const node = Object.assign(document.createElement(tag), extra);
  node.append(text);
  parent.append(node);
  return node;
}

function draw() {
  byId("summary").textContent = summarise();
  submit.textContent = editing === null ? `Add ${APP.noun}` : "Save";
  list.replaceChildren(...entries.filter(find).map(line));
}

function line(entry) {
  const item = document.createElement("li"), name = entry[first.key];
  put(item, "span", name, { className: "name" });
  for (const { key, hidden } of APP.fields.slice(1)) {
    if (!hidden || revealed.has(entry.id)) put(item, "span", String(entry[key]));
  }
  if (APP.action.do === "bump" && !own.has(APP.action.field)) put(item, "span", String(entry[APP.action.field]));
  if (APP.action.do === "move") put(item, "span", entry.stage);
  if (APP.level > 1) offer(item, entry, name);
  return item;
}

function offer(item, entry, name) {
  const { do: kind, label, down, field, stages } = APP.action;
  const button = (text, act) => put(item, "button", text, { type: "button", onclick: act });
  const bump = (by) => change(entry.id, { [field]: Math.max(0, entry[field] + by) });
  if (kind === "tick") {
    const around = put(item, "label", "");
    put(around, "input", "", { type: "checkbox", checked: entry.ticked,
      onchange: (event) => change(entry.id, { ticked: event.target.checked }) });
    around.append(`${label} ${name}`);
  } else if (kind === "bump") {
    button(`${label} ${name}`, () => bump(1));
    if (down) button(`${down} ${name}`, () => bump(-1));
  } else if (kind === "move") {
    button(`${label} ${name}`, () => change(entry.id,
      { stage: stages[Math.min(stages.indexOf(entry.stage) + 1, stages.length - 1)] }));
  } else {
    button(`${label} ${name}`, () => { revealed.add(entry.id); draw(); });
  }
  if (APP.level === 3) button(`Edit ${name}`, () => edit(entry));
  button(`Delete ${name}`, () => remove(entry.id));
}

byId("find")?.addEventListener("input", draw);
load();
""".strip()

SERVER = '''
"""Keeps the entries of the app and serves its page."""

import json
import os
import re
import sqlite3
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

APP = json.loads(r"""§app""")
lock = threading.Lock()
database = sqlite3.connect(os.environ["DATABASE"], check_same_thread=False, isolation_level=None)
database.execute("CREATE TABLE IF NOT EXISTS entries (id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL)")


def read_all():
    rows = database.execute("SELECT id, body FROM entries ORDER BY id").fetchall()
    return [{**json.loads(body), "id": number} for number, body in rows]


def complain(entry, number):
    """Return why the entry is refused, or an empty text."""
    for index, field in enumerate(APP["fields"]):
        key, label, value = field["key"], field["label"], entry.get(field["key"])
        if field["control"] == "number":
            least = 0 if number is not None else 1
            if isinstance(value, bool) or not isinstance(value, int) or value < least:
                return f"{label} must be a whole number from 1."
        elif not isinstance(value, str) or (index == 0 and not value.strip()):
            return f"{label} is missing."
        elif field["rule"] == "email" and not re.fullmatch(r"[^@\\s]+@[^@\\s]+", value):
            return f"{label} is no e-mail address."
        elif field["rule"] == "address" and not re.fullmatch(r"https?://\\S+", value):
            return f"{label} must begin with http:// or https://."
        if key == APP["unique"] and any(one[key] == value for one in read_all() if one["id"] != number):
            return f"{label} is taken."
    return ""


def begin(entry):
    """Return a new entry: its fields, and the state that it starts with."""
    new, action = {field["key"]: entry[field["key"]] for field in APP["fields"]}, APP["action"]
    if action["do"] == "tick":
        new["ticked"] = False
    if action["do"] == "move":
        new["stage"] = action["stages"][0]
    if action["do"] == "bump":
        new.setdefault(action["field"], 0)
    return new


class Handler(BaseHTTPRequestHandler):
    def reply(self, status, value=None, kind="application/json"):
        data = b"" if value is None else value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def read_entry(self):
        try:
            entry = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        except ValueError:
            return None
        return entry if isinstance(entry, dict) else None

    def number(self):
        found = re.fullmatch(re.escape(APP["api"]) + r"/(\\d+)", self.path)
        return int(found[1]) if found else None

    def do_GET(self):
        if self.path == "/":
            self.reply(200, Path("index.html").read_bytes(), "text/html; charset=utf-8")
        elif self.path == APP["api"]:
            with lock:
                self.reply(200, read_all())
        else:
            self.reply(404, {"error": "not found"})

    def do_POST(self):
        entry = self.read_entry()
        if self.path != APP["api"]:
            return self.reply(404, {"error": "not found"})
        with lock:
            reason = "The entry is no JSON object." if entry is None else complain(entry, None)
            if reason:
                return self.reply(400, {"error": reason})
            new = begin(entry)
            cursor = database.execute("INSERT INTO entries (body) VALUES (?)", [json.dumps(new)])
        self.reply(201, {**new, "id": cursor.lastrowid})

    def do_PUT(self):
        entry, number = self.read_entry(), self.number()
        with lock:
            if number not in [one["id"] for one in read_all()]:
                return self.reply(404, {"error": "not found"})
            reason = "The entry is no JSON object." if entry is None else complain(entry, number)
            if reason:
                return self.reply(400, {"error": reason})
            database.execute("UPDATE entries SET body = ? WHERE id = ?", [json.dumps(entry), number])
        self.reply(200, {**entry, "id": number})

    def do_DELETE(self):
        with lock:
            database.execute("DELETE FROM entries WHERE id = ?", [self.number()])
        self.reply(204)

    def log_message(self, *args):
        pass


ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
'''.strip()
