// Chips side by side: their figures and the answer of the chosen rule.

/** Figures beside the metrics that every answer shows. */
const COMPARED = ["memory_capacity"];

function drawCompare(app) {
  const { state, data } = app;
  if (!state.compare.length) {
    return show("compare-body", hint("Select chips in the table to see them side by side."));
  }
  const records = state.compare.map((id) => recordOf(id, state, data));
  const items = records.map((record) => new Item(record, data));
  const answers = items.map((item) => app.findingOf(item));
  const badges = answers.map((each) => badge(each.finding, each.contested, app.rule, each.cautions));
  const corner = el("th", { scope: "col" }, el("span", { class: "quiet" }, "Figure"));
  const heads = records.map((record) => comparedHead(app, record));
  const table = el(
    "table",
    { id: "compared" },
    el("thead", {}, el("tr", {}, corner, ...heads)),
    el(
      "tbody",
      {},
      row(askedName(state.ask), ...badges),
      row("Vendor", ...records.map((record) => record.vendor ?? "–")),
      row("Announced", ...records.map((record) => record.announced ?? "–")),
      ...comparedMetrics(items, data),
    ),
  );
  return show("compare-body", scrolled("Chips side by side", table));
}

function comparedHead(app, record) {
  const remove = el(
    "button",
    {
      type: "button",
      "aria-label": `Remove ${record.name}`,
      onclick: () => app.compare(record.id, false),
    },
    "×",
  );
  return el("th", { scope: "col" }, record.name, " ", remove);
}

function comparedMetrics(items, data) {
  return [...data.shown, ...COMPARED].map((name) => {
    const unit = unitText(data, name);
    const head = unit ? `${metricName(data, name)}, ${unit}` : metricName(data, name);
    return row(head, ...items.map((item) => metricText(data, name, item.value(name))));
  });
}

/** What the table and the chart are asked, in a word; a rule by its id. */
function askedName(ask) {
  return { classification: "Classification", license: "License" }[ask] ?? ask;
}
