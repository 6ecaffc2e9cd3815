// Building the page. Text from data is set as text, addresses are looked at before they become links.

const SVG = "http://www.w3.org/2000/svg";

function filled(node, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked" || name === "disabled" || name === "selected") node[name] = value;
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...present(children));
  return node;
}

const present = (children) => children.flat().filter((child) => child !== null && child !== undefined && child !== false);

const el = (tag, properties, ...children) => filled(document.createElement(tag), properties, children);
const drawn = (tag, properties, ...children) => filled(document.createElementNS(SVG, tag), properties, children);
const byId = (id) => document.getElementById(id);
const show = (id, ...children) => byId(id).replaceChildren(...present(children));

/** A link, or plain text where the address is none of the web. */
function linked(address, text, title) {
  let kind = null;
  try {
    kind = address ? new URL(address).protocol : null;
  } catch {
    kind = null;
  }
  if (kind !== "https:" && kind !== "http:") return el("span", { title }, text);
  return el("a", { href: address, rel: "noopener noreferrer", target: "_blank", title }, text);
}

/** A source by its key: its title as a link; the key itself where the bibliography does not have it. */
function sourceOf(data, key) {
  if (!key) return null;
  const [title, publisher, date, address] = data.sources[key] ?? [key, null, null, null];
  return linked(address, title, [publisher, date, key].filter(Boolean).join(", "));
}

/** A labeled field of a form. */
function field(label, control, hint) {
  return el(
    "div",
    { class: "field" },
    el("label", { for: control.id }, label),
    control,
    hint ? el("span", { class: "hint" }, hint) : null,
  );
}

function select(id, options, chosen, onchange) {
  const entries = options.map(([value, text]) => el("option", { value, selected: value === chosen }, text));
  return el("select", { id, onchange: (event) => onchange(event.target.value) }, ...entries);
}

/** A finding as a badge: its words first, color only beside them. */
function badge(finding, contested, waiting) {
  if (!finding) return el("span", { class: "badge" }, waiting ? "…" : "–");
  const words = findingText(finding) + (contested ? ", contested" : "");
  return el("span", { class: "badge", "data-status": finding.status, "data-contested": contested ? "yes" : null }, words);
}

/** A finding in a word or two. */
function findingText({ status, outcome }) {
  if (status === MET) return outcome ?? "met";
  return (
    { [UNDETERMINED]: "undetermined", [NOT_COVERED]: "not covered", [YES]: "required", [NO]: "not required" }[status] ?? "outside"
  );
}

function tableOf(caption, headers, rows, properties = {}) {
  const head = headers.map((text) => el("th", { scope: "col" }, text));
  return el("table", properties, el("caption", {}, caption), el("thead", {}, el("tr", {}, ...head)), el("tbody", {}, ...rows));
}

/** What is wider than a narrow screen, to be scrolled by itself. */
const scrolled = (label, ...children) =>
  el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": label }, ...children);
const hint = (...children) => el("p", { class: "hint" }, ...children);

const row = (head, ...cells) => el("tr", {}, el("th", { scope: "row" }, head), ...cells.map((cell) => el("td", {}, cell)));

const unitText = (data, name) => data.units[name].replace("^2", "²");
const metricName = (data, name) => data.names[name];
const factName = (data, name) => data.facts[name.split(":")[0]] ?? name;
