// The table of the catalog: one row for each chip that the search and the filters leave.

const COLUMNS = [
  { id: "name", of: (entry) => entry.record.name },
  { id: "status", of: (entry) => entry.text },
  { id: "tpp", metric: true },
  { id: "performance_density", metric: true },
  { id: "applicable_die_area", metric: true },
  { id: "memory_bandwidth", metric: true },
  { id: "aggregate_io_bandwidth", metric: true },
  { id: "decode", of: (entry) => entry.decode, isEstimate: true },
  { id: "vendor", of: (entry) => entry.record.vendor },
  { id: "announced", of: (entry) => entry.record.announced },
];
const METRIC_COLUMNS = COLUMNS.filter((column) => column.metric);
/** The cell of a row that holds the answer; the first is the box to compare the chip. */
const ANSWER_CELL = 1 + COLUMNS.findIndex((column) => column.id === "status");
const SORTED = { up: "ascending", down: "descending" };
const ARROWS = { up: " ▲", down: " ▼" };

/** A chip of the table: its values, the words that a search looks at, and its answer. */
function tableEntry(record, data) {
  const item = new Item(record, data);
  const values = {};
  for (const { id } of METRIC_COLUMNS) values[id] = item.value(id);
  const { id, name, vendor, architecture, model, aliases } = record;
  const words = [id, name, vendor, architecture, model, ...aliases].filter(Boolean);
  const bareName = vendor && name.startsWith(`${vendor} `) ? name.slice(vendor.length + 1) : name;
  const names = [...new Set([...words, bareName].map(squash))];
  return {
    record,
    /** Kept, because its interpretations are the same for every question. */
    item,
    values,
    isPlanar: item.lead.spreads[""].applicable_die_area === "0",
    /** What a search compares. */
    names: { id, names, words: words.join(" ").toLowerCase() },
    match: MATCH.meant,
    /** The nominal estimate, in tokens per second per chip. */
    decode: data.estimates.chips[id]?.decode?.[1] ?? null,
    text: "",
    finding: null,
    contested: false,
    cautions: [],
  };
}

function tableHead(app) {
  const box = el("th", { scope: "col" }, el("span", { class: "quiet" }, t("compare.title")));
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
    t(`column.${column.id}`),
    el("span", { "aria-hidden": "true" }, isSorted ? ARROWS[dir] : ""),
  );
  const properties = {
    scope: "col",
    "aria-sort": isSorted ? SORTED[dir] : null,
    class: column.metric || column.isEstimate ? "number" : null,
    title: column.isEstimate ? t("estimate.decode", app.data.estimates) : null,
  };
  return el("th", properties, sortButton);
}

/** A sorted column turns around; another starts with the largest number or the first name. */
function nextDirection({ sort, dir }, column) {
  if (column.id === sort) return dir === "down" ? "up" : "down";
  return column.metric || column.isEstimate ? "down" : "up";
}

function tableRow(app, entry) {
  const { record } = entry;
  const isChosen = app.state.chip === record.id;
  const box = el("input", {
    type: "checkbox",
    "aria-label": t("compare.chip", { name: record.name }),
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
  const hover = (id) => () => app.hover(id);
  const numbers = METRIC_COLUMNS.map((column) =>
    el("td", { class: "number" }, valueText(app, entry, column.id)),
  );
  const properties = {
    class: isChosen ? "chosen" : null,
    "data-id": record.id,
    onmouseenter: hover(record.id),
    onmouseleave: hover(null),
    onfocusin: hover(record.id),
    onfocusout: hover(null),
  };
  return el(
    "tr",
    properties,
    el("td", {}, box),
    el("th", { scope: "row" }, open, matchMark(app, entry), nearMark(app, entry)),
    el("td", {}, answerBadge(app, entry)),
    ...numbers,
    el("td", { class: "number" }, entry.decode === null ? "–" : entry.decode.toLocaleString("en-US")),
    el("td", {}, record.vendor ?? "–"),
    el("td", {}, record.announced ?? "–"),
  );
}

/** Marks the chip that the search means, and those that it could also mean. */
function matchMark({ meaning }, { match }) {
  if (!meaning || match > MATCH.possible) return null;
  const key = match === MATCH.meant ? "search.mark.meant" : "search.mark.possible";
  return el("span", { class: "mark" }, t(key));
}

function answerBadge(app, { finding, contested, cautions }) {
  if (!finding && app.answering) return el("span", { class: "badge" }, "…");
  return badge(finding, contested, app.rule, cautions);
}

function valueText({ data }, entry, metric) {
  // A dash would say "unknown"; a chip of planar logic has no density.
  if (entry.isPlanar && metric === "performance_density") return t("table.no-density");
  return metricText(data, metric, entry.values[metric]);
}

function drawTable(app) {
  const kept = filtered(app);
  app.kept = kept;
  if (isListed(app, kept)) drawAnswers(app);
  else drawRows(app);
  const counts = { count: kept.length, total: app.entries.length };
  app.say(t(app.answering ? "table.computing" : "table.count", counts));
  document.body.toggleAttribute("data-filtered", kept.length < app.entries.length);
  drawMeaning(app);
  return kept;
}

/** Whether the table already lists some chips in this order, with the marks of the same search. */
function isListed({ listed, state }, kept) {
  // How near a chip is to a threshold depends on the rule and the day.
  if (!listed || state.near) return false;
  const isSame = ["sort", "dir", "q", "near"].every((name) => listed.state[name] === state[name]);
  return isSame && sameItems(listed.kept, kept);
}

const sameItems = (one, other) =>
  one.length === other.length && one.every((each, at) => each === other[at]);

/** Draws the answers in the rows that are there: nothing else in them depends on the question, and
 * a browser takes half a second to build and lay out all rows. */
function drawAnswers(app) {
  for (const entry of app.kept) {
    const cell = app.rows.get(entry.record.id).cells[ANSWER_CELL];
    const shown = answerBadge(app, entry);
    if (!shown.isEqualNode(cell.firstChild)) cell.replaceChildren(shown);
  }
}

function drawRows(app) {
  const { kept, state } = app;
  const focused = document.activeElement?.id;
  const caption = el("caption", { class: "quiet" }, t("table.caption"));
  const rows = kept.map((entry) => tableRow(app, entry));
  show("table", caption, tableHead(app), el("tbody", {}, ...rows));
  // The head was drawn anew; without this the keyboard would lose its place.
  if (focused?.startsWith("sort-")) byId(focused)?.focus();
  app.rows = new Map(rows.map((row) => [row.dataset.id, row]));
  app.listed = { kept, state: { ...state } };
}

/** Scrolls the table, and nothing else, to the chosen chip. */
function scrollToChosen({ rows, state }) {
  const row = rows?.get(state.chip);
  if (!row) return;
  const box = byId("table-box");
  const head = box.querySelector("thead").offsetHeight;
  const isInSight =
    row.offsetTop >= box.scrollTop + head &&
    row.offsetTop + row.offsetHeight <= box.scrollTop + box.clientHeight;
  if (!isInSight) box.scrollTop = row.offsetTop - head - row.offsetHeight;
}
