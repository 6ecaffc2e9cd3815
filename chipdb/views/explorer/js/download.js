// What the page shows, as files: the table as it is filtered, and the state with its answers.

function downloads(app) {
  const day = () => app.state.on;
  const json = () => `${JSON.stringify(stateRecord(app), null, 1)}\n`;
  show(
    "downloads",
    button(t("download.csv"), () => {
      save(`chipdb-${day()}.csv`, csvOf(app), "text/csv");
    }),
    button(t("download.json"), () => {
      save(`chipdb-${day()}.json`, json(), "application/json");
    }),
  );
}

function save(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  el("a", { href: address, download: name }).click();
  // Revoked at once, the download of a slow browser would fail.
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

/** A cell of CSV. A text that a spreadsheet would run as a formula is marked as text. */
function cell(value) {
  const isFormula = typeof value === "string" && /^[=+\-@\t\r]/.test(value);
  const text = isFormula ? `'${value}` : String(value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const csvLine = (cells) => `${cells.map(cell).join(",")}\r\n`;

function csvOf(app) {
  const { state, question } = app;
  const metrics = METRIC_COLUMNS.map((column) => column.id);
  const asked = ["on", "to", "rule", "status", "outcome", "contested", "cautions"];
  const head = ["id", "name", "vendor", "announced", ...metrics, ...asked];
  const rows = filtered(app).map(({ record, values, finding, contested, cautions }) => [
    record.id,
    record.name,
    record.vendor,
    record.announced,
    ...metrics.map((name) => (values[name] ? toNumber(values[name]) : null)),
    state.on,
    question.to,
    state.ask,
    finding?.status,
    finding?.outcome,
    contested,
    cautions.join(";"),
  ]);
  return [head, ...rows].map(csvLine).join("");
}

/** The question, the chosen chip with its answers, and the table; with the versions and hashes of
 * everything that they depend on. */
function stateRecord(app) {
  const { state, data, question } = app;
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
    chip: app.item && chipRecord(app),
    table: filtered(app).map((entry) => ({
      id: entry.record.id,
      status: entry.finding?.status ?? null,
      outcome: entry.finding?.outcome ?? null,
      contested: entry.contested,
      cautions: entry.cautions,
    })),
  };
}

function chipRecord(app) {
  const { state, data, question, item, controlList } = app;
  const answer = check(item, { ...question, named: namedRules(app, true) }, data, controlList);
  const metric = (name) => {
    const value = item.value(name);
    return [name, value && toNumber(value)];
  };
  return {
    id: item.record.id,
    name: item.record.name,
    percent: state.knobs,
    given: state.chip === OWN ? state.own : null,
    metrics: Object.fromEntries(data.shown.map(metric)),
    classification: answerRecord(answer.classification),
    license: answer.license && licenseRecord(answer.license),
    cautions: answer.cautions,
    answers: answer.answers.map(answerRecord),
  };
}

function answerRecord({ rule, finding, sides }) {
  return {
    rule: rule?.id ?? null,
    question: rule?.question ?? "classification",
    ...finding,
    contested: sides.length > 0,
  };
}
