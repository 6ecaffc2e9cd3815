// The question: a search for the chip, the date, the destination and the derating; what is asked
// less often is folded.

/** The questions of rules, in the order in which they are listed. */
const QUESTIONS = [
  "classification",
  "at-control",
  "license",
  "review",
  "duty",
  "presumption",
  "proposal",
  "destination-measure",
];

function queryForm(app) {
  const { state, data } = app;
  const { countries } = data.places.record;
  const places = countries
    .map(([code]) => [code, placeName(data, code)])
    .sort(([, one], [, other]) => byAlphabet(one, other));
  const destinations = [["", t("question.to.none")], ...places];
  const headquarters = [["", t("question.hq.same")], ...places];
  const roleNames = Object.keys(data.roles).map((role) => [role, t(`role.${role}`)]);
  const laws = ["enforced", "text"].map((law) => [law, t(`law.${law}`)]);
  const choice = (id, options) =>
    select(id, options, state[id] ?? "", (value) => app.update({ [id]: value || null }));
  const further = ["from", "hq", "law", "role"];
  const start = startState(data);
  const isUsed = further.some((name) => state[name] !== start[name]);
  show(
    "question-form",
    field(t("search.label"), searchInput(app)),
    field(t("question.on"), dayInput(app)),
    field(t("question.to"), choice("to", destinations)),
    field(t("question.derate"), derateInput(app)),
    el(
      "details",
      { class: "more", open: isUsed },
      el("summary", {}, t("question.more")),
      el(
        "div",
        { class: "fields" },
        field(t("question.from"), choice("from", places)),
        field(t("question.hq"), choice("hq", headquarters)),
        field(t("question.law"), choice("law", laws)),
        field(t("question.role"), choice("role", [["", t("question.role.none")], ...roleNames])),
      ),
    ),
  );
  byId("question-form").onsubmit = (event) => event.preventDefault();
}

function searchInput(app) {
  return el("input", {
    id: "q",
    type: "search",
    autocomplete: "off",
    spellcheck: "false",
    placeholder: t("search.example"),
    value: app.state.q,
    oninput: (event) => app.update({ q: event.target.value }),
    // A form of several fields is not sent by Enter unless it has a button.
    onkeydown: (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      chooseFound(app);
    },
  });
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

/** The compute of the chosen chip in percent; the other knobs are next to the verdict. */
function derateInput(app) {
  const changed = ({ target }) => {
    target.removeAttribute("aria-invalid");
    if (!isPercent(target.value)) return target.setAttribute("aria-invalid", "true");
    return turnKnob(app, "compute", target.value);
  };
  return el("input", {
    id: "derate",
    type: "text",
    inputmode: "decimal",
    autocomplete: "off",
    value: "100",
    disabled: true,
    onchange: changed,
  });
}

/** Offers the derating of the question for a chip whose compute can be turned. */
function drawDerate({ state, data }) {
  const record = state.chip && recordOf(state.chip, state, data);
  const isOffered = record && knobsOffered(record, data).includes("compute");
  byId("derate").disabled = !isOffered;
  byId("derate").value = state.knobs.compute ?? "100";
}

function ruleChoice(app) {
  const { state, data } = app;
  const choice = select("ask", [], null, (value) => app.update({ ask: value }));
  const groups = QUESTIONS.map((question) => {
    return el("optgroup", { label: t(`rules.${question}`) }, ...ruleOptions(data, question, state.ask));
  });
  choice.append(
    option("classification", t("ask.classification"), state.ask),
    option("license", t("ask.license"), state.ask),
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
  if (state.ask === "license" && !state.to) notes.push(t("note.destination"));
  const rule = data.ruleById.get(state.ask);
  if (rule) notes.push(`${rule.cited}.`);
  if (rule?.question === "proposal") notes.push(t("note.proposal"));
  if (rule?.evidence && rule.evidence < state.on) {
    notes.push(t("note.evidence", { day: rule.evidence }));
  }
  if (question.to && question.to !== state.to) {
    const place = placeName(data, state.to);
    notes.push(t("note.counts-as", { place, whole: placeName(data, question.to) }));
  }
  return notes.join(" ");
}
