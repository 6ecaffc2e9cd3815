// Whether a license is required, with which exceptions and under which review policy. All rules are
// evaluated jointly over everything that is still possible: an unsettled paragraph does not leave
// the license undetermined where every paragraph requires one.

const REQUIRED = "required";

const REQUIRED_BY_STATUS = { [MET]: YES, [NOT_MET]: NO, [UNDETERMINED]: UNDETERMINED };

function licenseOf(ruling, rules, verdicts) {
  const { data, question, item } = ruling;
  const vendors = [item.record.vendor, ...item.chips.map((chip) => chip.vendor)];
  const embargoed = vendors.some((vendor) => heldOn(data.embargoed[vendor] ?? [], question.on));
  const verdict = anyRequirement(ruling, rules);
  const byRules = REQUIRED_BY_STATUS[verdict.finding.status];
  // "No rule asks for one" is no answer where the rulebook has not read the rules.
  const unread = byRules === NO && !covers(data, item.kind, question.on);
  const required = embargoed || unread ? UNDETERMINED : byRules;

  const requirements = required === YES ? requirementsOf(ruling, rules, verdicts) : [];
  const strictest = (policyFor) => strictestOf(requirements.map(policyFor), data);
  const reviewIf = strictestIf(requirements, data);
  const isEased = requirements.some((each) => each.review !== each.otherwise);
  const conditions = new Set(requirements.flatMap((each) => each.conditions));
  const doubtful = requirements.flatMap((each) => each.doubtful);
  const leadsElsewhere = (side) => side.finding.status !== verdict.finding.status;
  return {
    required,
    contested: !embargoed && verdict.sides.some(leadsElsewhere),
    embargoed,
    unread,
    sides: verdict.sides,
    needs: verdict.needs,
    requirements,
    review: reviewIf.length ? null : strictest(statedPolicy),
    reviewIf,
    otherwise: isEased ? strictest((each) => each.otherwise) : null,
    conditions: isEased ? [...conditions] : [],
    exceptions: openUnderAll(requirements),
    doubtful: [...new Map(doubtful.map((entry) => [entry.name, entry])).values()],
  };
}

/** Whether any rule requires a license. Rules that share no figure are independent of one another
 * and are evaluated apart: together their assignments would multiply. */
function anyRequirement(ruling, rules) {
  const facts = ruling.facts(rules);
  const verdicts = groupsOf(ruling, rules).map((group) =>
    judge(joint(ruling, group), ruling.item, ruling.controlList, facts),
  );
  const none = { sides: [], needs: () => [] };
  const isCertain = (verdict) => verdict.finding.status === MET && !verdict.sides.length;
  if (verdicts.some(isCertain)) return { ...none, finding: { status: MET } };
  for (const status of [MET, UNDETERMINED, NOT_MET]) {
    const alike = verdicts.filter((verdict) => verdict.finding.status === status);
    if (!alike.length) continue;
    return {
      finding: { status },
      sides: alike.flatMap((verdict) => verdict.sides),
      needs: () => alike.flatMap((verdict) => verdict.needs()),
    };
  }
  return { ...none, finding: { status: NOT_MET } };
}

/** Rules in groups that share a metric or an unknown fact. */
function groupsOf(ruling, rules) {
  let groups = [];
  for (const rule of rules) {
    const names = [...ruling.controlList.names(ruling.effective(rule))];
    const sharing = groups.filter((group) => names.some((name) => group.names.has(name)));
    const merged = {
      names: new Set([...names, ...sharing.flatMap((group) => [...group.names])]),
      rules: [...sharing.flatMap((group) => group.rules), rule],
    };
    groups = [...groups.filter((group) => !sharing.includes(group)), merged];
  }
  return groups.map((group) => group.rules);
}

/** One rule that is met where any of some rules is. */
function joint(ruling, rules) {
  const provisions = rules.map((rule) => ({
    id: rule.id,
    outcome: REQUIRED,
    when: wholeCondition(ruling.effective(rule)),
  }));
  return {
    id: "license",
    question: "license",
    provisions,
    unless: null,
    kinds: [],
    addressees: [],
    scope: null,
  };
}

/** The condition under which a rule is met. */
function wholeCondition(rule) {
  const met = ["any", ...rule.provisions.map((provision) => provision.when)];
  return rule.unless ? ["all", ["not", rule.unless], met] : met;
}
