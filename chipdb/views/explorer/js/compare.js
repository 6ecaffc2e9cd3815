// Chips side by side, each as its knobs were turned: figures, classification and license.

/** Figures in addition to the metrics that every answer shows. */
const COMPARED = ["memory_capacity"];

/** The items of the comparison with their names; a turned chip is named with its knobs. */
function comparedItems({ state, data }) {
  return state.compare.map((entry) => {
    const { id, knobs } = comparedOf(entry);
    const record = recordOf(id, state, data);
    const item = new Item(record, data, mapValues(knobs, multipleOf));
    return { entry, item, name: turnedName(record.name, knobs) };
  });
}

function turnedName(name, knobs) {
  const turned = Object.entries(knobs).map(([knob, percent]) =>
    t("compare.knob", { knob: t(`knob.${knob}`), percent }),
  );
  return turned.length ? `${name} (${turned.join(", ")})` : name;
}

function drawCompare(app) {
  const { state, data, question, controlList } = app;
  byId("compare").toggleAttribute("data-any", state.compare.length > 0);
  if (!state.compare.length) return show("compare-body", hint(t("compare.none")));

  const compared = comparedItems(app);
  const answers = compared.map(({ item }) => check(item, question, data, controlList));
  const entries = answers.map(({ classification: { finding, sides } }) => badge(finding, sides.length > 0));
  const licenses = answers.map(({ license, cautions }) =>
    license
      ? badge({ status: license.required, outcome: null }, license.contested, null, decidingKinds(cautions))
      : "–",
  );
  const corner = el("th", { scope: "col" }, el("span", { class: "quiet" }, t("compare.figure")));
  const heads = compared.map((each) => comparedHead(app, each));
  const records = compared.map(({ item }) => item.record);
  const items = compared.map(({ item }) => item);
  const table = el(
    "table",
    { id: "compared" },
    el("thead", {}, el("tr", {}, corner, ...heads)),
    el(
      "tbody",
      {},
      row(t("ask.classification"), ...entries),
      question.to ? row(t("compare.license", { to: placeName(data, state.to) }), ...licenses) : null,
      ...comparedRule(app, items),
      ...comparedMetrics(items, data),
      ...comparedEstimates(items, data),
      row(t("column.vendor"), ...records.map((record) => record.vendor ?? "–")),
      row(t("column.announced"), ...records.map((record) => record.announced ?? "–")),
    ),
  );
  const base = compared.length > 1 ? hint(t("compare.base", compared.at(-1))) : null;
  const isBinary = items.some((item) => item.lead.printedMemory);
  const memory = isBinary ? hint(t("compare.memory")) : null;
  return show("compare-body", scrolled(t("compare.label"), table), base, memory);
}

/** The row of a single rule that was chosen for the table. */
function comparedRule(app, items) {
  const { rule } = app;
  if (!rule) return [];
  const badges = items.map((item) => {
    const { finding, contested } = app.findingOf(item);
    return badge(finding, contested, rule);
  });
  return [row(rule.id, ...badges)];
}

function comparedHead(app, { entry, item, name }) {
  const { id, knobs } = comparedOf(entry);
  const open = button(name, () => app.choose(id, knobs), { class: "open" });
  const remove = button("×", () => app.compare(entry, false), {
    "aria-label": t("compare.remove", { name: item.record.name }),
  });
  return el("th", { scope: "col" }, open, " ", remove);
}

function comparedMetrics(items, data) {
  return [...data.shown, ...COMPARED].map((name) => {
    const unit = unitText(data, name);
    const head = unit ? t("compare.unit", { metric: metricName(data, name), unit }) : metricName(data, name);
    return row(head, ...items.map((item) => valueAndRatio(data, name, item, items.at(-1))));
  });
}

/** A figure as it is compared: of memory what data sheets print, whose GB of DRAM is a GiB. */
function comparedValue(item, name) {
  const { printedMemory } = item.lead;
  if (name === "memory_capacity" && printedMemory) return exact(printedMemory);
  return item.value(name);
}

/** A figure of a chip and, next to another chip, its ratio to that one's. */
function valueAndRatio(data, name, item, base) {
  const [value, other] = [comparedValue(item, name), comparedValue(base, name)];
  const text = metricText(data, name, value);
  if (item === base || value === null || other === null || isZero(other)) return text;
  const ratioText = display(over(value, other), 2);
  return el("span", {}, text, el("small", {}, ` ${t("compare.ratio", { ratio: ratioText })}`));
}
