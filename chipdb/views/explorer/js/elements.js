// Building the page. Text from data enters as text, never as markup, and an address is checked
// before it becomes a link.

const SVG = "http://www.w3.org/2000/svg";

/** What is set on a node itself: as an attribute it would only be the initial value. */
const PROPERTIES = ["value", "checked", "disabled", "selected"];

const isAbsent = (value) => value === null || value === undefined || value === false;

function filled(node, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (PROPERTIES.includes(name)) node[name] = value;
    else if (!isAbsent(value)) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...present(children));
  return node;
}

/** The children that there are: null, undefined and false stand for none. */
const present = (children) => children.flat().filter((child) => !isAbsent(child));

function el(tag, properties, ...children) {
  return filled(document.createElement(tag), properties, children);
}

function drawn(tag, properties, ...children) {
  return filled(document.createElementNS(SVG, tag), properties, children);
}

const byId = (id) => document.getElementById(id);
const show = (id, ...children) => byId(id).replaceChildren(...present(children));

/** A link; plain text unless the address is a web address. */
function linked(address, text, title) {
  if (!isWebAddress(address)) return el("span", { title }, text);
  return el("a", { href: address, rel: "noopener noreferrer", target: "_blank", title }, text);
}

function isWebAddress(address) {
  if (!address) return false;
  try {
    return ["https:", "http:"].includes(new URL(address).protocol);
  } catch {
    return false;
  }
}

/** A source by its key: its title as a link, or the key where the bibliography has no entry. */
function sourceOf(data, key) {
  if (!key) return null;
  const [title, publisher, date, address, reading] = data.sources[key] ?? [key];
  const readAs = reading && t("source.read-as", { reading });
  return linked(address, title, [publisher, date, readAs, key].filter(Boolean).join(", "));
}

/** A labeled field of a form. */
function field(label, control, note) {
  return el(
    "div",
    { class: "field" },
    el("label", { for: control.id }, label),
    control,
    note ? el("span", { class: "hint" }, note) : null,
  );
}

/** A choice of `options`, each a value and its text. */
function select(id, options, chosen, onchange) {
  const entries = options.map(([value, text]) => option(value, text, chosen));
  return el("select", { id, onchange: (event) => onchange(event.target.value) }, ...entries);
}

const option = (value, text, chosen) => el("option", { value, selected: value === chosen }, text);

/** A finding as a badge. It says in words what its color says; `cautions` are the kinds of those
 * that keep "not required" from being a clear answer. */
function badge(finding, contested, rule = null, cautions = []) {
  if (!finding) return el("span", { class: "badge" }, "–");
  const isDoubtful = contested || (finding.status === NO && cautions.length > 0);
  return el(
    "span",
    {
      class: "badge",
      "data-status": finding.status,
      "data-contested": isDoubtful ? "yes" : null,
    },
    findingWords(finding, rule) + doubtWord(finding, contested, cautions),
  );
}

/** What follows an answer that is not clear. */
function doubtWord(finding, contested, cautions) {
  if (contested) return t("doubt.contested");
  return finding.status === NO && cautions.length ? t("doubt.cautioned") : "";
}

function tableOf(caption, headers, rows, properties = {}) {
  const head = headers.map((text) => el("th", { scope: "col" }, text));
  return el(
    "table",
    properties,
    el("caption", {}, caption),
    el("thead", {}, el("tr", {}, ...head)),
    el("tbody", {}, ...rows),
  );
}

function row(head, ...cells) {
  const data = cells.map((cell) => el("td", {}, cell));
  return el("tr", {}, el("th", { scope: "row" }, head), ...data);
}

/** Something wider than a narrow screen, which scrolls by itself and can be focused to do so. */
function scrolled(label, ...children) {
  const properties = { class: "scroll", tabindex: "0", role: "region", "aria-label": label };
  return el("div", properties, ...children);
}

const button = (text, onclick, properties = {}) =>
  el("button", { type: "button", onclick, ...properties }, text);

const hint = (...children) => el("p", { class: "hint" }, ...children);

const unitText = (data, name) => data.units[name].replace("^2", "²");
const metricName = (data, name) => t(`metric.${name}`);

/** A fact in words. Facts about one rule (`scope:us-3a090-2023`) are described without its id. */
function factName(data, name) {
  const [kind] = name.split(":");
  return kind in data.facts ? t(`fact.${kind}`) : name;
}

/** A value with its unit. */
const withUnit = (value, unit) => `${display(value)} ${unit}`.trim();

/** The value of a metric, with as many digits as the thresholds of the rules on it ask for. */
const metricText = (data, name, value) => displayApart(value, thresholdsOf(data, name));

/** The thresholds on a metric of all rules of the page. */
function thresholdsOf(data, name) {
  // A table asks for the same metric in every row.
  data.thresholds ??= new Map();
  if (!data.thresholds.has(name)) {
    const onMetric = ([kind, metric]) => kind === "metric" && metric === name;
    const leaves = data.rules.flatMap((rule) => ownLeaves(rule).filter(onMetric));
    data.thresholds.set(
      name,
      leaves.map((leaf) => leaf[3]),
    );
  }
  return data.thresholds.get(name);
}
