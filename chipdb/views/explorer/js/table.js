// The table of the catalog: search, filters, sorting, one row a chip.

const COLUMNS = [
  { id: "name", text: "Chip", of: (entry) => entry.record.name },
  { id: "status", text: "Answer", of: (entry) => entry.text },
  { id: "vendor", text: "Maker", of: (entry) => entry.record.vendor },
  { id: "announced", text: "Announced", of: (entry) => entry.record.announced },
  { id: "tpp", text: "TPP", metric: true },
  { id: "performance_density", text: "Density", metric: true },
  { id: "applicable_die_area", text: "Die area, mm²", metric: true },
  { id: "memory_bandwidth", text: "Memory, GB/s", metric: true },
  { id: "aggregate_io_bandwidth", text: "I/O, GB/s", metric: true },
];
const SORTED = { up: "ascending", down: "descending" };

/** A chip of the table: its values as numbers for sorting, and what is searched. */
function tableEntry(record, data) {
  const subject = new Subject(record, data);
  const values = {};
  for (const column of COLUMNS.filter((each) => each.metric)) values[column.id] = subject.value(column.id);
  const planar = subject.lead.spreads[""].applicable_die_area === "0";
  const words = [record.id, record.name, record.vendor, record.architecture, record.model, ...record.aliases];
  return {
    record,
    values,
    planar,
    words: words.filter(Boolean).join(" ").toLowerCase(),
    text: "",
    finding: null,
    contested: false,
  };
}

function filtered(app) {
  const { state, entries } = app;
  const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
  const kept = entries.filter(
    (entry) =>
      words.every((word) => entry.words.includes(word)) &&
      (!state.vendor || entry.record.vendor === state.vendor) &&
      (!state.kind || entry.record.kind === state.kind) &&
      (!state.status || (state.status === "contested" ? entry.contested : entry.text === state.status)),
  );
  return sorted(kept, state);
}

/** Rows in order; what is unknown stands last either way. */
function sorted(entries, state) {
  const column = COLUMNS.find((each) => each.id === state.sort);
  const key = column.metric ? (entry) => (entry.values[column.id] ? toNumber(entry.values[column.id]) : null) : column.of;
  const sign = state.dir === "up" ? 1 : -1;
  const order = (a, b) => (typeof a === "number" ? a - b : a.localeCompare(b, "en"));
  const keyed = entries.map((entry) => [key(entry) ?? null, entry]);
  keyed.sort(([a, one], [b, other]) => {
    if (a === null || b === null) return (a === null) - (b === null);
    return sign * order(a, b) || one.record.name.localeCompare(other.record.name, "en");
  });
  return keyed.map(([, entry]) => entry);
}

function filterForm(app) {
  const { state, data } = app;
  const every = (values) => [...new Set(values)].filter(Boolean).sort((a, b) => a.localeCompare(b, "en"));
  const options = (all, values) => [["", all], ...values.map((value) => [value, value])];
  const search = el("input", {
    id: "q",
    type: "search",
    value: state.q,
    oninput: (event) => app.update({ q: event.target.value }),
  });
  const makers = every(data.chips.map((chip) => chip.vendor));
  const kinds = every(data.chips.map((chip) => chip.kind));
  show(
    "filter-form",
    field("Search", search),
    field(
      "Maker",
      select("vendor", options("all", makers), state.vendor, (vendor) => app.update({ vendor })),
    ),
    field(
      "Kind",
      select("kind", options("all", kinds), state.kind, (kind) => app.update({ kind })),
    ),
    field(
      "Answer",
      select("status", [["", "all"]], state.status, (status) => app.update({ status })),
    ),
  );
  byId("filter-form").onsubmit = (event) => event.preventDefault();
}

/** The answers that the table has, as choices of the filter. */
function statusOptions(app) {
  const found = [...new Set(app.entries.map((entry) => entry.text).filter(Boolean))].sort();
  if (app.state.status && !found.includes(app.state.status) && app.state.status !== "contested") found.push(app.state.status);
  const options = [["", "all"], ...found.map((text) => [text, text]), ["contested", "contested"]];
  byId("status").replaceChildren(
    ...options.map(([value, text]) => el("option", { value, selected: value === app.state.status }, text)),
  );
}

function tableHead(app) {
  const { state } = app;
  const heads = COLUMNS.map((column) => {
    const on = column.id === state.sort;
    const turn = () =>
      app.update({ sort: column.id, dir: on && state.dir === "down" ? "up" : on ? "down" : column.metric ? "down" : "up" });
    const mark = on ? (state.dir === "up" ? " ▲" : " ▼") : "";
    const button = el(
      "button",
      { type: "button", onclick: turn, id: `sort-${column.id}` },
      column.text,
      el("span", { "aria-hidden": "true" }, mark),
    );
    return el("th", { scope: "col", "aria-sort": on ? SORTED[state.dir] : null, class: column.metric ? "number" : null }, button);
  });
  return el("thead", {}, el("tr", {}, el("th", { scope: "col" }, el("span", { class: "quiet" }, "Compare")), ...heads));
}

function tableRow(app, entry) {
  const { record } = entry;
  const chosen = app.state.chip === record.id;
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
      "aria-pressed": String(chosen),
      onclick: () => app.choose(record.id),
    },
    record.name,
  );
  const numbers = COLUMNS.filter((column) => column.metric).map((column) =>
    el("td", { class: "number" }, valueText(entry, column.id)),
  );
  return el(
    "tr",
    { class: chosen ? "chosen" : null },
    el("td", {}, box),
    el("th", { scope: "row" }, open),
    el("td", {}, badge(entry.finding, entry.contested, app.answering)),
    el("td", {}, record.vendor ?? "–"),
    el("td", {}, record.announced ?? "–"),
    ...numbers,
  );
}

function valueText(entry, metric) {
  if (entry.planar && metric === "performance_density") return "none";
  return display(entry.values[metric]);
}

function drawTable(app) {
  const kept = filtered(app);
  const focused = document.activeElement?.id;
  const caption = el("caption", { class: "quiet" }, "Chips with their preferred figures and the answer of the chosen rule");
  show("table", caption, tableHead(app), el("tbody", {}, ...kept.map((entry) => tableRow(app, entry))));
  if (focused?.startsWith("sort-")) byId(focused)?.focus();
  app.say(`${kept.length} of ${app.entries.length} chips${app.answering ? ", answering" : ""}`);
}
