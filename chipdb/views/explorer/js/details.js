// One chip: knobs, metrics with their sources, what each rule says and why, headroom, every claim.

const KNOB_NAMES = {
  compute: "Compute",
  "memory-bandwidth": "Memory bandwidth",
  "link-bandwidth": "Link bandwidth",
  "die-area": "Die area",
};
const PROPOSALS = "proposals";

/** The frame of the chosen chip; what its knobs change is drawn apart, so that a slider keeps the focus. */
function drawDetails(app) {
  const { state, data } = app;
  if (!state.chip) {
    byId("details-title").textContent = "A chip";
    return show("details-body", hint("Choose a chip in the table or in the chart."));
  }
  const record = recordOf(state.chip, state, data);
  byId("details-title").textContent = record.name;
  const about = [record.vendor, record.architecture, record.kind, record.announced && `announced ${record.announced}`, record.id];
  return show(
    "details-body",
    hint(about.filter(Boolean).join(" · ")),
    record.of ? el("p", {}, systemText(record, data)) : null,
    knobsOf(app, record),
    el("div", { id: "answer" }),
    claimsOf(record, data),
    el(
      "p",
      { class: "actions" },
      el("button", { type: "button", onclick: () => app.compare(state.chip, true) }, "Compare this chip"),
    ),
  );
}

function systemText(record, data) {
  const parts = record.of.map(([id, count]) => `${count} × ${data.byId.get(id).name}`);
  return `A system is classified by any of its chips; figures are those of one: ${parts.join(", ")}.`;
}

function knobsOf(app, record) {
  const { data, state } = app;
  const offered = knobsOffered(record, data);
  if (!offered.length) return record.hypothetical ? null : hint("It has no figure that a knob turns.");
  const reset = el(
    "button",
    {
      type: "button",
      onclick: () => {
        app.update({ knobs: {} });
        drawDetails(app);
        app.answerChip();
      },
    },
    "Reset knobs",
  );
  return el(
    "fieldset",
    { class: "knobs" },
    el("legend", {}, "Turn a knob: percent of the part as sold"),
    ...offered.map((knob) => knobOf(app, knob, state.knobs[knob] ?? "100")),
    reset,
  );
}

function knobOf(app, knob, percent) {
  const turn = (text) => {
    const knobs = { ...app.state.knobs, [knob]: text };
    if (Number(text) === 100) delete knobs[knob];
    app.update({ knobs });
  };
  const number = el("input", {
    id: `knob-${knob}-number`,
    type: "text",
    inputmode: "decimal",
    "aria-label": `${KNOB_NAMES[knob]}, percent, any decimal`,
    value: percent,
    size: 7,
  });
  const slider = el("input", {
    id: `knob-${knob}`,
    type: "range",
    min: 1,
    max: 200,
    step: 1,
    value: percent,
    "aria-valuetext": `${percent} percent`,
  });
  slider.addEventListener("input", () => {
    number.value = slider.value;
    number.removeAttribute("aria-invalid");
    slider.setAttribute("aria-valuetext", `${slider.value} percent`);
    turn(slider.value);
  });
  number.addEventListener("change", () => {
    const good = PERCENT.test(number.value) && Number(number.value) > 0;
    if (good) number.removeAttribute("aria-invalid");
    else return number.setAttribute("aria-invalid", "true");
    slider.value = number.value;
    slider.setAttribute("aria-valuetext", `${number.value} percent`);
    return turn(number.value);
  });
  return el(
    "div",
    { class: "knob" },
    el("label", { for: slider.id }, KNOB_NAMES[knob]),
    slider,
    number,
    el("span", { "aria-hidden": "true" }, "%"),
  );
}

/** What hangs on the knobs: metrics, answers, headroom. */
function drawAnswer(app) {
  const { subject, question, data, controlList } = app;
  if (!subject) return;
  const answer = check(subject, { ...question, named: namedRules(app, app.unfolded.has(PROPOSALS)) }, data, controlList);
  const { classification } = answer;
  const sure = classification.finding;
  const top = [
    el(
      "p",
      { class: "verdict" },
      "Classification: ",
      badge(sure, classification.sides.length > 0),
      classification.rule ? ` ${classification.rule.id}` : " no classification rule for this kind of item in force",
    ),
    ...sidesOfVerdict(classification),
    ...needsText(classification.needs(), data),
  ];
  if (classification.rule && !app.looked) app.unfolded.add(classification.rule.id);
  app.looked = true;
  show(
    "answer",
    ...top,
    ...licenseText(app, answer),
    ...evidenceText(answer, question),
    metricsTable(subject, data),
    commandText(app),
    rulesTable(app, answer),
    headroomTable(app, classification),
  );
  app.heard(
    `${subject.record.name}${knobText(app.state)}: ${findingText(sure)}${classification.sides.length ? ", contested" : ""}`,
  );
}

/** The rules asked by name: the chosen one, and all proposals where somebody looks at them. */
function namedRules({ state, data }, withProposals) {
  const proposals = withProposals ? data.rules.filter((rule) => rule.question === "proposal") : [];
  return new Set([...proposals.map((rule) => rule.id), ...(data.ruleById.has(state.ask) ? [state.ask] : [])]);
}

const knobText = (state) =>
  Object.entries(state.knobs)
    .map(([knob, percent]) => `, ${KNOB_NAMES[knob].toLowerCase()} at ${percent} %`)
    .join("");

function sidesOfVerdict(verdict) {
  return verdict.sides.map((side) => hint(`Contested: ${findingText(side.finding)}, because ${side.because}.`));
}

/** What is missing to know, each with what it would lead to, in `words`. */
function needsText(needs, data, words = findingText) {
  return needs.map((need) => {
    const name = need.figure ? metricName(data, need.figure) : factName(data, need.fact);
    if (need.pieces) {
      const unit = unitText(data, need.figure);
      return hint(`Missing: ${name}. ${need.pieces.map((piece) => pieceText(piece, unit, words)).join("; ")}.`);
    }
    if (need.values) {
      const values = need.values.map(([so, finding]) => `${words(finding)} if ${so ? "so" : "not"}`);
      return hint(`Not known: ${name}. ${values.join("; ")}.`);
    }
    return hint(`Also missing: ${name}.`);
  });
}

function pieceText({ from, to, closed, answer }, unit, say) {
  const words = say(answer);
  const end = (value) => `${display(value)} ${unit}`.trim();
  if (to !== null && isZero(to)) return `${words} if all logic is planar`;
  if (to !== null) return `${words} ${closed ? "up to" : "below"} ${end(to)}`;
  return from === null ? `${words} at any value` : `${words} above ${end(from)}`;
}

/** Rules whose evidence ended before the day. */
function evidenceText({ answers }, { on }) {
  const stale = answers.filter(({ rule, finding }) => finding.status !== NOT_COVERED && rule.evidence && rule.evidence < on);
  const days = [...new Set(stale.map(({ rule }) => rule.evidence))].sort();
  const ids = (day) => stale.filter(({ rule }) => rule.evidence === day).map(({ rule }) => rule.id);
  return days.map((day) => hint(`Evidence ends on ${day} for ${ids(day).join(", ")}: what changed after that day is not known.`));
}

/** The same question for the command line. */
function commandText(app) {
  const { state, question } = app;
  if (state.chip === OWN) return null;
  const knobs = Object.entries(state.knobs).map(
    ([knob, percent]) => `--derate ${knob}=x${plainText(over(exact(percent), exact("100")))}`,
  );
  const parts = ["chipdb check", state.chip, ...knobs, `--on ${state.on}`];
  if (question.to)
    parts.push(
      `--to ${question.to}`,
      ...(question.from === "US" ? [] : [`--from ${question.from}`]),
      ...(question.headquarters === question.to ? [] : [`--headquarters ${question.headquarters}`]),
    );
  if (question.printed) parts.push("--law text");
  if (question.role) parts.push(`--role ${question.role}`);
  return el("p", {}, "The same on the command line: ", el("code", {}, parts.join(" ")));
}
