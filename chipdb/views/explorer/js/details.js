// Why a chip has its answer: the metrics with their sources, what each rule says, headroom, and
// every claim.

/** The key of the fold of proposals. */
const PROPOSALS = "proposals";

/** What the page calls the file of a chip of the reader's own. */
const OWN_FILE = "mine.json";

/** The chosen chip: what its knobs change, and its claims, which they do not. */
function drawDetails(app) {
  const { state, data } = app;
  drawDerate(app);
  drawPanel(app);
  if (!state.chip) return show("details-body", hint(t("details.choose")));
  const record = recordOf(state.chip, state, data);
  return show(
    "details-body",
    t("details.english") ? hint(t("details.english")) : null,
    record.of ? el("p", {}, systemText(record, data)) : null,
    el("div", { id: "answer" }),
    claimsOf(record, data),
  );
}

function systemText(record, data) {
  const parts = record.of.map(([id, count]) => `${count} × ${data.byId.get(id).name}`);
  return t("details.system", { parts: parts.join(", ") });
}

/** What the knobs change: the verdict, metrics, answers, headroom. */
function drawAnswer(app) {
  const { item, question, data, controlList } = app;
  if (!item) return drawHeadline(app, null);
  const named = namedRules(app, app.unfolded.has(PROPOSALS));
  const answer = check(item, { ...question, named }, data, controlList);
  const { classification } = answer;
  // The deciding rule is open at first; after that, the reader's folds count.
  if (classification.rule && !app.wasAnswered) app.unfolded.add(classification.rule.id);
  app.wasAnswered = true;
  drawHeadline(app, answer);
  show(
    "answer",
    ...classificationText(classification, data),
    ...licenseText(app, answer),
    // With a destination, up to when the rules were read is one of the cautions.
    ...(question.to ? [] : evidenceText(answer, question)),
    metricsTable(item, data),
    commandText(app),
    estimateDetails(app),
    rulesTable(app, answer),
    ...headroomTables(app, answer),
  );
  return app.announce(answerText(app, answer));
}

function classificationText(classification, data) {
  const { rule, finding, sides } = classification;
  return [
    el(
      "p",
      { class: "verdict" },
      t("headline.classification"),
      badge(finding, sides.length > 0),
      ` ${rule ? rule.id : t("details.no-rule")}`,
    ),
    ...sidesText(classification),
    ...needsText(classification.needs(), data),
  ];
}

/** The answer in a sentence, for screen readers. */
function answerText({ item, state }, answer) {
  const { license, cautions } = answer;
  const turned = Object.entries(state.knobs).map(([knob, percent]) =>
    t("spoken.knob", { knob: t(`spoken.${knob}`), percent }),
  );
  const { finding, contested: isContested } = decidingClassification(answer);
  const contested = isContested ? t("doubt.contested") : "";
  const name = item.record.name + turned.join("");
  const spoken = t("spoken.answer", { name, answer: findingWords(finding) + contested });
  return license ? t("spoken.license", { spoken, answer: licenseSpoken(license, cautions) }) : spoken;
}

function licenseSpoken({ required, contested }, cautions) {
  const finding = { status: required, outcome: null };
  return findingWords(finding) + doubtWord(finding, contested, decidingKinds(cautions));
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
    hint(t("details.contested", { answer: findingWords(finding, rule), because })),
  );
}

/** What is missing, and what each value of it would lead to; `words` puts an answer into words. */
function needsText(needs, data, words = findingWords) {
  const isTogether = ({ pieces, values }) => !pieces && !values;
  const texts = needs
    .filter((need) => !isTogether(need))
    .map((need) => needWords(need, data, words));
  const names = needs.filter(isTogether).map((need) => needName(need, data));
  if (names.length) texts.push(t("need.also", { name: names.join(t("list.semicolon")) }));
  return texts.map((need) => hint(t("need.sentence", { need })));
}

/** What a need is about: a figure or a fact. */
function needName({ figure, fact }, data) {
  return figure ? metricName(data, figure) : factName(data, fact);
}

/** One thing that is missing, in words without a point at their end. */
function needWords(need, data, words = findingWords) {
  const name = needName(need, data);
  if (need.pieces) {
    const unit = unitText(data, need.figure);
    const pieces = need.pieces.map((piece) => pieceText(piece, unit, words));
    return t("need.missing", { name, pieces: pieces.join(t("list.semicolon")) });
  }
  if (need.values) {
    const values = need.values.map(([value, answer]) =>
      t(value ? "need.if-so" : "need.if-not", { answer: words(answer) }),
    );
    return t("need.fact", { name, values: values.join(t("list.semicolon")) });
  }
  return t("need.also", { name });
}

/** The answer in one piece of the values that a missing figure may have. */
function pieceText({ from, to, closed, answer }, unit, words) {
  const text = words(answer);
  if (to === null) {
    if (from === null) return t("piece.any", { text });
    return t("piece.above", { text, value: withUnit(from, unit) });
  }
  // Only a die area has a piece that ends at zero.
  if (isZero(to)) return t("piece.planar", { text });
  return t(closed ? "piece.up-to" : "piece.below", { text, value: withUnit(to, unit) });
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
    return hint(t("details.evidence", { ids, day }));
  });
}

/** The same question for the command line; a chip of the reader's own goes there as a file. */
function commandText(app) {
  const { state, question } = app;
  const parts = ["chipdb check", chipWords(state), `--on ${state.on}`];
  if (question.to) {
    parts.push(`--to ${question.to}`);
    if (question.from !== "US") parts.push(`--from ${question.from}`);
    const { headquarters } = question;
    if (headquarters !== question.to) parts.push(`--headquarters ${headquarters}`);
  }
  if (question.printed) parts.push("--law text");
  if (question.role) parts.push(`--role ${question.role}`);
  const command = el("p", {}, t("details.command"), el("code", {}, parts.join(" ")));
  if (state.chip !== OWN) return command;
  const text = ownFile(state, app.data);
  const file = el("p", {}, t("details.file", { file: OWN_FILE }), el("code", { id: "own-file" }, text));
  return el("div", {}, command, file);
}

/** The chosen chip as the command line takes it. */
function chipWords({ chip, knobs }) {
  if (chip === OWN) return OWN_FILE;
  const turned = Object.entries(knobs).map(
    ([knob, percent]) => ` --derate ${knob}=x${plainText(multipleOf(percent))}`,
  );
  return chip + turned.join("");
}

/** What a chip is designed and marketed for, where it is or is not for datacenters. */
const MARKETS_IN_FILE = {
  yes: { designed_for: ["datacenter"] },
  no: { designed_for: ["client"], marketed_for: ["client"] },
  unknown: {},
};

/** The chip of the reader's own as a file that the command line reads. */
function ownFile({ own }, data) {
  const stated = OWN_METRICS.filter((name) => own[name]);
  const metrics = stated.map((name) => [name, `${own[name]} ${data.units[name]}`.trim()]);
  const name = own.name || t("own.unnamed");
  const market = MARKETS_IN_FILE[own.market ?? "yes"];
  return JSON.stringify({ id: "mine", name, ...market, metrics: Object.fromEntries(metrics) });
}
