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
  const printed = embargoed || required === YES ? null : printedRequirement(ruling, rules);
  const declared = required === NO ? declaredSides(rules, verdicts) : [];
  const isContested = verdict.sides.some(leadsElsewhere) || declared.length > 0;
  return {
    required,
    contested: !embargoed && (isContested || isContestedBy(printed)),
    printed,
    embargoed,
    unread,
    sides: [...verdict.sides, ...declared],
    needs: verdict.needs,
    requirements,
    review: reviewIf.length ? null : strictest(statedPolicy),
    reviewIf,
    otherwise: isEased ? strictest((each) => each.otherwise) : null,
    conditions: isEased ? [...conditions] : [],
    exceptions: openUnderAll(requirements),
    depending: dependingUnderAll(requirements),
    closed: onceEach(requirements.flatMap(({ closed }) => closed)),
    doubtful: [...new Map(doubtful.map((entry) => [entry.name, entry])).values()],
  };
}

/** Closed exceptions of several requirements, each name once for each reason. */
function onceEach(closed) {
  const key = ({ name, because }) => `${name}: ${because}`;
  return [...new Map(closed.map((entry) => [key(entry), entry])).values()];
}

/** Declared entries for which these places need a license, where the figures give none. */
function declaredSides(rules, verdicts) {
  const asked = rules.flatMap((rule) => [...outcomesAsked(ownLeaves(rule))]);
  const isAsked = (entry) => asked.some((name) => name === entry || name.startsWith(`${entry}.`));
  const sides = [...verdicts.values()]
    .filter(({ rule }) => isClassification(rule))
    .flatMap((verdict) => verdict.sides);
  return sides.filter(
    ({ isDeclared, finding }) =>
      isDeclared && finding.status === MET && isAsked(finding.outcome ?? ""),
  );
}

/** The license answer with what a foundry or OSAT company has to presume: while the presumption
 * stands, the license question is that of the presumed item, and `verdicts` of license rules become
 * those of it. */
function licenseAsPresumed(ruling, rules, verdicts) {
  const byRules = licenseOf(ruling, rules, verdicts);
  const presumption = [...verdicts.values()].find(({ rule }) => rule.presumes);
  if (!presumption || !bindsLicense(presumption, ruling.question)) return byRules;

  const other = presumedRuling(ruling, presumption.rule);
  const asked = [...verdicts.values()].map(({ rule }) => rule);
  const otherVerdicts = verdictsOf(other, asked);
  const presumed = licenseOf(other, rules, otherVerdicts);
  // While the presumption stands, license rules are answered of the presumed item everywhere.
  if (presumption.finding.status === MET) {
    for (const rule of rules) verdicts.set(rule.id, otherVerdicts.get(rule.id));
    return { ...presumed, ruling: other };
  }
  if (byRules.required === presumed.required) return presumed;
  return undeterminedLicense(`Whether the presumption of ${presumption.rule.id} stands`);
}

/** A license requirement applies from the compliance date, the presumption from its effective one. */
function bindsLicense({ rule, finding }, { on }) {
  return finding.status !== NOT_MET && (rule.compliance === null || on >= rule.compliance);
}

/** The same question about the item as presumed: of that paragraph, for data centers. */
function presumedRuling({ item, question, data }, rule) {
  const provisions = [{ id: rule.provisions[0].id, outcome: rule.presumes, when: ["all"] }];
  const presumed = { ...rule, question: "classification", provisions, unless: null };
  const record = { ...item.record, datacenter: true };
  const asPresumed = new Item(record, data, item.factors);
  return new Ruling(asPresumed, question, new ControlList([presumed]), data);
}

/** A license that depends on something that is not settled. */
function undeterminedLicense(what) {
  return {
    required: UNDETERMINED,
    contested: false,
    printed: null,
    embargoed: false,
    unread: false,
    unsettled: `${what} is not settled; a license is required if it does.`,
    sides: [],
    needs: () => [],
    requirements: [],
    review: null,
    reviewIf: [],
    otherwise: null,
    conditions: [],
    exceptions: [],
    depending: [],
    closed: [],
    doubtful: [],
  };
}

const isContestedBy = (printed) => Boolean(printed && (printed.required === YES || printed.reached));

/** The printed text that would require a license where the law as enforced leaves it out; null
 * where there is none, or where the question is about the printed text. */
function printedRequirement(ruling, enforced) {
  const { data, question, item } = ruling;
  if (question.printed) return null;
  const asPrinted = once(question, "printed", () => ({ ...question, printed: true }));
  const other = new Ruling(item, asPrinted, ruling.controlList, data);
  other.counted = ruling.counted;
  const { asked } = rulesAsked(other.question, item, data);
  // A paragraph that is enforced for these places is no more than that, however wide it is printed.
  const isHere = (rule) => data.places.holds(rule.scope, question) === true;
  const paragraphs = enforced.filter(isHere).map(paragraphOf);
  const isPrintedOnly = (rule) =>
    rule.question === "license" &&
    !enforced.includes(rule) &&
    !paragraphs.includes(paragraphOf(rule));
  const asking = asked.filter((rule) => isPrintedOnly(rule) && mayAsk(other.judge(rule)));
  if (!asking.length) return null;

  // What lifts paragraph .a is asked only of what is in it, so both are evaluated together.
  const verdict = anyRequirement(other, asking.map((rule) => unlessLifted(other, rule)));
  const [rule] = asking;
  const required = REQUIRED_BY_STATUS[verdict.finding.status];
  const reached = verdict.sides.some((side) => side.finding.status === MET);
  // Of a text that surely reaches the item, it is only open what lifts it.
  const isOnlyLiftingOpen =
    required === UNDETERMINED && anyRequirement(other, asking).finding.status === MET;
  const lifting = liftingOf(other, rule);
  const isDoubtful = (entry) => isOnlyLiftingOpen && mayBeOpen(other, entry, rule) === null;
  return {
    rule,
    section: rule.provisions[0].id,
    required,
    reached,
    couldRequire: required !== NO || reached,
    liftedBy: lifting.filter((entry) => mayBeOpen(other, entry, rule)),
    mayBeLiftedBy: lifting.filter(isDoubtful),
  };
}

/** The paragraph by which a license rule is cited. */
const paragraphOf = (rule) => rule.provisions[0].id;

/** Whether a rule is met, may be met, or is met if other evidence is right. */
function mayAsk({ finding, sides }) {
  return finding.status !== NOT_MET || sides.some((side) => side.finding.status === MET);
}

/** The exceptions that lift a printed text for these places, for every chip. */
function liftingOf({ data, question }, rule) {
  return rule.exceptions.filter(
    (entry) =>
      rule.liftedBy.includes(entry.name) &&
      standsOn(entry, question.on) &&
      data.places.holds(entry.scope, question),
  );
}

/** A printed rule that is not met where an exception lifts it. */
function unlessLifted(ruling, rule) {
  const lifting = liftingOf(ruling, rule);
  if (!lifting.length) return rule;
  return once(rule, `lifted ${serialsOf(lifting)}`, () => {
    const waysOut = lifting.map((entry) => entry.when);
    if (rule.unless) waysOut.push(rule.unless);
    return { ...rule, unless: ["any", ...waysOut] };
  });
}

/** Whether any rule requires a license. Rules that share no figure are independent of one another
 * and are evaluated apart: together their assignments would multiply. */
function anyRequirement(ruling, rules) {
  const facts = ruling.facts(rules);
  const verdicts = groupsOf(ruling, rules).map((group) =>
    judge(joint(ruling.controlList, group), ruling.item, ruling.controlList, facts, [], true),
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

/** Rules as they bear on the transaction, in groups that share a metric or an unknown fact. */
function groupsOf(ruling, rules) {
  const { controlList } = ruling;
  const effective = rules.map((rule) => ruling.effective(rule));
  return once(controlList, `groups ${serialsOf(effective)}`, () =>
    findGroups(controlList, effective),
  );
}

function findGroups(controlList, rules) {
  let groups = [];
  for (const rule of rules) {
    const names = [...controlList.names(rule)];
    const sharing = groups.filter((group) => names.some((name) => group.names.has(name)));
    const merged = {
      names: new Set([...names, ...sharing.flatMap((group) => [...group.names])]),
      rules: [...sharing.flatMap((group) => group.rules), rule],
    };
    groups = [...groups.filter((group) => !sharing.includes(group)), merged];
  }
  return groups.map((group) => group.rules);
}

/** One rule that is met where any of some rules is; the same object for the same rules. */
function joint(controlList, rules) {
  return once(controlList, `joint ${serialsOf(rules)}`, () => ({
    id: "license",
    question: "license",
    provisions: rules.map(jointProvision),
    unless: null,
    kinds: [],
    addressees: [],
    scope: null,
  }));
}

/** A rule as a provision of a joint one. */
function jointProvision(rule) {
  const restsOnReports = rule.provisions.some((provision) => provision.public);
  return {
    id: rule.id,
    outcome: REQUIRED,
    when: wholeCondition(rule, rule.provisions.map(({ when }) => when)),
    public: restsOnReports ? wholeCondition(rule, rule.provisions.map(published)) : null,
  };
}

/** The condition under which a rule is met, given those of its provisions. */
function wholeCondition(rule, conditions) {
  const met = ["any", ...conditions];
  return rule.unless ? ["all", ["not", rule.unless], met] : met;
}
