// Everything the rules of a day say of one item for one deal.

const YES = "yes";
const NO = "no";

const inForce = (rule, on, asPrinted) =>
  (rule.starts === null || rule.starts <= on) &&
  [rule.ends, asPrinted ? rule.unprinted : rule.unenforced].every((end) => end === null || on < end);

// A question: `on`; `to`, `from`, `headquarters` (codes or null); `named`, a set of rules; `printed`, the law as printed; `role`,
// whose presumptions are asked too.

/** The classification and at-control rules in force, to which others refer. */
function lawOf(question, data) {
  const rules = data.rules.filter((rule) => !rule.own && rule.question !== "proposal" && CLASSIFYING.includes(rule.question));
  return new Law(rules.filter((rule) => inForce(rule, question.on, question.printed)));
}

/** The rules to ask, and those asked for by name that do not apply. */
function rulesAsked(question, subject, data) {
  const asked = [];
  const absent = [];
  for (const rule of data.rules) {
    const named = question.named.has(rule.id) || rule.own;
    const stands = rule.own || rule.question === "proposal" || inForce(rule, question.on, question.printed);
    const left = rule.question === "proposal" || (rule.question === "presumption" && !question.role);
    if (!named && (!stands || left || (!question.to && rule.scope))) continue;
    const fits = !rule.kinds.length || rule.kinds.includes(subject.kind);
    if (stands && fits && data.places.holds(rule.scope, question) !== false) asked.push(rule);
    else if (named) absent.push(rule);
  }
  return { asked, absent };
}

/** Everything needed to judge the rules of a day against one subject. */
class Ruling {
  constructor(subject, question, law, data, counted = []) {
    Object.assign(this, { subject, question, law, data, counted });
    this.bearing = new Map();
  }

  /** The rule as it bears on this deal: unknown scope and a letter's addressee become facts that it asks for. */
  effective(rule) {
    if (!this.bearing.has(rule)) {
      const asked = [];
      if (rule.addressees.length) asked.push(["fact", `addressee:${rule.id}`, true]);
      if (this.data.places.holds(rule.scope, this.question) === null) asked.push(["fact", `scope:${rule.id}`, true]);
      const unless = ["any", ...(rule.unless ? [rule.unless] : []), ...asked.map((condition) => ["not", condition])];
      this.bearing.set(rule, asked.length ? { ...rule, unless } : rule);
    }
    return this.bearing.get(rule);
  }

  /** The facts of the deal and of sale that rules may ask for; null where nobody can say from figures. */
  facts(rules) {
    const { lead, altered } = this.subject;
    const facts = { part_746_license: null, first_marketed_later: null, us_available: false };
    for (const rule of rules) {
      if (rule.question === "presumption") Object.assign(facts, lead.package);
      facts[`addressee:${rule.id}`] = rule.addressees.includes(lead.vendor) && !lead.hypothetical ? true : null;
      facts[`scope:${rule.id}`] = null;
      const day = rule.published ?? this.question.on;
      if (rule.question === "review") facts.us_available = Boolean(lead.since && lead.since <= day && !altered);
    }
    return facts;
  }

  judge(rule) {
    const refers = ownLeaves(rule).some((leaf) => leaf[0] === "outcome");
    const counted = refers && rule.question !== "review" ? this.counted : [];
    return { ...judge(this.effective(rule), this.subject, this.law, this.facts([rule]), counted), rule };
  }
}

/** What each rule says. Classification comes first: rules that refer to it count the chip as it was counted there. */
function judged(ruling, rules) {
  const verdicts = new Map();
  const entries = rules.filter((rule) => rule.question === "classification");
  for (const rule of entries) verdicts.set(rule.id, withDeclaredEccn(ruling.judge(rule), ruling));
  const settled = [...verdicts.values()].find((verdict) => verdict.standpoint)?.standpoint;
  if (settled) ruling.counted = [settled.reading];
  for (const rule of rules) if (!verdicts.has(rule.id)) verdicts.set(rule.id, ruling.judge(rule));
  return verdicts;
}

/** The entries by which a declaration is read: those of its own day, as enforced. */
function lawOfDay(on, data) {
  return new Law(data.rules.filter((rule) => rule.question !== "proposal" && inForce(rule, on, false)));
}

/** The classification, contested where the maker's own ECCN of the same rule's time says otherwise. */
function withDeclaredEccn(verdict, ruling) {
  const { declared } = ruling.subject;
  const day = declared?.as_of ?? ruling.question.on;
  if (!declared?.eccn || !inForce(verdict.rule, day, false)) return verdict;
  const outcomes = outcomesOf(verdict.rule);
  const entry = entryOf(outcomes);
  const modules = lawOfDay(day, ruling.data).modules();
  const inside = modules.find(([module]) => module === declared.eccn)?.[1] ?? [];
  const own = outcomes.includes(declared.eccn) ? declared.eccn : (inside.find((name) => outcomes.includes(name)) ?? null);
  const outcome = /\.z(\.\d+)?$/.test(declared.eccn) ? entry : own;
  const finding = { status: outcome ? MET : NOT_MET, outcome };
  const agrees = findingKey(finding) === findingKey(verdict.finding) || (outcome === entry && verdict.finding.status === MET);
  if (agrees) return verdict;
  return {
    ...verdict,
    sides: [...verdict.sides, { because: `the maker declares ECCN ${declared.eccn} (${declared.source})`, finding }],
  };
}

/** Whether the rulebook has read the rules on this kind of item on a day. */
function covers(data, kind, on) {
  return on >= data.begins && data.rules.some((rule) => rule.question === "classification" && rule.kinds.includes(kind));
}

const withoutSamples = (rule, status) => ({
  rule,
  finding: { status, outcome: null },
  provisions: [],
  sides: [],
  samples: [],
  needs: () => [],
});
const notCovered = (rule) => withoutSamples(rule, NOT_COVERED);

function classificationOf(data, verdicts, subject, on) {
  const order = [MET, UNDETERMINED, NOT_MET];
  const found = [...verdicts.values()].filter((verdict) => verdict.rule.question === "classification");
  const ranks = found.map((verdict) => order.indexOf(verdict.finding.status));
  if (found.length) return found[ranks.indexOf(Math.min(...ranks))];
  const status = covers(data, subject.kind, on) ? NOT_MET : UNDETERMINED;
  return withoutSamples(null, status);
}

/** Asks every rule that applies about an item. */
function check(subject, question, data, law = lawOf(question, data)) {
  const { asked, absent } = rulesAsked(question, subject, data);
  const ruling = new Ruling(subject, question, law, data);
  const verdicts = judged(ruling, asked);
  return {
    law,
    ruling,
    answers: [...verdicts.values(), ...absent.map(notCovered)],
    classification: classificationOf(data, verdicts, subject, question.on),
    license: question.to
      ? licenseOf(
          ruling,
          asked.filter((rule) => rule.question === "license"),
          verdicts,
        )
      : null,
  };
}

/** One rule's verdict, for a whole catalog at once; without a rule that of the classification in force. */
function verdictOf(subject, question, data, law, rule = null) {
  const { asked } = rulesAsked(question, subject, data);
  const verdicts = judged(
    new Ruling(subject, question, law, data),
    asked.filter((each) => each === rule || each.question === "classification"),
  );
  if (!rule) return classificationOf(data, verdicts, subject, question.on);
  return verdicts.get(rule.id) ?? notCovered(rule);
}
