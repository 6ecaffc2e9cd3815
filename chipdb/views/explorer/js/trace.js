// Why: metrics with the claims they rest on, rules with their provisions, headroom, every claim.

const HOLDS = new Map([
  [true, "met"],
  [false, "not met"],
  [null, "open"],
]);

/** Metrics of the chip as turned, each with the figures and sources it rests on. */
function metricsTable(subject, data) {
  const rows = data.shown.map((name) => {
    const spread = name in subject.lead.spreads[""] ? subject.spread(name) : null;
    const value = subject.value(name);
    const range =
      spread?.value && (!same(spread.low, spread.value) || !same(spread.high, spread.value))
        ? `credible: ${display(spread.low)} to ${display(spread.high)}`
        : null;
    const missing = value === null ? missingOf(subject, name) : null;
    const shown = `${display(value)} ${value === null ? "" : unitText(data, name)}`.trim();
    const inputs = (subject.lead.inputs[name] ?? []).map(([path, text, basis, source]) =>
      el("li", {}, `${path} ${text}, ${basis}, `, sourceOf(data, source)),
    );
    return row(
      metricName(data, name),
      shown,
      [range, missing].filter(Boolean).join("; "),
      inputs.length ? el("ul", { class: "inputs" }, ...inputs) : null,
    );
  });
  return scrolled("Metrics", tableOf("Metrics", ["Metric", "Value", "Range", "Rests on"], rows));
}

function missingOf(subject, name) {
  if (subject.record.given) return "unknown: not stated";
  const parts = name in subject.lead.spreads[""] ? [name] : DERIVED[name].parts;
  const missing = [...new Set(parts.flatMap((part) => subject.spread(part).missing))];
  return missing.length
    ? `unknown; missing: ${missing.join(", ")}`
    : "no density, all logic is planar: limits on it are read as not met, which is an interpretation";
}

/** Every rule that was asked, each unfolded when somebody looks at it; proposals are asked only then. */
function rulesTable(app, answer) {
  const ordered = Object.keys(QUESTIONS).flatMap((question) =>
    answer.answers.filter((verdict) => verdict.rule.question === question),
  );
  const entries = ordered.map((verdict) => {
    const { rule } = verdict;
    const head = [badge(verdict.finding, verdict.sides.length > 0), ` ${rule.id} `, el("span", { class: "hint" }, rule.question)];
    return unfolding(app, rule.id, head, () => ruleText(app, verdict, answer));
  });
  const bills = app.unfolded.has(PROPOSALS)
    ? null
    : unfolding(
        app,
        PROPOSALS,
        ["Ask the proposals and bills too, as if enacted"],
        () => [],
        () => drawAnswer(app),
      );
  return el("div", { class: "rules" }, el("h3", {}, "Rule by rule"), ...entries, bills);
}

/** A fold that stays open when the answer is drawn anew, and is filled when it is opened. */
function unfolding(app, key, head, fill, opened = () => {}) {
  const body = el("div", {});
  const open = app.unfolded.has(key);
  if (open) body.append(...present(fill()));
  const toggled = (event) => {
    if (event.target.open === app.unfolded.has(key)) return;
    if (!event.target.open) return app.unfolded.delete(key);
    app.unfolded.add(key);
    if (!body.childElementCount) body.append(...present(fill()));
    return opened();
  };
  return el("details", { class: "rule", open, ontoggle: toggled }, el("summary", {}, ...head), body);
}

/** What a rule is, and its provisions with what they were held against. */
function ruleText(app, verdict, answer) {
  const { data } = app;
  const { rule } = verdict;
  const steps = verdict.assignments.length ? traceOf(verdict, answer.controlList, data) : [];
  return [
    el("p", {}, `${rule.title}. `, linked(data.sources[rule.source]?.[3], rule.cited)),
    ...sidesOfVerdict(verdict),
    ...(verdict === answer.classification ? [] : needsText(verdict.needs(), data)),
    steps.length
      ? scrolled(`Provisions of ${rule.id}`, tableOf("Provisions", ["Provision", "Condition", "Holds", "Held against"], steps))
      : null,
    ...rule.conditions.map((text) => hint(text)),
  ];
}

function traceOf(verdict, controlList, data) {
  const { rule, assignments } = verdict;
  const steps = rule.provisions.map((entry) => [entry.id, entry.text, entry.when]);
  if (rule.unless) steps.unshift(["unless", rule.unlessText, rule.unless]);
  return steps.map(([id, text, condition]) => {
    const found = new Set(assignments.map((assignment) => holds(controlList, assignment, condition)));
    const metrics = [
      ...new Set(
        leavesIn(condition)
          .filter((leaf) => leaf[0] === "metric")
          .map((leaf) => leaf[1]),
      ),
    ];
    const values = metrics.map((name) => `${metricName(data, name)} ${display(valueIn(assignments, name))}`);
    return row(id, text, HOLDS.get(found.size === 1 ? [...found][0] : null), values.join(", "));
  });
}

/** A metric where it is one and the same in every assignment, else null. */
function valueIn(assignments, name) {
  const parts = DERIVED[name]?.parts ?? [];
  const has = ({ chips: [lead] }) =>
    name in lead.values || lead.undefined.has(name) || (parts.length && parts.every((part) => part in lead.values));
  const values = assignments.filter(has).map(({ chips: [lead] }) => valueAt(lead, name));
  return values.length && values.every((value) => same(value, values[0])) ? values[0] : null;
}

function headroomTable(app, verdict) {
  const { subject, question, controlList, data } = app;
  if (!verdict.interpretation || subject.record.hypothetical) return null;
  const rows = knobsOffered(subject.record, data)
    .flatMap((knob) => headroomOf(subject, verdict, question, controlList, knob, data))
    .map((found) => {
      const change = found.leaves ? `leaves ${found.leaves}` : `enters ${found.enters}`;
      const percent = found.factor && times(found.factor, exact("100"));
      const side = found.factor && (found.attained ? "at" : compare(found.factor, ONE) < 0 ? "below" : "above");
      const how = found.factor ? `${side} ${display(percent, 3)} %` : "cannot";
      const metric = data.turns[found.knob][0];
      return row(
        KNOB_NAMES[found.knob],
        change,
        how,
        found.value ? `${metricName(data, metric)} ${display(found.value)} ${unitText(data, metric)}`.trim() : "",
        found.binding ?? "",
      );
    });
  if (!rows.length) return null;
  return scrolled(
    "Headroom",
    tableOf(`Headroom under ${verdict.rule.id}, from the part as turned`, ["Knob", "Change", "At", "There", "Binding"], rows, {
      id: "headroom",
    }),
  );
}

/** Every claim of every figure, the preferred one first. */
function claimsOf(record, data) {
  if (!record.figures.length) return null;
  const rows = record.figures.flatMap(([path, claims]) =>
    claims.map(([text, basis, source, reading, remark]) =>
      row(
        path,
        text,
        basis,
        el("span", {}, sourceOf(data, source)),
        [reading && `reading ${reading}`, remark].filter(Boolean).join("; "),
      ),
    ),
  );
  const table = tableOf("Claims; the first of a figure is preferred", ["Figure", "Value", "Basis", "Source", "Remark"], rows);
  return el(
    "details",
    {},
    el("summary", {}, `${record.figures.length} figures with their sources`),
    record.note ? el("p", {}, record.note) : null,
    scrolled("Claims", table),
  );
}
