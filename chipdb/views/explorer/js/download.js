// What is on the page, as files: the table as it is filtered, and the state with its answers.

function downloads(app) {
  const button = (text, name, make) => el("button", { type: "button", onclick: () => save(name(), make()) }, text);
  show(
    "downloads",
    button(
      "Download this table (CSV)",
      () => `chipdb-${app.state.on}.csv`,
      () => [csvOf(app), "text/csv"],
    ),
    button(
      "Download this view (JSON)",
      () => `chipdb-${app.state.on}.json`,
      () => [`${JSON.stringify(viewOf(app), null, 1)}\n`, "application/json"],
    ),
  );
}

function save(name, [text, type]) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  el("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

/** A cell of CSV. A text that a spreadsheet would take for a formula is marked as text. */
function cell(value) {
  const text = typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function csvOf(app) {
  const metrics = COLUMNS.filter((column) => column.metric).map((column) => column.id);
  const head = ["id", "name", "vendor", "announced", ...metrics, "on", "to", "rule", "status", "outcome", "contested"];
  const rows = filtered(app).map(({ record, values, finding, contested }) => [
    record.id,
    record.name,
    record.vendor,
    record.announced,
    ...metrics.map((name) => (values[name] ? toNumber(values[name]) : null)),
    app.state.on,
    app.question.to,
    app.state.ask,
    finding?.status,
    finding?.outcome,
    contested,
  ]);
  return `${[head, ...rows].map((cells) => cells.map(cell).join(",")).join("\r\n")}\r\n`;
}

/** The question, the chosen chip with its answers, and the ids of the table; with the hashes they rest on. */
function viewOf(app) {
  const { state, data, question, subject } = app;
  const answer = subject && check(subject, { ...question, named: namedRules(app, true) }, data, app.controlList);
  const told = ({ rule, finding, sides }) => ({
    rule: rule?.id ?? null,
    question: rule?.question ?? "classification",
    ...finding,
    contested: sides.length > 0,
  });
  return {
    schema: data.schema,
    version: data.version,
    data: data.data,
    rules: data.rulesHash,
    address: addressOf(state, data),
    on: state.on,
    to: question.to,
    from: question.from,
    headquarters: question.headquarters,
    law: state.law,
    chip: answer && {
      id: subject.record.id,
      name: subject.record.name,
      percent: state.knobs,
      given: state.chip === OWN ? state.own : null,
      metrics: Object.fromEntries(
        data.shown.map((name) => [name, subject.value(name) && toNumber(subject.value(name))]),
      ),
      classification: told(answer.classification),
      license: answer.license && licenseRecord(answer.license),
      answers: answer.answers.map(told),
    },
    table: filtered(app).map((entry) => ({
      id: entry.record.id,
      status: entry.finding?.status ?? null,
      outcome: entry.finding?.outcome ?? null,
      contested: entry.contested,
    })),
  };
}
