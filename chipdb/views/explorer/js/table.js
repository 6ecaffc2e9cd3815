// The table of the catalog: search, filters, sorting, one row for each chip.

const COLUMNS = [
  { id: "name", text: "Chip", of: (entry) => entry.record.name },
  { id: "status", text: "Answer", of: (entry) => entry.text },
  { id: "vendor", text: "Vendor", of: (entry) => entry.record.vendor },
  { id: "announced", text: "Announced", of: (entry) => entry.record.announced },
  { id: "tpp", text: "TPP", metric: true },
  { id: "performance_density", text: "Density", metric: true },
  { id: "applicable_die_area", text: "Die area, mm²", metric: true },
  { id: "memory_bandwidth", text: "Memory, GB/s", metric: true },
  { id: "aggregate_io_bandwidth", text: "I/O, GB/s", metric: true },
];
const METRIC_COLUMNS = COLUMNS.filter((column) => column.metric);
const SORTED = { up: "ascending", down: "descending" };
const ARROWS = { up: " ▲", down: " ▼" };

/** A chip of the table: its values, the words that a search looks at, and its answer. */
function tableEntry(record, data) {
  const item = new Item(record, data);
  const values = {};
  for (const { id } of METRIC_COLUMNS) values[id] = item.value(id);
  const { id, name, vendor, architecture, model, aliases } = record;
  const words = [id, name, vendor, architecture, model, ...aliases].filter(Boolean);
  return {
    record,
    /** Kept, because its interpretations are the same for every question. */
    item,
    values,
    isPlanar: item.lead.spreads[""].applicable_die_area === "0",
    words: words.join(" ").toLowerCase(),
    text: "",
    finding: null,
    contested: false,
    cautions: [],
  };
}

/** The chips that the search and the filters leave, in order. */
function filtered(app) {
  const { state, entries } = app;
  const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
  const isAnswered = (entry) => {
    if (state.status === "contested") return entry.contested;
    if (state.status === "cautioned") return entry.cautions.length > 0;
    return entry.text === state.status;
  };
  const isKept = (entry) =>
    words.every((word) => entry.words.includes(word)) &&
    (!state.vendor || entry.record.vendor === state.vendor) &&
    (!state.kind || entry.record.kind === state.kind) &&
    (!state.status || isAnswered(entry));
  return sorted(entries.filter(isKept), state);
}

/** Rows in order; unknown values stand last in both directions. */
function sorted(entries, state) {
  const column = COLUMNS.find((each) => each.id === state.sort);
  const keyOf = (entry) => {
    if (!column.metric) return column.of(entry) ?? null;
    const value = entry.values[column.id];
    return value ? toNumber(value) : null;
  };
  const sign = state.dir === "up" ? 1 : -1;
  const byName = (one, other) => one.record.name.localeCompare(other.record.name, "en");
  const byKey = (a, b) => (typeof a === "number" ? a - b : a.localeCompare(b, "en"));

  const keyed = entries.map((entry) => ({ key: keyOf(entry), entry }));
  keyed.sort((a, b) => {
    if (a.key === null || b.key === null) return (a.key === null) - (b.key === null);
    return sign * byKey(a.key, b.key) || byName(a.entry, b.entry);
  });
  return keyed.map(({ entry }) => entry);
}

function filterForm(app) {
  const { state, data } = app;
  const choices = (name) => {
    const values = [...new Set(data.chips.map((chip) => chip[name]).filter(Boolean))];
    values.sort((a, b) => a.localeCompare(b, "en"));
    return [["", "all"], ...values.map((value) => [value, value])];
  };
  const filter = (name, options) =>
    select(name, options, state[name], (value) => app.update({ [name]: value }));
  const search = el("input", {
    id: "q",
    type: "search",
    value: state.q,
    oninput: (event) => app.update({ q: event.target.value }),
  });
  show(
    "filter-form",
    field("Search", search),
    field("Vendor", filter("vendor", choices("vendor"))),
    field("Kind", filter("kind", choices("kind"))),
    // Its choices are the answers of the table, which statusOptions fills in.
    field("Answer", filter("status", [["", "all"]])),
  );
  byId("filter-form").onsubmit = (event) => event.preventDefault();
}

/** Offers the answers of the table in the filter. The chosen one stays even if no chip has it. */
function statusOptions(app) {
  const { status } = app.state;
  const answers = [...new Set(app.entries.map((entry) => entry.text).filter(Boolean))].sort();
  const doubts = ["contested", "cautioned"];
  const isOffered = !status || doubts.includes(status) || answers.includes(status);
  if (!isOffered) answers.push(status);
  const options = [["", "all"], ...[...answers, ...doubts].map((text) => [text, text])];
  byId("status").replaceChildren(...options.map(([value, text]) => option(value, text, status)));
}

function tableHead(app) {
  const box = el("th", { scope: "col" }, el("span", { class: "quiet" }, "Compare"));
  return el("thead", {}, el("tr", {}, box, ...COLUMNS.map((column) => columnHead(app, column))));
}

function columnHead(app, column) {
  const { sort, dir } = app.state;
  const isSorted = column.id === sort;
  const sortButton = el(
    "button",
    {
      type: "button",
      id: `sort-${column.id}`,
      onclick: () => app.update({ sort: column.id, dir: nextDirection(app.state, column) }),
    },
    column.text,
    el("span", { "aria-hidden": "true" }, isSorted ? ARROWS[dir] : ""),
  );
  const properties = {
    scope: "col",
    "aria-sort": isSorted ? SORTED[dir] : null,
    class: column.metric ? "number" : null,
  };
  return el("th", properties, sortButton);
}

/** A sorted column turns around; another starts with the largest number or the first name. */
function nextDirection({ sort, dir }, column) {
  if (column.id === sort) return dir === "down" ? "up" : "down";
  return column.metric ? "down" : "up";
}

function tableRow(app, entry) {
  const { record } = entry;
  const isChosen = app.state.chip === record.id;
  const box = el("input", {
    type: "checkbox",
    "aria-label": `Compare ${record.name}`,
    checked: app.state.compare.includes(record.id),
    onchange: (event) => app.compare(record.id, event.target.checked),
  });
  const open = el(
    "button",
    {
      type: "button",
      class: "open",
      "data-chip": record.id,
      "aria-pressed": String(isChosen),
      onclick: () => app.choose(record.id),
    },
    record.name,
  );
  const numbers = METRIC_COLUMNS.map((column) =>
    el("td", { class: "number" }, valueText(app, entry, column.id)),
  );
  return el(
    "tr",
    { class: isChosen ? "chosen" : null },
    el("td", {}, box),
    el("th", { scope: "row" }, open),
    el("td", {}, answerBadge(app, entry)),
    el("td", {}, record.vendor ?? "–"),
    el("td", {}, record.announced ?? "–"),
    ...numbers,
  );
}

function answerBadge(app, { finding, contested, cautions }) {
  if (!finding && app.answering) return el("span", { class: "badge" }, "…");
  return badge(finding, contested, app.rule, cautions);
}

function valueText({ data }, entry, metric) {
  // A dash would say "unknown"; a chip of planar logic has no density.
  if (entry.isPlanar && metric === "performance_density") return "none";
  return metricText(data, metric, entry.values[metric]);
}

function drawTable(app) {
  const kept = filtered(app);
  const focused = document.activeElement?.id;
  const text = "Chips with their preferred figures and the answer of the chosen rule";
  const caption = el("caption", { class: "quiet" }, text);
  const rows = kept.map((entry) => tableRow(app, entry));
  show("table", caption, tableHead(app), el("tbody", {}, ...rows));
  // The head was drawn anew; without this the keyboard would lose its place.
  if (focused?.startsWith("sort-")) byId(focused)?.focus();
  const answering = app.answering ? ", computing answers" : "";
  app.say(`${kept.length} of ${app.entries.length} chips${answering}`);
}
