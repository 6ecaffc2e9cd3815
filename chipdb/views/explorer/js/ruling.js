// Everything that the rules of a day say of one item for one transaction.
//
// A question has `on` (a day), `to`, `from` and `headquarters` (country codes or null), `named` (a
// set of rules), `printed` (the law as codified instead of as enforced) and `role` (whose
// presumptions are asked too).

const YES = "yes";
const NO = "no";

function inForce(rule, on, asPrinted) {
  if (rule.starts !== null && on < rule.starts) return false;
  // The printed text and its enforcement may end on different days: 15 CFR keeps text that BIS has
  // announced it no longer enforces.
  const end = asPrinted ? rule.unprinted : rule.unenforced;
  return [rule.ends, end].every((day) => day === null || on < day);
}

const isProposal = (rule) => rule.question === "proposal";
const isClassification = (rule) => rule.question === "classification";
/** Whether a license rule compares metrics itself, as a letter does, and not only reads an entry. */
const hasOwnThresholds = (rule) =>
  rule.question === "license" && ownLeaves(rule).some(([kind]) => kind === "metric");

/** The classification and at-control rules in force, which other rules refer to. */
function controlListOf({ on, printed }, data) {
  const rules = data.rules.filter(
    (rule) => !rule.own && CLASSIFYING.includes(rule.question) && inForce(rule, on, printed),
  );
  return new ControlList(rules);
}

/** The rules to ask, and those that were named but do not apply. */
function rulesAsked(question, item, data) {
  return once(question, item.kind, () => findRulesAsked(question, item.kind, data));
}

function findRulesAsked(question, kind, data) {
  const asked = [];
  const absent = [];
  for (const rule of data.rules) {
    const isNamed = question.named.has(rule.id) || rule.own;
    // A built-in proposal that is named is answered as if enacted, on any day; a user's own rules
    // have dates like any other.
    const enacted = isProposal(rule) && question.named.has(rule.id);
    const stands = enacted || inForce(rule, question.on, question.printed);
    if (!isNamed && !(stands && isAskedAnyway(rule, question))) continue;
    const fits = !rule.kinds.length || rule.kinds.includes(kind);
    const applies = stands && fits && data.places.holds(rule.scope, transactionFor(rule, question)) !== false;
    if (applies) asked.push(rule);
    else if (isNamed) absent.push(rule);
  }
  return { asked, absent };
}

/** The transaction that the scope of a rule is compared with. A duty is owed on entry into a customs
 * territory, which leaves out places that the export rules treat as a part of the country, such as
 * Guam (19 CFR 101.1; 15 CFR 772.1): its scope reads the destination as it was named. */
function transactionFor(rule, question) {
  if (rule.question !== "duty") return question;
  return once(question, "entry", () => ({ ...question, to: question.entry }));
}

/** Whether a rule in force is asked without being named. */
function isAskedAnyway(rule, question) {
  if (isProposal(rule)) return false;
  if (rule.question === "presumption" && !question.role) return false;
  return Boolean(question.to) || rule.scope === null;
}

/** What is needed to judge the rules of a day for one item. */
class Ruling {
  constructor(item, question, controlList, data) {
    Object.assign(this, { item, question, controlList, data });
    /** The readings that the classification settled on. */
    this.counted = [];
  }

  /** The rule for this transaction: whether a letter was addressed to the vendor, and whether the
   * transaction lies in a scope that is not settled, become facts that the rule asks for. */
  effective(rule) {
    const asked = [];
    if (rule.addressees.length) asked.push(this.letterFact(rule));
    const reach = this.data.places.holds(rule.scope, transactionFor(rule, this.question));
    if (reach === null) asked.push(`scope:${rule.id}`);
    // A letter or a list of another country reaches a computer by any circuit in it; the entries of
    // the control list say so themselves.
    const isOfMany = this.item.chips.length > 1 && !CLASSIFYING.includes(rule.question);
    if (!asked.length && !isOfMany) return rule;
    // The same object for every item and place, so that what is kept by a rule serves all of them.
    return once(rule, `effective ${isOfMany} ${asked}`, () => {
      const whole = isOfMany ? ofAnyChip(rule) : rule;
      return asked.length ? unlessNot(whole, asked) : whole;
    });
  }

  /** Whether a letter's addressee is the vendor of a chip that is not in the catalog. */
  isAddresseesOwnDesign(rule) {
    const { vendor, hypothetical } = this.item.lead;
    return rule.addressees.includes(vendor) && hypothetical;
  }

  /** The fact on which it depends whether a letter binds the item: one for each reason. */
  letterFact(rule) {
    const kind = this.isAddresseesOwnDesign(rule) ? "letter_reach" : "addressee";
    return `${kind}:${rule.id}`;
  }

  /** The fact that leaves open whether a letter binds the item; null for other rules, and where it is
   * known to bind it. */
  openLetter(rule) {
    if (!rule.addressees.length) return null;
    const fact = this.letterFact(rule);
    return this.facts([rule])[fact] ? null : fact;
  }

  /** The verdict of a letter for an item that it is taken to bind; `letter` is the open fact. */
  verdictIfBound(rule, letter) {
    const facts = { ...this.facts([rule]), [letter]: true };
    return { ...judge(this.effective(rule), this.item, this.controlList, facts), rule };
  }

  /** The facts of the transaction and of sale that rules may ask for; null where figures cannot
   * tell. */
  facts(rules) {
    const { lead } = this.item;
    const facts = {
      part_746_license: null,
      ns_column_1_license: null,
      above_app_limit: null,
      above_letter_threshold: null,
      first_marketed_later: null,
      us_available: null,
      ...declaredEntries(this.item),
    };
    for (const rule of rules) {
      if (rule.question === "presumption") Object.assign(facts, lead.package);
      const isAddressee = rule.addressees.includes(lead.vendor) && !lead.hypothetical;
      facts[`addressee:${rule.id}`] = isAddressee ? true : null;
      facts[`letter_reach:${rule.id}`] = null;
      facts[`scope:${rule.id}`] = null;
      if (rule.question === "review") {
        facts.us_available = this.onSaleBy(rule);
      }
    }
    return facts;
  }

  /** Whether the item was on sale in the United States when a rule was published: its own record
   * says so, else that of its chip; null where no source does. A changed item was never sold. */
  onSaleBy(rule) {
    const { record, lead, changed } = this.item;
    if (changed) return false;
    const { isKnown, since } = (record.sale.isKnown ? record : lead).sale;
    if (!isKnown) return null;
    return since !== null && since <= saleDay(rule, this.question);
  }

  /** Whether a review rule is met if the chip was on sale, which no source says. */
  saleDecides(rule) {
    const facts = this.facts([rule]);
    if (facts.us_available !== null) return false;
    const onSale = { ...facts, us_available: true };
    const { finding, sides } = judge(this.effective(rule), this.item, this.controlList, onSale);
    return finding.status === MET && !sides.length;
  }

  judge(rule) {
    const counted = refersToOutcomes(rule) && rule.question !== "review" ? this.counted : [];
    const facts = this.facts([rule]);
    const verdict = judge(this.effective(rule), this.item, this.controlList, facts, counted);
    return { ...verdict, rule };
  }
}

/** A rule that is met only where some facts are true. */
function unlessNot(rule, names) {
  const exempt = rule.unless ? [rule.unless] : [];
  const missing = names.map((name) => ["not", ["fact", name, true]]);
  return { ...rule, unless: ["any", ...exempt, ...missing] };
}

/** What the vendor declares that figures do not show; nothing of a design or a changed chip. */
function declaredEntries({ record, changed }) {
  const nothing = { declared_4a003: false, declared_5a002: false };
  return changed ? nothing : (record.declaredEntries ?? nothing);
}

/** The day on which sale counts for a rule. */
const saleDay = (rule, question) => rule.published ?? question.on;

/** The metrics of a whole computer, not of one chip in it. */
const OF_THE_WHOLE = ["app"];

const isOfOneChip = ([kind, metric]) => kind === "metric" && !OF_THE_WHOLE.includes(metric);

/** A condition on one circuit as a condition on a system that contains such a circuit. What must
 * hold together is asked of the same chip. */
function ofAnyMember(condition) {
  if (isOfOneChip(condition)) return ["member", condition];
  const [kind, ...parts] = condition;
  if (kind === "any") return ["any", ...parts.map(ofAnyMember)];
  if (kind !== "all") return condition;
  const ofOneChip = parts.filter(isOfOneChip);
  const others = parts.filter((part) => !isOfOneChip(part)).map(ofAnyMember);
  const together = ofOneChip.length ? [["member", ["all", ...ofOneChip]]] : [];
  return ["all", ...together, ...others];
}

/** A rule whose comparisons are asked of any chip in a system. */
function ofAnyChip(rule) {
  const provisions = rule.provisions.map((provision) => ({
    ...provision,
    when: ofAnyMember(provision.when),
    public: provision.public && ofAnyMember(provision.public),
  }));
  return { ...rule, provisions };
}

/** What each rule says, by its id. Classification comes first: rules that refer to it count the
 * chip as it was counted there. */
function verdictsOf(ruling, rules) {
  const verdicts = new Map();
  for (const rule of rules.filter(isClassification)) {
    verdicts.set(rule.id, withDeclaredEccn(ruling.judge(rule), ruling));
  }
  const settled = [...verdicts.values()].find((verdict) => verdict.interpretation);
  if (settled) ruling.counted = [settled.interpretation.reading];
  for (const rule of rules) {
    if (!verdicts.has(rule.id)) verdicts.set(rule.id, ruling.judge(rule));
  }
  return verdicts;
}

/** The entries by which a declaration is read: those of its own day, as enforced. */
function controlListOfDay(on, data) {
  const rules = data.rules.filter((rule) => !isProposal(rule) && inForce(rule, on, false));
  return new ControlList(rules);
}

/** The classification, contested where the vendor declares another ECCN of the same rule's time. An
 * own ECCN is a self-classification (15 CFR 748.3): it may contest an answer, not decide it. */
function withDeclaredEccn(verdict, ruling) {
  const { declared } = ruling.item;
  const day = declared?.as_of ?? ruling.question.on;
  if (!declared?.eccn || !inForce(verdict.rule, day, false)) return verdict;

  const entry = entryOf(outcomesOf(verdict.rule));
  const outcome = declaredOutcome(declared.eccn, verdict.rule, day, ruling.data);
  const finding = { status: outcome ? MET : NOT_MET, outcome };
  const isOfEntry = outcome === entry && verdict.finding.status === MET;
  if (isOfEntry || agree(finding, verdict.finding)) return verdict;
  const because = `the vendor declares ECCN ${declared.eccn} (${declared.source})`;
  return { ...verdict, sides: [...verdict.sides, { because, finding, isDeclared: true }] };
}

/** The outcome of a rule that a declared ECCN stands for; null where it stands for none. */
function declaredOutcome(eccn, rule, day, data) {
  const outcomes = outcomesOf(rule);
  const entry = entryOf(outcomes);
  // Paragraph .z collects what meets other entries too and does not say which paragraph is met; an
  // ECCN without a paragraph does not say so, either.
  if (eccn === entry || /\.z(\.\d+(\.[ab])?)?$/.test(eccn)) return entry;
  if (outcomes.includes(eccn)) return eccn;
  // The ECCN of a module (4A090.a) says which paragraph its chip meets (3A090.a).
  for (const [module, ofChip] of controlListOfDay(day, data).modules()) {
    const implied = ofChip.find((name) => outcomes.includes(name));
    if (implied && module === eccn) return implied;
    if (implied && entryOf([module, eccn]) === eccn) return entry;
  }
  return null;
}

/** Whether the rulebook holds the rules on this kind of item on a day. */
function covers(data, kind, on) {
  const holdsKind = (rule) => isClassification(rule) && rule.kinds.includes(kind);
  return on >= data.begins && data.rules.some(holdsKind);
}

/** The verdict of a rule that was not evaluated. */
function withoutAssignments(rule, status) {
  return {
    rule,
    finding: { status, outcome: null },
    provisions: [],
    sides: [],
    assignments: () => [],
    leadingProvision: () => rule.provisions[0].id,
    needs: () => [],
  };
}

const notCovered = (rule) => withoutAssignments(rule, NOT_COVERED);

/** The strictest classification. */
function classificationOf(data, verdicts, item, on) {
  const order = [MET, UNDETERMINED, NOT_MET];
  const classifying = [...verdicts.values()].filter(({ rule }) => isClassification(rule));
  if (classifying.length) {
    return lowest(classifying, (verdict) => order.indexOf(verdict.finding.status));
  }
  return withoutAssignments(null, covers(data, item.kind, on) ? NOT_MET : UNDETERMINED);
}

/** Every rule that applies to an item, with the classification and the license answer. */
function check(item, question, data, controlList = controlListOf(question, data)) {
  const { asked, absent } = rulesAsked(question, item, data);
  const ruling = new Ruling(item, question, controlList, data);
  const verdicts = verdictsOf(ruling, asked);
  const licensing = asked.filter((rule) => rule.question === "license");
  const license = question.to ? licenseAsPresumed(ruling, licensing, verdicts) : null;
  const answers = [...verdicts.values(), ...absent.map(notCovered)];
  return {
    controlList,
    ruling,
    answers,
    classification: classificationOf(data, verdicts, item, question.on),
    license,
    cautions: cautionsOf(ruling, verdicts, license, answers),
  };
}

/** The classification with what a foundry or OSAT company has to presume, and whether it is
 * contested; as the library decides (`Check.deciding` in chipdb/answers/check.py). */
function decidingClassification({ answers, classification }) {
  const { finding, sides } = classification;
  const presumption = standingPresumption(answers);
  if (!presumption) return { finding, contested: sides.length > 0 };
  // The exporter has to treat the item as controlled, regardless of its figures.
  if (presumption.finding.status === MET) {
    return { finding: { status: MET, outcome: presumption.rule.presumes }, contested: false };
  }
  const isMet = finding.status === MET;
  return { finding: isMet ? finding : presumption.finding, contested: false };
}

/** The verdict of a presumption that was not surely overcome; undefined where there is none. */
function standingPresumption(answers) {
  return answers.find(
    ({ rule, finding }) => rule.presumes && [MET, UNDETERMINED].includes(finding.status),
  );
}

/** The classification as it decides, for a whole catalog at once. */
function decidingVerdictOf(item, question, data, controlList) {
  const { asked } = rulesAsked(question, item, data);
  const needed = asked.filter((rule) => rule.presumes || isClassification(rule));
  const verdicts = verdictsOf(new Ruling(item, question, controlList, data), needed);
  const classification = classificationOf(data, verdicts, item, question.on);
  return decidingClassification({ answers: [...verdicts.values()], classification });
}

/** The verdict of one rule, for a whole catalog at once; without a rule, the classification. */
function verdictOf(item, question, data, controlList, rule = null) {
  const { asked } = rulesAsked(question, item, data);
  const needed = asked.filter((each) => each === rule || isClassification(each));
  const verdicts = verdictsOf(new Ruling(item, question, controlList, data), needed);
  if (!rule) return classificationOf(data, verdicts, item, question.on);
  return verdicts.get(rule.id) ?? notCovered(rule);
}
