"""Sandboxed: a page in happy-dom and a person's steps on it, by role and accessible name. The text of a harness for Node.

A call is a list of steps: ["type", name, text], ["choose", name, option], ["check", name], ["click", name],
["read", role], ["texts", role], ["value", name], ["count", role]. Its result lists what the last four read; what can't
be found reads as null and is no error, so that one missing element doesn't hide the rest. Texts are read without those of
the buttons and fields inside.
"""

PACKAGE = "happy-dom"

HARNESS = r"""async (exports, call) => {
  const { Window } = require("happy-dom");
  const settings = { enableJavaScriptEvaluation: true, suppressInsecureJavaScriptEnvironmentWarning: true,
    disableCSSFileLoading: true, disableJavaScriptFileLoading: true };
  const window = new Window({ url: "http://localhost/", settings, console: { log() {}, warn() {}, error() {}, info() {} } });
  const { document } = window;
  document.write(exports.page);
  document.dispatchEvent(new window.Event("DOMContentLoaded", { bubbles: true }));
  window.dispatchEvent(new window.Event("load"));
  const fold = (text) => (text || "").replace(/\s+/g, " ").trim();
  const hidden = (node) => {
    for (let at = node; at && at.getAttribute; at = at.parentNode) {
      if (at.hasAttribute("hidden") || at.getAttribute("aria-hidden") === "true") return true;
      if (at.style && (at.style.display === "none" || at.style.visibility === "hidden")) return true;
    }
    return false;
  };
  const nameOf = (node) => {
    const labelled = (node.getAttribute("aria-labelledby") || "").split(" ").filter(Boolean)
      .map((id) => document.getElementById(id)).filter(Boolean).map((one) => fold(one.textContent)).join(" ");
    if (labelled) return labelled;
    if (node.getAttribute("aria-label")) return fold(node.getAttribute("aria-label"));
    const own = node.id ? document.querySelector(`label[for="${node.id}"]`) : null;
    const around = own || node.closest("label");
    if (around) {
      const copy = around.cloneNode(true);
      for (const part of Array.from(copy.querySelectorAll("input, select, textarea, output"))) part.remove();
      return fold(copy.textContent);
    }
    return fold(node.textContent) || fold(node.getAttribute("title"));
  };
  const ROLES = { button: "button, [role=button], input[type=submit]", status: "output, [role=status]",
    alert: "[role=alert]", listitem: "li", tab: "[role=tab]", heading: "h1, h2, h3", row: "tbody tr",
    tabpanel: "[role=tabpanel]", progressbar: "progress, [role=progressbar]", cell: "td",
    field: "input, select, textarea" };
  const ownText = (node) => {
    const copy = node.cloneNode(true);
    for (const part of Array.from(copy.querySelectorAll("button, input, select, textarea"))) part.remove();
    return fold(copy.textContent);
  };
  const seen = (role) => Array.from(document.querySelectorAll(ROLES[role] || role)).filter((node) => !hidden(node));
  const named = (roles, name) => roles.flatMap(seen).find((node) => nameOf(node) === name) || null;
  const tell = (node, kinds) => {
    for (const kind of kinds) node.dispatchEvent(new window.Event(kind, { bubbles: true, cancelable: true }));
  };
  const read = [];
  for (const [act, name, value] of call) {
    const field = ["type", "choose", "check", "value"].includes(act) ? named(["field"], name) : null;
    if (act === "type" && field) { field.value = value; tell(field, ["input", "change"]); }
    if (act === "choose" && field) { field.value = value; tell(field, ["input", "change"]); }
    if (act === "check" && field) field.click();
    if (act === "click") { const node = named(["button", "tab"], name); if (node && !node.disabled) node.click(); }
    if (act === "read") read.push(seen(name).length ? ownText(seen(name)[0]) : null);
    if (act === "texts") read.push(seen(name).map(ownText));
    if (act === "value") read.push(field ? field.value : null);
    if (act === "count") read.push(seen(name).length);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return read;
}"""
