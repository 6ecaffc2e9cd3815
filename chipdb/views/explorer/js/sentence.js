// The verdict in one sentence: the date, the chip, the places, the answer and what decides it. In
// English it is the sentence of chipdb/views/verdict_sentence.py.

/** More sections than this are counted, not listed. */
const SECTIONS_SHOWN = 2;

/** A remark in parentheses of more than one word, and what separates the clauses of a reason. */
const REMARK = / \([^()]* [^()]*\)/g;
const CLAUSE_ENDS = /(; |, and |, which needs )/;

/** Countries whose English names take an article, besides those that say what the place is. */
const WITH_ARTICLE = [
  "Bahamas",
  "Comoros",
  "Gambia",
  "Maldives",
  "Netherlands",
  "Philippines",
];

/** How an English name begins or ends that says what the place is; such a name takes an article. */
const SAYS_WHAT_IT_IS = /^(United|Democratic Republic|Republic|Isle) | (Republic|Islands|region|Territory|Territories)$/;

/** The sentence about an item, and the status that it states. */
function verdictSentence(app, answer) {
  const { rule, question } = app;
  const start = (kind, reason, isContested, entry = "") => {
    const contested = isContested ? t("sentence.contested") : "";
    const places = placesOf(app);
    const names = { on: dayRead(question), entry, chip: changedName(app, answer), ...places };
    const act = kind.replace("license.", movementOf(app));
    const statement = t(`sentence.${act}`, names);
    const room = app.data.longestVerdict - measured(statement + contested) - ": .".length - 1;
    const fitting = wholeClauses(reason, room);
    const because = fitting ? t("sentence.because", { reason: fitting }) : "";
    return t("sentence.whole", { statement, because, contested });
  };
  if (answer.license) return licenseSentence(app, answer, start);
  if (rule) return ruleSentence(app, answer, start);
  return classificationSentence(answer, start, app);
}

/** The day, with how the law is read where that is not as it is enforced. */
function dayRead({ on, printed }) {
  return printed ? t("sentence.as-printed", { day: on }) : on;
}

/** The length of a text as the command line writes it, which has no sign for a square. */
const measured = (text) => text.replaceAll("²", "^2").length;

/** As many clauses of a reason as fit; without remarks in parentheses if none does. */
function wholeClauses(reason, room) {
  for (const text of [reason, reason.replace(REMARK, "")]) {
    if (measured(text) <= room) return text;
    const clauses = text.split(CLAUSE_ENDS);
    // Odd positions hold what separates the clauses.
    for (let count = clauses.length - 2; count > 0; count -= 2) {
      const kept = clauses.slice(0, count).join("");
      const unclosed = kept.split("(").length - kept.split(")").length;
      const closed = kept + ")".repeat(Math.max(unclosed, 0));
      if (measured(closed) <= room) return closed;
    }
  }
  return "";
}

function licenseSentence(app, answer, start) {
  const { license, classification } = answer;
  const status = license.required;
  if (status === YES) {
    return { status, text: start("license.yes", requiredReason(app, answer), license.contested) };
  }
  if (status === UNDETERMINED) {
    return { status, text: start("license.undetermined", unsettledReason(app, answer), license.contested) };
  }
  if (license.printed) {
    return { status, text: start("license.as-enforced", printedReason(license.printed), license.contested) };
  }
  const isOutside = classification.finding.status === NOT_MET && !presumedOf(answer);
  const why = t(isOutside ? "reason.no-paragraph" : "reason.no-requirement");
  const reason = t("reason.end-uses", { why });
  return { status, text: start("license.no", reason, license.contested) };
}

/** What the printed text asks for, and what lifts it. */
function printedReason({ section, rule, required, liftedBy, mayBeLiftedBy }) {
  const values = { section, day: rule.evidence };
  if (liftedBy.length) {
    const exceptions = liftedBy.map(liftingWords).join(t("list.or"));
    return t("reason.printed.lifted", { ...values, exceptions });
  }
  if (mayBeLiftedBy.length) {
    const named = mayBeLiftedBy.map((entry) => `${entry.name} (${entry.section})`);
    return t("reason.printed.may-be-lifted", { ...values, exceptions: named.join(t("list.or")) });
  }
  // "no" here is contested: only credible evidence besides the figures leads it to "yes".
  return t(required === YES ? "reason.printed.stands" : "reason.printed.open", values);
}

/** A license exception with the first thing that it needs; the cautions have the rest. */
function liftingWords({ name, section, conditions }) {
  const [first] = (conditions[0] ?? "").split(/[,;]/);
  const exception = `${name} (${section})`;
  return first ? t("reason.printed.needs", { exception, first }) : exception;
}

/** The sections that ask for a license, and the review policy. */
function requiredReason({ data }, answer) {
  const { license, classification } = answer;
  const policy = policiesOf(data, license).join(t("list.semicolon"));
  const sections = sectionsText(answer);
  const reason = t("reason.sections", { sections, policy });
  const presumption = presumedOf(answer);
  if (presumption) {
    return t("reason.presumed", { reason, provision: presumption.provisions[0].id });
  }
  const isOutside = classification.finding.status === NOT_MET;
  return isOutside ? t("reason.not-the-entry", { reason }) : reason;
}

/** The paragraph by which a requirement is met. */
function sectionOf(rule, { answers }) {
  const verdict = answers.find((each) => each.rule.id === rule.id);
  return verdict?.leadingProvision() ?? paragraphOf(rule);
}

function sectionsText(answer) {
  const { license } = answer;
  const { requirements } = license;
  if (requirements.length === 1) return sectionWithOrigin(answer, requirements[0]);
  // What the policy rests on comes first: of an embargo, part 746.
  const isStrictest = ({ review }) => review === license.review;
  const others = requirements.filter((each) => !isStrictest(each));
  const strictestFirst = [...requirements.filter(isStrictest), ...others];
  const sections = [...new Set(strictestFirst.map(({ rule }) => sectionOf(rule, answer)))];
  const shown = sections.slice(0, SECTIONS_SHOWN).join(t("list.and"));
  const further = sections.length - SECTIONS_SHOWN;
  return further > 0 ? t("list.more", { shown, further }) : shown;
}

/** A section; a letter with its addressee, and with its date where the vendor's own document states
 * that. */
function sectionWithOrigin(answer, { rule }) {
  const section = sectionOf(rule, answer);
  const { vendor } = answer.ruling.item.record;
  if (!rule.addressees.length || !vendor) return section;
  const [document] = rule.cited.split(";");
  if (!document.startsWith(vendor)) return t("reason.letter", { section, vendor });
  const isFromPress = answer.license.sides.some(({ because }) => because === REPORTED);
  const source = isFromPress ? t("reason.from-press") : t("reason.known-from", { document });
  return t("reason.dated-letter", { section, vendor, day: rule.effective, source });
}

/** How applications are reviewed, which exceptions may apply, and which depend on what is not stated;
 * of a single requirement, also that none applies. */
function policiesOf(data, license) {
  const { requirements } = license;
  const texts = [reviewWords(license) + headquartersWords(data, license)];
  const hasPolicy = ({ review, reviewIf }) => review || reviewIf.length > 0;
  if (hasPolicy(license)) {
    const unknown = requirements.filter((each) => !hasPolicy(each));
    texts.push(...new Set(unknown.map(unknownPolicy)));
  }
  for (const { sides } of requirements) {
    for (const [policy, because, name] of sides) {
      // What another requirement asks for anyway contests nothing.
      if (name === license.review) continue;
      texts.push(t("reason.policy-contested", { policy, because }));
    }
  }
  const open = license.exceptions.map(({ name, section }) => `${name} (${section})`);
  const mayApply = open.length === 1 ? "reason.may-apply" : "reason.several-may-apply";
  if (open.length) texts.push(t(mayApply, { exceptions: open.join(t("list.and")) }));
  const { depending } = license;
  const depend = depending.length === 1 ? "reason.depends" : "reason.several-depend";
  if (depending.length) texts.push(t(depend, { exceptions: depending.join(t("list.comma")) }));
  else if (requirements.length === 1 && !open.length) texts.push(t("reason.no-exception"));
  return texts;
}

/** Which headquarters elsewhere than the destination choose the policy, if any do: those of the
 * requirements whose policy is the one that is stated, unless one of these has it by the destination. */
function headquartersWords(data, { review, reviewIf, requirements }) {
  const policiesIn = (branches) => branches.map(({ policy }) => policy);
  const chosen = reviewIf.length ? strictestOf(policiesIn(reviewIf), data) : review;
  const choosing = requirements.filter((each) => {
    return strictestOf([each.review, ...policiesIn(each.reviewIf)], data) === chosen;
  });
  if (!choosing.length || choosing.some(({ byHeadquarters }) => !byHeadquarters)) return "";
  const reasons = choosing.map(({ byHeadquarters: { code, because } }) =>
    because
      .map((why) => t("reason.headquarters", { name: placeName(data, code), because: why }))
      .join(t("list.semicolon")),
  );
  return t("reason.by-headquarters", { reasons: [...new Set(reasons)].join(t("list.and")) });
}

function unknownPolicy({ rule, state }) {
  if (rule.addressees.length) return t("reason.letter-policy");
  return t("reason.section-policy", { section: paragraphOf(rule), state: stateWords(state) });
}

/** How an application is reviewed. An eased policy is never quoted without its condition. */
function reviewWords({ review, reviewIf, otherwise, requirements }) {
  if (reviewIf.length) {
    const [eased, other] = reviewIf;
    return t("review.if", {
      policy: policyWords(eased.policy),
      condition: eased.condition,
      otherwise: policyWords(other.policy),
    });
  }
  if (!review) return [...new Set(requirements.map(({ state }) => stateWords(state)))].join("; ");
  if (!otherwise || otherwise === review) return policyWords(review);
  const values = { policy: policyWords(review), otherwise: policyWords(otherwise) };
  return t("review.certified", values);
}

/** Why a policy is not known; a text of a rule stays as it is. */
function stateWords(state) {
  const key = `state.${state}`;
  const words = t(key);
  return words === key ? state : words;
}

/** The first thing that leaves a license undetermined. */
function unsettledReason({ data, question }, { license, cautions }) {
  const control = cautions.find((each) => each.kind === "other-control" && changesStatus(each));
  if (control) {
    const [entry, ...rest] = control.text.split("; ");
    return rest.length ? t("reason.not-examined", { entry }) : entry;
  }
  const [need] = license.needs();
  // The scope of a rule means nothing to a reader; the country group that is not settled does.
  const isScope = need?.fact?.startsWith("scope:");
  const membership = isScope ? unsettledMembership(data, question) : null;
  if (membership) return membership;
  if (need) return needClause(need, data, licenseWords);
  if (license.embargoed) return t("reason.jurisdiction");
  return license.unsettled?.replace(/\.$/, "") ?? t("reason.not-covered");
}

/** The first place that leaves the scope of a rule open; null where the places are settled. */
function unsettledMembership(data, { to, from, headquarters, on }) {
  for (const code of [to, from, headquarters].filter(Boolean)) {
    const [group] = data.places.unsettledGroups(code, on);
    if (group) return t("reason.membership", { name: placeName(data, code), group, day: on });
  }
  return null;
}

function classificationSentence(answer, start, { data }) {
  const { finding, provisions, needs } = answer.classification;
  const presumed = presumedOf(answer);
  const { finding: deciding, contested: isContested } = decidingClassification(answer);
  const { status } = deciding;
  const write = (kind, reason, entry) => ({
    status,
    text: start(kind, reason, isContested, entry),
  });
  if (presumed) return write("class.presumed", presumptionReason(answer), presumed.presumes);
  if (finding.status === MET) {
    const by = provisions.join(t("list.and")) || t("reason.missing-figures");
    return write("class.met", by, finding.outcome);
  }
  if (finding.status === NOT_MET) return write("class.not-met", t("reason.none-of-them"));
  const [need] = needs();
  const reason = need ? needClause(need, data) : t("reason.not-covered");
  return write("class.undetermined", reason);
}

/** The paragraph of a presumption, and whether something overcomes it. */
function presumptionReason({ answers }) {
  const { rule, finding } = standingPresumption(answers);
  const isOpen = finding.status === UNDETERMINED;
  const paragraph = rule.provisions[0].id;
  return t(isOpen ? "reason.presumption.open" : "reason.presumption.stands", { paragraph });
}

/** Facts that no figure settles: it is said what follows from them. */
const UNKNOWABLE = [
  "addressee",
  "letter_reach",
  "ns_column_1_license",
  "part_746_license",
  "above_app_limit",
  "above_letter_threshold",
];

/** One thing that is missing, as a clause of the sentence. */
function needClause(need, data, words = findingWords) {
  const name = need.figure ? metricName(data, need.figure) : factName(data, need.fact);
  if (need.pieces) {
    const pieces = listed(piecesInRow(need.pieces, unitText(data, need.figure), words));
    return t("need.clause.missing", { name, pieces });
  }
  const [kind] = (need.fact ?? "").split(":");
  if (UNKNOWABLE.includes(kind)) return t(`need.unknowable.${kind}`);
  if (!need.values) return t(need.figure ? "need.clause.also" : "need.clause.also-fact", { name });
  const values = need.values.map(([value, answer]) =>
    t(value ? "need.if-so" : "need.if-not", { answer: words(answer) }),
  );
  return t("need.clause.fact", { name, values: listed(values) });
}

/** The answers along an axis; the last does not repeat the value at which the one before ends. */
function piecesInRow(pieces, unit, words) {
  let before = null;
  return pieces.map((piece) => {
    const { from, to, closed, answer } = piece;
    const text = words(answer);
    if (to === null && from !== null && before) {
      const value = before.value;
      return t(before.closed ? "piece.row.above" : "piece.row.from", { text, value });
    }
    if (to === null || isZero(to)) return pieceText(piece, unit, words);
    before = { closed, value: `${display(to, 1)} ${unit}`.trim() };
    return t(closed ? "piece.up-to" : "piece.below", { text, value: before.value });
  });
}

/** What a single rule says that was chosen for the table and the chart. */
function ruleSentence({ rule, data }, { answers }, start) {
  const verdict = answers.find((each) => each.rule === rule) ?? notCovered(rule);
  const { finding, provisions, sides, needs } = verdict;
  const { status } = finding;
  const [need] = status === UNDETERMINED ? needs() : [];
  const reason = need ? needClause(need, data, (each) => findingWords(each, rule)) : provisions.join(", ");
  return { status, text: start(`rule.${status}`, reason, sides.length > 0) };
}

/** The rule whose presumption counts instead of the figures; null where there is none. */
function presumedOf({ answers, classification }) {
  const rule = standingPresumption(answers)?.rule;
  return rule && rule.presumes !== classification.finding.outcome ? rule : null;
}

/** The name of the chip with its entry and with what was changed of it. */
function changedName({ item, state }, answer) {
  const { outcome } = answer.classification.finding;
  const entry = presumedOf(answer)
    ? t("sentence.presumed", { entry: presumedOf(answer).presumes })
    : outcome;
  const turned = Object.entries(state.knobs).map(([knob, percent]) => {
    return `${knob}=x${plainText(multipleOf(percent))}`;
  });
  const remarks = [answer.license ? entry : null, ...turned].filter(Boolean);
  return remarks.length ? `${item.record.name} (${remarks.join(", ")})` : item.record.name;
}

/** The places of the question, in words, and the outcome of the chosen rule. */
function placesOf({ state, question, data, rule }) {
  const named = (code) => (code ? placeInSentence(data, code, question.on) : "");
  const { to, hq = null } = state;
  // As what the destination is treated is said before.
  const isTold = to && (hq === null || hq === to);
  return {
    from: named(state.from),
    to: named(to),
    hq: isTold ? nameInSentence(data, to) : named(hq),
    rule: rule?.id,
  };
}

/** Which kind of sentence says how an item gets to its destination. Nothing is exported that stays in
 * one country (15 CFR 772.1, transfer in-country), and places may be parts of one. */
function movementOf({ state, question }) {
  if (state.to && state.from === state.to) return "transfer.";
  return question.to && question.from === question.to ? "transfer-between." : "license.";
}

/** A country with the article that it takes, and the country as which it is treated. */
function placeInSentence(data, code, on) {
  const whole = data.places.code(code, on);
  const name = nameInSentence(data, code);
  if (whole === code) return name;
  return t("place.treated-as", { name, whole: nameInSentence(data, whole) });
}

function nameInSentence(data, code) {
  const name = placeName(data, code);
  const hasArticle = SAYS_WHAT_IT_IS.test(name) || WITH_ARTICLE.includes(name);
  return hasArticle ? t("place.the", { name }) : name;
}
