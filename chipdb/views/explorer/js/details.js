// One chip: its knobs, the metrics with their sources, what each rule says and why, headroom, and
// every claim.

const KNOB_NAMES = {
  compute: "Compute",
  "memory-bandwidth": "Memory bandwidth",
  "link-bandwidth": "Link bandwidth",
  "die-area": "Die area",
};

/** The key of the fold of proposals. */
const PROPOSALS = "proposals";

/** The frame of the chosen chip. What its knobs change is drawn apart, so that a slider keeps the
 * focus while it moves. */
function drawDetails(app) {
  const { state, data } = app;
  if (!state.chip) {
    byId("details-title").textContent = "Chip details";
    return show("details-body", hint("Choose a chip in the table or in the chart."));
  }
  const record = recordOf(state.chip, state, data);
  byId("details-title").textContent = record.name;
  return show(
    "details-body",
    hint(aboutText(record)),
    record.of ? el("p", {}, systemText(record, data)) : null,
    knobsOf(app, record),
    el("div", { id: "answer" }),
    claimsOf(record, data),
    el(
      "p",
      { class: "actions" },
      button("Compare this chip", () => app.compare(state.chip, true)),
    ),
  );
}

function aboutText({ vendor, architecture, kind, announced, id }) {
  const day = announced && `announced ${announced}`;
  return [vendor, architecture, kind, day, id].filter(Boolean).join(" · ");
}

function systemText(record, data) {
  const parts = record.of.map(([id, count]) => `${count} × ${data.byId.get(id).name}`);
  const rule = "A system is classified by any of its chips; the figures are those of one chip";
  return `${rule}: ${parts.join(", ")}.`;
}

function knobsOf(app, record) {
  const { data, state } = app;
  const offered = knobsOffered(record, data);
  if (!offered.length) {
    return record.hypothetical ? null : hint("This chip has no figure that a knob turns.");
  }
  const reset = () => {
    app.update({ knobs: {} });
    drawDetails(app);
    app.answerChip();
  };
  return el(
    "fieldset",
    { class: "knobs" },
    el("legend", {}, "Turn a knob: percent of the chip as sold"),
    ...offered.map((knob) => knobOf(app, knob, state.knobs[knob] ?? "100")),
    button("Reset knobs", reset),
  );
}

/** A knob: a slider in whole percent, and a number beside it that takes decimals. */
function knobOf(app, knob, percent) {
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
  const turn = (text) => {
    number.removeAttribute("aria-invalid");
    slider.setAttribute("aria-valuetext", `${text} percent`);
    const knobs = { ...app.state.knobs, [knob]: text };
    if (Number(text) === 100) delete knobs[knob];
    app.update({ knobs });
  };
  slider.addEventListener("input", () => {
    number.value = slider.value;
    turn(slider.value);
  });
  number.addEventListener("change", () => {
    if (!isPercent(number.value)) return number.setAttribute("aria-invalid", "true");
    slider.value = number.value;
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

/** What the knobs change: metrics, answers, headroom. */
function drawAnswer(app) {
  const { item, question, data, controlList } = app;
  if (!item) return;
  const named = namedRules(app, app.unfolded.has(PROPOSALS));
  const answer = check(item, { ...question, named }, data, controlList);
  const { classification } = answer;
  // The deciding rule is open at first; after that, the reader's folds count.
  if (classification.rule && !app.wasAnswered) app.unfolded.add(classification.rule.id);
  app.wasAnswered = true;
  show(
    "answer",
    ...classificationText(classification, data),
    ...licenseText(app, answer),
    // With a destination, up to when the rules were read is one of the cautions.
    ...(question.to ? [] : evidenceText(answer, question)),
    metricsTable(item, data),
    commandText(app),
    rulesTable(app, answer),
    headroomTable(app, classification),
  );
  app.announce(answerText(app, answer));
}

function classificationText(classification, data) {
  const { rule, finding, sides } = classification;
  const none = "no classification rule for this kind of item was in force";
  return [
    el(
      "p",
      { class: "verdict" },
      "Classification: ",
      badge(finding, sides.length > 0),
      ` ${rule ? rule.id : none}`,
    ),
    ...sidesText(classification),
    ...needsText(classification.needs(), data),
  ];
}

/** The answer in a sentence, for screen readers. */
function answerText({ item, state }, { classification, license, cautions }) {
  const turned = Object.entries(state.knobs).map(
    ([knob, percent]) => `, ${KNOB_NAMES[knob].toLowerCase()} at ${percent} %`,
  );
  const { finding, sides } = classification;
  const contested = sides.length ? ", contested" : "";
  return [
    `${item.record.name}${turned.join("")}: ${findingText(finding)}${contested}`,
    license ? `license ${licenseSpoken(license, cautions)}` : null,
  ]
    .filter(Boolean)
    .join("; ");
}

function licenseSpoken({ required, contested }, cautions) {
  const finding = { status: required, outcome: null };
  return findingText(finding) + doubtWord(finding, contested, decidingKinds(cautions));
}

/** The rules that are asked by name: the chosen one, and all proposals where they are shown. */
function namedRules({ state, data }, withProposals) {
  const named = new Set();
  if (data.ruleById.has(state.ask)) named.add(state.ask);
  for (const rule of data.rules) {
    if (withProposals && rule.question === "proposal") named.add(rule.id);
  }
  return named;
}

function sidesText({ rule, sides }) {
  return sides.map(({ finding, because }) =>
    hint(`Contested: ${findingText(finding, rule)}, because ${because}.`),
  );
}

/** What is missing, and what each value of it would lead to; `words` puts an answer into words. */
function needsText(needs, data, words = findingText) {
  return needs.map((need) => {
    const name = need.figure ? metricName(data, need.figure) : factName(data, need.fact);
    if (need.pieces) {
      const unit = unitText(data, need.figure);
      const pieces = need.pieces.map((piece) => pieceText(piece, unit, words));
      return hint(`Missing: ${name}. ${pieces.join("; ")}.`);
    }
    if (need.values) {
      const values = need.values.map(([value, answer]) => {
        return `${words(answer)} if ${value ? "so" : "not"}`;
      });
      return hint(`Not known: ${name}. ${values.join("; ")}.`);
    }
    return hint(`Also missing: ${name}.`);
  });
}

/** The answer in one piece of the values that a missing figure may have. */
function pieceText({ from, to, closed, answer }, unit, words) {
  const text = words(answer);
  if (to === null) {
    return from === null ? `${text} at any value` : `${text} above ${withUnit(from, unit)}`;
  }
  // Only a die area has a piece that ends at zero.
  if (isZero(to)) return `${text} if all logic is planar`;
  return `${text} ${closed ? "up to" : "below"} ${withUnit(to, unit)}`;
}

/** Rules whose evidence ended before the day. */
function evidenceText({ answers }, { on }) {
  const idsByDay = new Map();
  for (const { rule, finding } of answers) {
    const isStale = rule.evidence && rule.evidence < on;
    if (!isStale || finding.status === NOT_COVERED) continue;
    idsByDay.set(rule.evidence, [...(idsByDay.get(rule.evidence) ?? []), rule.id]);
  }
  return [...idsByDay.keys()].sort().map((day) => {
    const ids = idsByDay.get(day).join(", ");
    return hint(`The evidence for ${ids} ends on ${day}: later changes are not known.`);
  });
}

/** The same question for the command line. */
function commandText(app) {
  const { state, question } = app;
  if (state.chip === OWN) return null;
  const parts = ["chipdb check", state.chip];
  for (const [knob, percent] of Object.entries(state.knobs)) {
    parts.push(`--derate ${knob}=x${plainText(multipleOf(percent))}`);
  }
  parts.push(`--on ${state.on}`);
  if (question.to) {
    parts.push(`--to ${question.to}`);
    if (question.from !== "US") parts.push(`--from ${question.from}`);
    const { headquarters } = question;
    if (headquarters !== question.to) parts.push(`--headquarters ${headquarters}`);
  }
  if (question.printed) parts.push("--law text");
  if (question.role) parts.push(`--role ${question.role}`);
  return el("p", {}, "The same on the command line: ", el("code", {}, parts.join(" ")));
}
