// Chips side by side: figures and the answer of the chosen rule.

const COMPARED = ["memory_capacity"];

function drawCompare(app) {
  const { state, data } = app;
  if (!state.compare.length) return show("compare-body", hint("Tick chips in the table to see them side by side."));
  const records = state.compare.map((id) => recordOf(id, state, data));
  const subjects = records.map((record) => new Subject(record, data));
  const heads = records.map((record) => {
    const remove = el(
      "button",
      { type: "button", "aria-label": `Leave out ${record.name}`, onclick: () => app.compare(record.id, false) },
      "×",
    );
    return el("th", { scope: "col" }, record.name, " ", remove);
  });
  const numbers = [...data.shown, ...COMPARED].map((name) =>
    row(
      `${metricName(data, name)}${data.units[name] ? `, ${unitText(data, name)}` : ""}`,
      ...subjects.map((subject) => display(subject.value(name))),
    ),
  );
  const facts = [
    row("Maker", ...records.map((record) => record.vendor ?? "–")),
    row("Announced", ...records.map((record) => record.announced ?? "–")),
  ];
  const found = subjects.map((subject) => app.findingOf(subject));
  const answer = row(
    state.ask === "classification" ? "Classification" : state.ask === "license" ? "License" : state.ask,
    ...found.map((each) => badge(each.finding, each.contested)),
  );
  const table = el(
    "table",
    { id: "compared" },
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, el("span", { class: "quiet" }, "Figure")), ...heads)),
    el("tbody", {}, answer, ...facts, ...numbers),
  );
  return show("compare-body", scrolled("Chips side by side", table));
}
