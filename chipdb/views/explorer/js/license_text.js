// The license answer in words: the rules that require one, license exceptions, review, and what the
// answer leaves out.

function licenseText(app, { license, cautions }) {
  const { data, question } = app;
  if (!license) return [hint("Choose a destination for a license answer."), cautionList(cautions)];
  const rules = license.requirements.map((requirement) => requirementText(requirement, data));
  const finding = { status: license.required, outcome: null };
  return [
    el(
      "p",
      { class: "verdict" },
      `License to ${data.places.names.get(question.to)}: `,
      badge(finding, license.contested, null, decidingKinds(cautions)),
      rules.length ? " by" : null,
    ),
    rules.length ? el("ul", { class: "by" }, ...rules) : null,
    cautionList(cautions),
    ...reviewText(license, data),
    ...exceptionsText(license),
    ...doubtText(app, license),
    ...otherLawText(app, license),
    leftOutText(app),
  ];
}

function requirementText({ rule, review, reviewIf, state, sides }, data) {
  const unknown = reviewIf.length ? "its review policy depends on a fact" : state;
  const policy = review ? `review: ${data.policyWords[review]}` : unknown;
  return el(
    "li",
    {},
    linked(data.sources[rule.source]?.[3], rule.cited),
    ` (${rule.id}; ${policy})`,
    ...sides.map(([other, because]) => hint(`Contested: ${other} by ${because}.`)),
    ...rule.conditions.map((text) => hint(text)),
  );
}

function reviewText({ review, reviewIf, otherwise, conditions }, { policyWords }) {
  if (reviewIf.length) {
    const [eased, other] = reviewIf;
    const condition = `if certified and ${eased.condition}`;
    const text = `${policyWords[eased.policy]} ${condition}, otherwise ${policyWords[other.policy]}`;
    return [el("p", {}, `Review: ${text}.`), listFold("Conditions of this review", conditions)];
  }
  if (!review) return [];
  const hasOther = otherwise && otherwise !== review;
  const other = hasOther ? `, otherwise ${policyWords[otherwise]}` : "";
  const meaning = "This is how an application is reviewed, not how it ends.";
  return [
    el("p", {}, `Review: ${policyWords[review]}${other}. ${meaning}`),
    conditions.length ? listFold("Conditions of this review", conditions) : null,
  ];
}

/** A fold with a list of texts. */
function listFold(summary, texts) {
  const list = texts.map((text) => el("li", {}, text));
  return el("details", {}, el("summary", {}, summary), el("ul", {}, ...list));
}

function exceptionsText({ exceptions, doubtful, closed }) {
  const open = exceptions.map(({ name, section, conditions }) =>
    listFold(`May qualify for license exception ${name} (${section})`, conditions),
  );
  const doubts = doubtful.map(({ name, section, when, text }) => {
    const hasCondition = when.length > 1;
    const reason = hasCondition ? `applies only if ${text}` : "depends on the parties";
    return hint(`License exception ${name} (${section}) ${reason}: not known.`);
  });
  const reasons = closed.map(({ name, section, because }) => `${name} (${section}): ${because}`);
  const folded = reasons.length ? [listFold("License exceptions that are closed or depend on the transaction", reasons)] : [];
  return [...open, ...doubts, ...folded];
}

/** Why the answer is undetermined or contested. */
function doubtText({ data }, license) {
  if (license.embargoed) {
    const vendor = "The vendor is based in an arms-embargoed country";
    return [hint(`${vendor}: only parameters are checked, jurisdiction is not established.`)];
  }
  const changing = license.sides.filter(
    (side) => side.finding.status !== MET || license.required !== YES,
  );
  const isUndetermined = license.required === UNDETERMINED;
  return [
    license.unread ? hint(unreadText(data)) : null,
    license.unsettled ? hint(license.unsettled) : null,
    // Further reasons would repeat these two in other figures.
    ...changing.slice(0, 2).map((side) => hint(`Contested, because ${side.because}.`)),
    ...(isUndetermined ? needsText(license.needs(), data, licenseWords) : []),
  ];
}

function unreadText(data) {
  const missing = "The rulebook does not hold the rules on this kind of item on this day";
  return `${missing}; it begins on ${data.begins}.`;
}

/** What may turn the answer round, next to it; what changes the exit status is marked. */
function cautionList(cautions) {
  if (!cautions.length) return null;
  const entries = cautions.map((each) =>
    el(
      "li",
      { class: changesStatus(each) ? "deciding" : null },
      el("strong", {}, each.kind.replaceAll("-", " ")),
      `: ${each.text}`,
    ),
  );
  return el("ul", { class: "cautions", "aria-label": "Cautions" }, ...entries);
}

/** A finding in the words of a license. */
function licenseWords({ status }) {
  return { [MET]: "required", [NOT_MET]: "not required" }[status] ?? "undetermined";
}

function otherLawText(app, license) {
  // What the printed text asks for beyond the enforced law is among the cautions.
  if (license.printed) return [];
  const other = app.otherLaw(app.item);
  if (other.required === license.required) return [];
  const law = app.question.printed ? "as enforced" : "as codified";
  const answer = findingText({ status: other.required });
  return [hint(`Under the law ${law}, a license is ${answer}.`)];
}

function leftOutText({ data, state }) {
  const assumed = [
    "An ordinary direct export of an item subject to the EAR is assumed,",
    "with no military end use.",
  ];
  if (!state.hq) {
    assumed.push("The recipient and its ultimate parent are assumed");
    assumed.push("to be headquartered at the destination.");
  }
  return el(
    "details",
    {},
    el("summary", {}, "What this answer leaves out"),
    el("p", {}, data.scopeText),
    el("p", {}, assumed.join(" ")),
    el("p", {}, `Not checked: ${data.notChecked.join(", ")}.`),
  );
}
