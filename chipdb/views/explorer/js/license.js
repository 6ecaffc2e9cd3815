// Is a license required there and then, with which exceptions and under which review: folded jointly over everything still
// possible, so that an open paragraph does not leave the license open where every paragraph needs one.

const REQUIRED = "required";

function licenseOf(ruling, rules, verdicts) {
  const { data, question, subject } = ruling;
  const makers = [subject.record.vendor, ...subject.parts.map((part) => part.vendor)];
  const embargoed = makers.some((maker) => heldOn(data.embargoed[maker] ?? [], question.on));
  const verdict = anyRequirement(ruling, rules);
  const told = { [MET]: YES, [NOT_MET]: NO, [UNDETERMINED]: UNDETERMINED }[verdict.finding.status];
  const unread = told === NO && !covers(data, subject.kind, question.on);
  const required = embargoed || unread ? UNDETERMINED : told;
  const requirements = required === YES ? requirementsOf(ruling, rules, verdicts) : [];
  const policies = (of) =>
    strictestOf(
      requirements.map((each) => each[of]),
      data,
    );
  const eased = requirements.some((each) => each.review !== each.otherwise);
  return {
    required,
    contested: !embargoed && verdict.sides.some((side) => side.finding.status !== verdict.finding.status),
    embargoed,
    unread,
    sides: verdict.sides,
    needs: verdict.needs,
    requirements,
    review: policies("review"),
    otherwise: eased ? policies("otherwise") : null,
    conditions: eased ? [...new Set(requirements.flatMap((each) => each.conditions))] : [],
    exceptions: openUnderAll(requirements),
    doubtful: [...new Map(requirements.flatMap((each) => each.doubtful).map((entry) => [entry.name, entry])).values()],
  };
}

/** Whether any rule asks for a license; rules that share no figure are independent and are folded apart. */
function anyRequirement(ruling, rules) {
  const verdicts = groupsOf(ruling, rules).map((group) =>
    judge(joint(ruling, group), ruling.subject, ruling.law, ruling.facts(rules)),
  );
  const none = { sides: [], needs: () => [] };
  if (verdicts.some((verdict) => verdict.finding.status === MET && !verdict.sides.length))
    return { ...none, finding: { status: MET } };
  for (const status of [MET, UNDETERMINED, NOT_MET]) {
    const found = verdicts.filter((verdict) => verdict.finding.status === status);
    const needs = () => found.flatMap((verdict) => verdict.needs());
    if (found.length) return { finding: { status }, sides: found.flatMap((verdict) => verdict.sides), needs };
  }
  return { ...none, finding: { status: NOT_MET } };
}

/** Rules joined where they share a metric or an unknown fact. */
function groupsOf(ruling, rules) {
  let groups = [];
  for (const rule of rules) {
    const names = ruling.law.names(ruling.effective(rule));
    const shared = groups.filter((group) => [...names].some((name) => group.names.has(name)));
    const merged = {
      names: new Set([...names, ...shared.flatMap((group) => [...group.names])]),
      rules: [...shared.flatMap((group) => group.rules), rule],
    };
    groups = [...groups.filter((group) => !shared.includes(group)), merged];
  }
  return groups.map((group) => group.rules);
}

function joint(ruling, rules) {
  const provisions = rules.map((rule) => ({ id: rule.id, outcome: REQUIRED, when: whole(ruling.effective(rule)) }));
  return { id: "license", question: "license", provisions, unless: null, kinds: [], addressees: [], scope: null };
}

/** The condition under which a rule is met. */
function whole(rule) {
  const met = ["any", ...rule.provisions.map((entry) => entry.when)];
  return rule.unless ? ["all", ["not", rule.unless], met] : met;
}
