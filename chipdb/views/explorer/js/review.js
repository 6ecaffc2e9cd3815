// The requirements of a license answer: each with the license exceptions that may be open and the
// review policy that an application meets.

/** What the met rules require; those possibly met where none is met for certain. */
function requirementsOf(ruling, rules, verdicts) {
  const withStatus = (status) =>
    rules.filter((rule) => verdicts.get(rule.id).finding.status === status);
  const met = withStatus(MET);
  const possible = met.length ? met : withStatus(UNDETERMINED);
  return possible.map((rule) => requirementOf(ruling, rule, verdicts));
}

function requirementOf(ruling, rule, verdicts) {
  const bearsOn = (review) => review.review.some((entry) => entry.of.includes(rule.id));
  const eased = [...verdicts.values()].find(
    (verdict) =>
      verdict.rule.question === "review" &&
      bearsOn(verdict.rule) &&
      verdict.finding.status === MET,
  );
  const entry = reviewEntry(ruling, rule);
  const otherwise = entry?.policy ?? null;
  const reviewIf = eased ? [] : policiesOfSale(ruling, bearsOn, verdicts, otherwise);
  // A contested ease is not counted on: the application may meet the stricter policy.
  const isCertain = eased && !eased.sides.length;
  const answers = rule.exceptions.map((entry) => {
    const bar = barOf(ruling, entry, rule, verdicts);
    // asked for only where the exception is shown
    const doubts = () => doubtsOf(ruling, entry, rule);
    return [{ ...entry, bar, doubts }, mayBeOpen(ruling, entry, rule, bar)];
  });
  const answered = (answer) =>
    answers
      .filter(([entry, open]) => open === answer && !entry.dependsOn)
      .map(([entry]) => entry);
  return {
    rule,
    exceptions: answered(true),
    doubtful: answered(null),
    depending: dependingOf(ruling, answers),
    review: isCertain ? eased.rule.review[0].policy : reviewIf.length ? null : otherwise,
    reviewIf,
    otherwise,
    state: entry?.state ?? ruling.data.noPolicy,
    sides: entry?.sides ?? [],
    byHeadquarters: headquartersReason(ruling, entry),
    closed: closedOf(ruling, answers),
    conditions: (eased ?? reviewIf[0])?.rule.conditions ?? [],
  };
}

/** The headquarters elsewhere than the destination that choose a review policy, as their country and
 * why the policy reaches it; null where none do. */
function headquartersReason({ question, data }, entry) {
  const { headquarters: code, to, on } = question;
  if (!entry || !code || code === to) return null;
  const because = entry.byHeadquarters
    .filter(([scope]) => data.places.holds(scope, question) !== false)
    .map(([, reasons]) => (reasons[code] ?? []).filter(([since]) => since <= on).at(-1)?.[1])
    .filter(Boolean);
  return because.length ? { code, because: [...new Set(because)] } : null;
}

/** The names of the exceptions of the day that no way opens and some way leaves open to facts. */
function dependingOf({ question }, answers) {
  const ofTheDay = answers.filter(([entry]) => standsOn(entry, question.on));
  const isAnswered = (name, answer) =>
    ofTheDay.some(([entry, open]) => entry.name === name && open === answer);
  const names = [...new Set(ofTheDay.map(([{ name }]) => name))];
  return names.filter((name) => isAnswered(name, null) && !isAnswered(name, true));
}

/** The exceptions that depend on what is not stated and that no requirement closes. */
function dependingUnderAll(requirements) {
  const isReachable = ({ exceptions, depending }, name) =>
    depending.includes(name) || exceptions.some((entry) => entry.name === name);
  const names = new Set(requirements.flatMap(({ depending }) => depending));
  return [...names].filter((name) => requirements.every((each) => isReachable(each, name)));
}

/** The exceptions of the day that are closed or depend on the transaction, each name once, with why;
 * one that some way leaves open or doubtful is not among them. */
function closedOf({ data, question }, answers) {
  const ofTheDay = answers.filter(([entry]) => standsOn(entry, question.on));
  const isReachable = ([entry, open]) => open !== false && !entry.dependsOn;
  const reachable = ofTheDay.filter(isReachable).map(([{ name }]) => name);
  const closed = new Map();
  for (const [entry, open] of ofTheDay) {
    const { name, section } = entry;
    if (reachable.includes(name) || closed.has(name)) continue;
    const isOutside = data.places.holds(entry.scope, question) === false;
    const ofItem = entry.bar?.isMet ? entry.bar.because : entry.unmet;
    const why = entry.closed || (isOutside ? entry.outside : ofItem);
    const because = open === null ? `depends on the transaction: ${entry.dependsOn}` : why;
    closed.set(name, { name, section, because });
  }
  return [...closed.values()];
}

/** The policies of a requirement where sale in the United States decides and no source tells: the
 * one if the chip was on sale, and the one if it was not. */
function policiesOfSale(ruling, bearsOn, verdicts, otherwise) {
  const deciding = [...verdicts.values()].find(
    ({ rule }) => rule.question === "review" && bearsOn(rule) && ruling.saleDecides(rule),
  );
  if (!deciding) return [];
  const { rule } = deciding;
  const sale = `on sale in the United States on ${saleDay(rule, ruling.question)}`;
  return [
    { rule, policy: rule.review[0].policy, condition: sale },
    { rule, policy: otherwise, condition: `not ${sale}` },
  ];
}

/** The strictest policy over all requirements for each value of the fact that decides; empty where
 * none decides, or where another requirement is as strict for either value. */
function strictestIf(requirements, data) {
  const deciding = requirements.filter(({ reviewIf }) => reviewIf.length);
  if (!deciding.length) return [];
  const others = requirements.filter((each) => !each.reviewIf.length).map(({ review }) => review);
  const branches = deciding[0].reviewIf.map(({ condition }, at) => ({
    condition,
    policy: strictestOf([...others, ...deciding.map((each) => each.reviewIf[at].policy)], data),
  }));
  return branches[0].policy === branches[1].policy ? [] : branches;
}

/** The policy of a requirement; where sale decides but not for the answer, the stricter one. */
const statedPolicy = (requirement) =>
  requirement.reviewIf.length ? requirement.otherwise : requirement.review;

/** Whether an exception exists on a day. */
function standsOn({ starts, ends }, on) {
  return (starts === null || starts <= on) && (ends === null || on < ends);
}

/** The first other license rule that bars an exception: one that is met, else one
 * that may be; null where there is none. */
function barOf({ data }, entry, rule, verdicts) {
  const others = [...verdicts.values()].filter(
    (each) => each.rule.bars.includes(entry.name) && each.rule.id !== rule.id,
  );
  const met = others.find(({ finding }) => finding.status === MET);
  const maybe = others.find(
    ({ finding, sides }) =>
      finding.status === UNDETERMINED || sides.some((side) => side.finding.status === MET),
  );
  const bar = met ?? maybe;
  if (!bar) return null;
  const { provisions, title, barredBy } = bar.rule;
  const values = { paragraph: bar.provisions[0] ?? provisions[0].id, section: barredBy, title };
  const because = sentence(data, met ? "barred" : "may_be_barred", values);
  return { isMet: Boolean(met), because };
}

/** Whether a license exception may be open, with the rule that bars it, if any; null where that is
 * not known or contested. */
function mayBeOpen(ruling, entry, rule, bar = null) {
  const { question, data } = ruling;
  if (!standsOn(entry, question.on)) return false;
  if (entry.closed) return false;
  const inScope = data.places.holds(entry.scope, question);
  if (inScope === false) return false;
  // Who uses an item, and what for, is no fact that the page is given.
  if (bar?.isMet) return false;

  // No transaction opens an exception to an item that it leaves out.
  const verdict = judgedOf(ruling, entry, rule);
  if (verdict.finding.status === NOT_MET) return false;
  if (entry.dependsOn) return null;
  return isSettled(verdict) && inScope && !bar ? true : null;
}

/** What the condition of an exception gives for the item. */
function judgedOf(ruling, entry, rule) {
  const { item, controlList } = ruling;
  return judge(probeOf(entry.when, controlList), item, controlList, ruling.facts([rule]));
}

/** Whether the item meets a condition, and no evidence contests that. */
const isSettled = ({ finding, sides }) => finding.status === MET && !sides.length;

/** What is open of an exception: its places and parties, and what its condition asks of the item. */
function doubtsOf(ruling, entry, rule) {
  return {
    ofPlaces: ruling.data.places.holds(entry.scope, ruling.question) === null,
    ofItem: !isSettled(judgedOf(ruling, entry, rule)),
  };
}

/** The review policy of a rule: the first whose scope and condition may hold. */
function reviewEntry(ruling, rule) {
  const { places } = ruling.data;
  return rule.review.find(
    ({ scope, when }) =>
      places.holds(scope, ruling.question) !== false && mayHold(ruling, when, rule),
  );
}

function mayHold(ruling, condition, rule) {
  // ["all"] without parts always holds; most policies have no condition.
  if (condition.length === 1) return true;
  const { item, controlList } = ruling;
  const [plain] = item.nominal();
  const cells = cellsOf(probeOf(condition, controlList), controlList, item.kind);
  const { findings } = cells.reach(plain, ruling.facts([rule]));
  return findings.some((finding) => finding.status === MET);
}

/** A rule that is met where a condition holds; the same object each time. */
function probeOf(condition, controlList) {
  return once(controlList, condition, () => {
    const provision = { id: "probe", outcome: REQUIRED, when: condition };
    return { id: "probe", question: "license", provisions: [provision], unless: null };
  });
}

/** The strictest policy; one that is not public (null) counts only where no other is known. */
function strictestOf(policies, data) {
  return data.policies.find((policy) => policies.includes(policy)) ?? null;
}

/** The license exceptions that every requirement leaves open. */
function openUnderAll(requirements) {
  const [first, ...rest] = requirements;
  if (!first) return [];
  const leavesOpen = ({ exceptions }, name) => exceptions.some((entry) => entry.name === name);
  return first.exceptions.filter(({ name }) => rest.every((other) => leavesOpen(other, name)));
}
