// The requirements of a license answer: each with the exceptions that may be open and the policy that an application meets.

/** What the met instruments ask for; nothing where no license is required. */
function requirementsOf(ruling, rules, verdicts) {
  const statusOf = (rule) => verdicts.get(rule.id).finding.status;
  const met = rules.filter((rule) => statusOf(rule) === MET);
  const possible = met.length ? met : rules.filter((rule) => statusOf(rule) === UNDETERMINED);
  return possible.map((rule) => requirementOf(ruling, rule, verdicts));
}

function requirementOf(ruling, rule, verdicts) {
  const bears = (review) => review.review.some((entry) => entry.of.includes(rule.id));
  const reviews = [...verdicts.values()].filter((verdict) => verdict.rule.question === "review" && bears(verdict.rule));
  const eased = reviews.find((verdict) => verdict.finding.status === MET);
  const otherwise = policyOf(ruling, rule);
  const found = rule.exceptions.map((entry) => [entry, mayBeOpen(ruling, entry, rule)]);
  return {
    rule,
    exceptions: found.filter(([, open]) => open === true).map(([entry]) => entry),
    doubtful: found.filter(([, open]) => open === null).map(([entry]) => entry),
    review: eased && !eased.sides.length ? eased.rule.review[0].policy : otherwise,
    otherwise,
    conditions: eased ? eased.rule.conditions : [],
  };
}

/** Whether an exception may be open; null where that hangs on what is not known or is disputed. */
function mayBeOpen(ruling, entry, rule) {
  const { question, data, subject, law } = ruling;
  const inScope = data.places.holds(entry.scope, question);
  const over = entry.ends !== null && question.on >= entry.ends;
  if ((entry.starts !== null && question.on < entry.starts) || over || inScope === false) return false;
  const probe = {
    id: "probe",
    question: "license",
    provisions: [{ id: "probe", outcome: REQUIRED, when: entry.when }],
    unless: null,
  };
  const verdict = judge(probe, subject, law, ruling.facts([rule]));
  if (verdict.finding.status === NOT_MET) return false;
  return verdict.finding.status === MET && !verdict.sides.length && inScope ? true : null;
}

/** The review policy of a rule: the first whose scope and condition may hold. */
function policyOf(ruling, rule) {
  const holding = (entry) =>
    ruling.data.places.holds(entry.scope, ruling.question) !== false && mayHold(ruling, entry.when, rule);
  return rule.review.find(holding)?.policy ?? null;
}

function mayHold(ruling, condition, rule) {
  if (condition.length === 1) return true;
  const { subject, law } = ruling;
  const [plain] = subject.plain(ruling.facts([rule]));
  const wider = { ...rule, provisions: [...rule.provisions, { id: "", outcome: "", when: condition }] };
  return law.samples(wider, plain, subject.kind).some((sample) => holds(law, sample, condition));
}

/** The strictest policy; one that is not public is left aside unless it is the only one. */
function strictestOf(policies, data) {
  return data.policies.find((policy) => policies.includes(policy)) ?? null;
}

/** The exceptions that every requirement leaves open. */
function openUnderAll(requirements) {
  const [first, ...rest] = requirements;
  if (!first) return [];
  return first.exceptions.filter(({ name }) => rest.every((other) => other.exceptions.some((entry) => entry.name === name)));
}
