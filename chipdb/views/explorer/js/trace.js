// Why: the metrics with the claims they are derived from, each rule with its paragraphs, headroom,
// and every claim of the chip.

/** The keys of the words for whether a paragraph is met. */
const HOLDS = new Map([
  [true, "holds.yes"],
  [false, "holds.no"],
  [null, "holds.open"],
]);

/** The metrics of the chip with its knobs turned, each with its figures and their sources. */
function metricsTable(item, data) {
  const rows = data.shown.map((name) => metricRow(item, name, data));
  const headers = ["metric", "value", "range", "source"].map((each) => t(`head.${each}`));
  return scrolled(t("metrics.title"), tableOf(t("metrics.title"), headers, rows));
}

function metricRow(item, name, data) {
  const value = item.value(name);
  const shown = `${metricText(data, name, value)} ${value === null ? "" : unitText(data, name)}`;
  const remark = value === null ? missingText(item, name) : rangeText(item, name, data);
  const inputs = (item.lead.inputs[name] ?? []).map(([path, text, basis, source]) =>
    el("li", {}, `${path} ${text}, ${basis}, `, sourceOf(data, source)),
  );
  const list = inputs.length ? el("ul", { class: "inputs" }, ...inputs) : null;
  return row(metricName(data, name), shown.trim(), remark, list);
}

/** The range that the credible claims leave; empty where they agree. */
function rangeText(item, name, data) {
  if (!(name in item.lead.spreads[""])) return "";
  const { value, low, high } = item.spread(name);
  if (same(low, value) && same(high, value)) return "";
  const [from, to] = [low, high].map((end) => metricText(data, name, end));
  return t("metrics.range", { from, to });
}

function missingText(item, name) {
  if (item.record.given) return t("metrics.not-stated");
  const parts = name in item.lead.spreads[""] ? [name] : DERIVED[name].parts;
  const missing = [...new Set(parts.flatMap((part) => item.spread(part).missing))];
  if (missing.length) return t("metrics.missing", { missing: missing.join(", ") });
  return t("metrics.planar");
}

/** Every rule that was asked, each unfolded when somebody opens it; proposals are asked only when
 * somebody opens them, because there are many. */
function rulesTable(app, answer) {
  const ordered = QUESTIONS.flatMap((question) =>
    answer.answers.filter((verdict) => verdict.rule.question === question),
  );
  const entries = ordered.map((verdict) => {
    const { rule, finding, sides } = verdict;
    const question = el("span", { class: "hint" }, t(`rules.${rule.question}`));
    const head = [badge(finding, sides.length > 0, rule), ` ${rule.id} `, question];
    return unfolding(app, rule.id, head, () => ruleText(app, verdict, answer));
  });
  const proposals = app.unfolded.has(PROPOSALS) ? null : proposalsFold(app);
  return el("div", { class: "rules" }, el("h3", {}, t("rules.title")), ...entries, proposals);
}

function proposalsFold(app) {
  const head = [t("rules.proposals")];
  const nothing = () => [];
  return unfolding(app, PROPOSALS, head, nothing, () => drawAnswer(app));
}

/** A fold that stays open when the answer is drawn anew, and is filled when it is first opened. */
function unfolding(app, key, head, fill, onopen = () => {}) {
  const isOpen = app.unfolded.has(key);
  const body = el("div", {}, ...(isOpen ? fill() : []));
  const toggled = ({ target }) => {
    // Browsers report a fold that is drawn open as toggled, too.
    if (target.open === app.unfolded.has(key)) return;
    if (!target.open) {
      app.unfolded.delete(key);
      return;
    }
    app.unfolded.add(key);
    if (!body.childElementCount) body.append(...present(fill()));
    onopen();
  };
  const properties = { class: "rule", open: isOpen, ontoggle: toggled };
  return el("details", properties, el("summary", {}, ...head), body);
}

/** What a rule is, and its paragraphs with the values they were compared with. */
function ruleText(app, verdict, answer) {
  const { data } = app;
  const { rule } = verdict;
  const isOnTop = verdict === answer.classification;
  const words = (finding) => findingWords(finding, rule);
  const address = data.sources[rule.source]?.[3];
  return [
    el("p", inEnglish(), `${rule.title}. `, linked(address, rule.cited)),
    ...sidesText(verdict),
    ...(isOnTop ? [] : needsText(verdict.needs(), data, words)),
    verdict.interpretation ? provisionsTable(verdict, answer.controlList, data) : null,
    ...rule.conditions.map((text) => el("p", { class: "hint", ...inEnglish() }, text)),
  ];
}

function provisionsTable(verdict, controlList, data) {
  const { rule } = verdict;
  const assignments = verdict.assignments();
  const steps = rule.provisions.map(({ id, text, when }) => [id, text, when]);
  if (rule.unless) steps.unshift([t("provisions.unless"), rule.unlessText, rule.unless]);
  const rows = steps.map(([id, text, condition]) => {
    const values = comparedValues(assignments, condition, data);
    return row(id, text, t(HOLDS.get(outcomeOf(assignments, condition, controlList))), values);
  });
  const headers = ["paragraph", "condition", "result", "compared"].map((each) => t(`head.${each}`));
  const title = t("provisions.of", { rule: rule.id });
  return scrolled(title, tableOf(t("provisions.title"), headers, rows));
}

/** Whether a condition holds; null where that depends on what is not known. */
function outcomeOf(assignments, condition, controlList) {
  const answers = new Set(assignments.map((each) => holds(controlList, each, condition)));
  return answers.size === 1 ? [...answers][0] : null;
}

/** The metrics that a condition compares, with the values they have. */
function comparedValues(assignments, condition, data) {
  const leaves = leavesIn(condition).filter(([kind]) => kind === "metric");
  const metrics = [...new Set(leaves.map(([, metric]) => metric))];
  const texts = metrics.map((name) => {
    return `${metricName(data, name)} ${metricText(data, name, valueIn(assignments, name))}`;
  });
  return texts.join(", ");
}

/** The value of a metric that all assignments agree on, else null. */
function valueIn(assignments, name) {
  const parts = DERIVED[name]?.parts ?? [];
  const isAssigned = ({ values, undefined: meaningless }) => {
    if (name in values || meaningless.has(name)) return true;
    return parts.length > 0 && parts.every((part) => part in values);
  };
  const leads = assignments.map(({ chips: [lead] }) => lead).filter(isAssigned);
  const values = leads.map((lead) => valueAt(lead, name));
  const [first] = values;
  return values.length && values.every((value) => same(value, first)) ? first : null;
}

/** A table for each rule whose answer a knob may change; with a destination also of letters. */
function headroomTables(app, { answers, classification }) {
  const { item, rule } = app;
  if (!classification.interpretation || item.record.hypothetical) return [];
  const tables = turnable(answers, rule).map((verdict) => headroomTable(app, verdict));
  const [first] = tables.filter(Boolean);
  if (first) first.querySelector("table").id = "headroom";
  return tables;
}

function headroomTable({ item, question, controlList, data }, verdict) {
  const rows = knobsOffered(item.record, data)
    .flatMap((knob) => headroomOf(item, verdict, question, controlList, knob, data))
    .map((change) => headroomRow(change, data));
  if (!rows.length) return null;
  const { id, title } = verdict.rule;
  const caption = t("headroom.caption", { rule: id, title });
  const headers = ["knob", "change", "at", "there", "paragraph"].map((each) => t(`head.${each}`));
  return scrolled(caption, tableOf(caption, headers, rows));
}

function headroomRow({ knob, leaves, enters, factor, attained, value, binding, isIfBound }, data) {
  let change = leaves ? t("headroom.leaves", { leaves }) : t("headroom.enters", { enters });
  if (isIfBound) change = t("headroom.if-bound", { change });
  const metric = data.turns[knob][0];
  const unit = unitText(data, metric);
  const there = value ? `${metricName(data, metric)} ${withUnit(value, unit)}` : "";
  return row(t(`knob.${knob}`), change, reachText(factor, attained), there, binding ?? "");
}

/** How far a knob has to be turned, in percent of where it stands. */
function reachText(factor, isAttained) {
  if (!factor) return t("headroom.never");
  const percent = `${display(times(factor, exact("100")), 3)} %`;
  if (isAttained) return t("headroom.at", { percent });
  return t(compare(factor, ONE) < 0 ? "headroom.below" : "headroom.above", { percent });
}

/** Every claim of every figure, the preferred one first. */
function claimsOf(record, data) {
  if (!record.figures.length) return null;
  const rows = record.figures.flatMap(([path, claims]) =>
    claims.map((claim) => claimRow(path, claim, data)),
  );
  const headers = ["figure", "value", "basis", "source", "note"].map((each) => t(`head.${each}`));
  return el(
    "details",
    {},
    el("summary", {}, t("claims.title", { count: record.figures.length })),
    record.note ? el("p", inEnglish(), record.note) : null,
    scrolled(t("claims.label"), tableOf(t("claims.caption"), headers, rows)),
  );
}

function claimRow(path, [text, basis, source, reading, remark], data) {
  const notes = [reading && t("claims.reading", { reading }), remark].filter(Boolean).join("; ");
  return row(path, text, basis, el("span", {}, sourceOf(data, source)), notes);
}
