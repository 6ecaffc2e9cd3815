// Why: the metrics with the claims they are derived from, each rule with its paragraphs, headroom,
// and every claim of the chip.

const HOLDS = new Map([
  [true, "met"],
  [false, "not met"],
  [null, "undetermined"],
]);

/** The metrics of the chip with its knobs turned, each with its figures and their sources. */
function metricsTable(item, data) {
  const rows = data.shown.map((name) => metricRow(item, name, data));
  return scrolled("Metrics", tableOf("Metrics", ["Metric", "Value", "Range", "Source"], rows));
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
  return `credible: ${from} to ${to}`;
}

function missingText(item, name) {
  if (item.record.given) return "unknown: not stated";
  const parts = name in item.lead.spreads[""] ? [name] : DERIVED[name].parts;
  const missing = [...new Set(parts.flatMap((part) => item.spread(part).missing))];
  if (missing.length) return `unknown; missing: ${missing.join(", ")}`;
  const reason = "no density, because all logic is planar";
  return `${reason}; thresholds on it count as not met (an interpretation)`;
}

/** Every rule that was asked, each unfolded when somebody opens it; proposals are asked only when
 * somebody opens them, because there are many. */
function rulesTable(app, answer) {
  const ordered = Object.keys(QUESTIONS).flatMap((question) =>
    answer.answers.filter((verdict) => verdict.rule.question === question),
  );
  const entries = ordered.map((verdict) => {
    const { rule, finding, sides } = verdict;
    const question = el("span", { class: "hint" }, rule.question);
    const head = [badge(finding, sides.length > 0, rule), ` ${rule.id} `, question];
    return unfolding(app, rule.id, head, () => ruleText(app, verdict, answer));
  });
  const proposals = app.unfolded.has(PROPOSALS) ? null : proposalsFold(app);
  return el("div", { class: "rules" }, el("h3", {}, "Rule by rule"), ...entries, proposals);
}

function proposalsFold(app) {
  const head = ["Check proposals and bills too, as if they were enacted"];
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
  const words = (finding) => findingText(finding, rule);
  const address = data.sources[rule.source]?.[3];
  return [
    el("p", {}, `${rule.title}. `, linked(address, rule.cited)),
    ...sidesText(verdict),
    ...(isOnTop ? [] : needsText(verdict.needs(), data, words)),
    verdict.interpretation ? provisionsTable(verdict, answer.controlList, data) : null,
    ...rule.conditions.map((text) => hint(text)),
  ];
}

function provisionsTable(verdict, controlList, data) {
  const { rule } = verdict;
  const assignments = verdict.assignments();
  const steps = rule.provisions.map(({ id, text, when }) => [id, text, when]);
  if (rule.unless) steps.unshift(["unless", rule.unlessText, rule.unless]);
  const rows = steps.map(([id, text, condition]) => {
    const values = comparedValues(assignments, condition, data);
    return row(id, text, HOLDS.get(outcomeOf(assignments, condition, controlList)), values);
  });
  const headers = ["Paragraph", "Condition", "Result", "Compared with"];
  return scrolled(`Paragraphs of ${rule.id}`, tableOf("Paragraphs", headers, rows));
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

function headroomTable(app, verdict) {
  const { item, question, controlList, data } = app;
  if (!verdict.interpretation || item.record.hypothetical) return null;
  const rows = knobsOffered(item.record, data)
    .flatMap((knob) => headroomOf(item, verdict, question, controlList, knob, data))
    .map((change) => headroomRow(change, data));
  if (!rows.length) return null;
  const caption = `Headroom under ${verdict.rule.id}, from where the knobs stand`;
  const headers = ["Knob", "Change", "At", "Value there", "Paragraph"];
  return scrolled("Headroom", tableOf(caption, headers, rows, { id: "headroom" }));
}

function headroomRow({ knob, leaves, enters, factor, attained, value, binding }, data) {
  const change = leaves ? `leaves ${leaves}` : `enters ${enters}`;
  const metric = data.turns[knob][0];
  const unit = unitText(data, metric);
  const there = value ? `${metricName(data, metric)} ${withUnit(value, unit)}` : "";
  return row(KNOB_NAMES[knob], change, reachText(factor, attained), there, binding ?? "");
}

/** How far a knob has to be turned, in percent of where it stands. */
function reachText(factor, isAttained) {
  if (!factor) return "not possible";
  const percent = `${display(times(factor, exact("100")), 3)} %`;
  if (isAttained) return `at ${percent}`;
  return compare(factor, ONE) < 0 ? `below ${percent}` : `above ${percent}`;
}

/** Every claim of every figure, the preferred one first. */
function claimsOf(record, data) {
  if (!record.figures.length) return null;
  const rows = record.figures.flatMap(([path, claims]) =>
    claims.map((claim) => claimRow(path, claim, data)),
  );
  const caption = "Claims; the first claim of each figure is the preferred one";
  const headers = ["Figure", "Value", "Basis", "Source", "Note"];
  return el(
    "details",
    {},
    el("summary", {}, `${record.figures.length} figures with their sources`),
    record.note ? el("p", {}, record.note) : null,
    scrolled("Claims", tableOf(caption, headers, rows)),
  );
}

function claimRow(path, [text, basis, source, reading, remark], data) {
  const notes = [reading && `reading ${reading}`, remark].filter(Boolean).join("; ");
  return row(path, text, basis, el("span", {}, sourceOf(data, source)), notes);
}
