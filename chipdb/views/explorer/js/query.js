// The form of the question: day, places, law, and the rule for the table and the chart.

const QUESTIONS = {
  classification: "Classification",
  "at-control": "Anti-terrorism (AT) controls",
  license: "Licenses and letters",
  review: "Review",
  duty: "Duty",
  presumption: "Presumptions",
  proposal: "Proposals and bills (as if enacted)",
  "destination-measure": "Reported measures at the destination",
};

const LAWS = [
  ["enforced", "as enforced"],
  ["text", "as codified"],
];

function queryForm(app) {
  const { state, data } = app;
  const { countries } = data.places.record;
  const places = countries
    .map(([code, name]) => [code, name])
    .sort(([, one], [, other]) => one.localeCompare(other, "en"));
  const destinations = [["", "none"], ...places];
  const headquarters = [["", "the destination"], ...places];
  const roles = [["", "no one"], ...Object.entries(data.roles)];
  const choice = (id, options, name = id) =>
    select(id, options, state[name] ?? "", (value) => app.update({ [name]: value || null }));
  show(
    "question-form",
    field("Day", dayInput(app)),
    field("Destination", choice("to", destinations)),
    field("Exported from", choice("from", places)),
    field("Recipient headquartered in", choice("hq", headquarters)),
    field("Law", choice("law", LAWS)),
    field("Presumptions for", choice("role", roles)),
    field("Rule for the table and chart", ruleChoice(app)),
  );
  byId("question-form").onsubmit = (event) => event.preventDefault();
}

function dayInput(app) {
  const changed = ({ target }) => {
    if (isDay(target.value)) app.update({ on: target.value });
  };
  return el("input", {
    id: "on",
    type: "date",
    required: true,
    min: "2000-01-01",
    max: "2099-12-31",
    value: app.state.on,
    onchange: changed,
  });
}

function ruleChoice(app) {
  const { state, data } = app;
  const choice = select("ask", [], null, (value) => app.update({ ask: value }));
  const groups = Object.entries(QUESTIONS).map(([question, label]) =>
    el("optgroup", { label }, ...ruleOptions(data, question, state.ask)),
  );
  choice.append(
    option("classification", "Classification in force", state.ask),
    option("license", "License required", state.ask),
    ...groups,
  );
  return choice;
}

function ruleOptions(data, question, chosen) {
  const rules = data.rules.filter((rule) => rule.question === question);
  return rules.map((rule) => option(rule.id, `${rule.id}: ${rule.title}`, chosen));
}

/** What a reader should know about the question, in sentences. */
function questionNote(state, question, data) {
  const notes = [];
  if (state.ask === "license" && !state.to) {
    notes.push("Choose a destination: whether a license is required depends on it.");
  }
  const rule = data.ruleById.get(state.ask);
  if (rule) notes.push(`${rule.cited}.`);
  if (rule?.question === "proposal") {
    notes.push("This is a proposal, not law; it is answered as if it were enacted.");
  }
  if (rule?.evidence && rule.evidence < state.on) {
    notes.push(`The evidence for this rule ends on ${rule.evidence}.`);
  }
  if (question.to && question.to !== state.to) {
    const { names } = data.places;
    notes.push(`${names.get(state.to)} counts as ${names.get(question.to)} on this day.`);
  }
  return notes.join(" ");
}
