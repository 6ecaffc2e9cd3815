// The form of the question: day, places, law, and which rule the table and the chart answer.

const QUESTIONS = {
  classification: "Classification",
  "at-control": "At-control",
  license: "Licenses and letters",
  review: "Review",
  duty: "Duty",
  presumption: "Presumptions",
  proposal: "Proposals and bills (as if enacted)",
};

function queryForm(app) {
  const { state, data } = app;
  const countries = data.places.record.countries
    .map(([code, name]) => [code, name])
    .sort((a, b) => a[1].localeCompare(b[1], "en"));
  const roles = Object.entries(data.roles);
  const changed = (name) => (value) => app.update({ [name]: value || null });
  const day = el("input", {
    id: "on",
    type: "date",
    required: true,
    min: "2000-01-01",
    max: "2099-12-31",
    value: state.on,
    onchange: (event) => isDay(event.target.value) && app.update({ on: event.target.value }),
  });
  const rule = select("ask", [], null, (value) => app.update({ ask: value }));
  rule.append(
    el("option", { value: "classification", selected: state.ask === "classification" }, "Classification in force"),
    el("option", { value: "license", selected: state.ask === "license" }, "License required"),
    ...Object.entries(QUESTIONS).map(([question, label]) => el("optgroup", { label }, ...ruleOptions(data, question, state.ask))),
  );
  show(
    "question-form",
    field("Day", day),
    field("Destination", select("to", [["", "none"], ...countries], state.to ?? "", changed("to"))),
    field("Exported from", select("from", countries, state.from, changed("from"))),
    field("Recipient headquartered in", select("hq", [["", "the destination"], ...countries], state.hq ?? "", changed("hq"))),
    field(
      "Law",
      select(
        "law",
        [
          ["enforced", "as enforced"],
          ["text", "as printed"],
        ],
        state.law,
        changed("law"),
      ),
    ),
    field("Presumptions that bind", select("role", [["", "not asked"], ...roles], state.role ?? "", changed("role"))),
    field("Rule that table and chart answer", rule),
  );
  byId("question-form").onsubmit = (event) => event.preventDefault();
}

function ruleOptions(data, question, chosen) {
  const rules = data.rules.filter((rule) => rule.question === question);
  return rules.map((rule) => el("option", { value: rule.id, selected: rule.id === chosen }, `${rule.id}: ${rule.title}`));
}

/** What the question leaves out, in a sentence. */
function questionNote(state, question, data) {
  const notes = [];
  if (state.ask === "license" && !state.to) notes.push("Choose a destination: whether a license is required hangs on it.");
  const rule = data.ruleById.get(state.ask);
  if (rule) notes.push(`${rule.cited}.`);
  if (rule?.question === "proposal") notes.push("A proposal, not law: answered as if enacted.");
  if (rule?.evidence && rule.evidence < state.on) notes.push(`Its evidence ends on ${rule.evidence}.`);
  if (question.to && question.to !== state.to)
    notes.push(`${data.places.names.get(state.to)} counts as ${data.places.names.get(question.to)} on this day.`);
  return notes.join(" ");
}
