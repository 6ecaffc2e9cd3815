// What may reverse an answer, next to it: as chipdb/solver/cautions.py, with the same sentences.

/** The cautions of an answer, those about the item first, each once. */
function cautionsOf(ruling, verdicts, license, answers) {
  const found = [...planarCautions(ruling, verdicts)];
  // Everything else is about a license, so it means something for a destination only.
  if (license) {
    for (const topic of [
      codifiedCautions,
      notYetDueCautions,
      presumptionNotYetDueCautions,
      letterCautions,
      changedPartCautions,
      saleCautions,
      estimateCautions,
      ruleCautions,
      jurisdictionCautions,
      noticeCautions,
    ]) {
      found.push(...topic(ruling, verdicts, license));
    }
    found.push(...evidenceCautions(ruling, answers));
  }
  const keyOf = ({ kind, text, could_require_license: could }) => `${kind} ${could} ${text}`;
  const each = [...new Map(found.map((entry) => [keyOf(entry), entry])).values()];
  const isAbout = (what) => each.filter(({ about }) => about === what);
  return [...isAbout("item"), ...isAbout("transaction")];
}

/** A caution; one about the item that could require a license changes the exit status. */
function caution(data, kind, text, couldRequire = false) {
  const about = data.aboutItem.includes(kind) ? "item" : "transaction";
  return { kind, about, text, could_require_license: couldRequire };
}

const changesStatus = (each) => each.about === "item" && each.could_require_license;

/** The kinds of the cautions that keep "not required" from being a clear answer, each once. */
function decidingKinds(cautions) {
  return [...new Set(cautions.filter(changesStatus).map(({ kind }) => kind))];
}

/** A sentence with its names filled in. */
function sentence(data, name, values = {}) {
  return data.cautionTexts[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);
}

/** That thresholds on performance density are not met where all logic is planar. */
function planarCautions(ruling, verdicts) {
  const { item, data } = ruling;
  const [plain] = item.plain({});
  if (!plain.chips[0].undefined.has("performance_density")) return [];
  const couldRequire = anotherValueCouldRequire("performance_density", ruling, verdicts);
  return [caution(data, "interpretation", sentence(data, "planar"), couldRequire)];
}

/** Whether some value of a metric would lead to an entry for which these places need a license. */
function anotherValueCouldRequire(metric, ruling, verdicts) {
  return anyTurns(ruling, verdicts, (verdict) => atAny(metric, ruling, verdict));
}

/** Whether other figures lead to a license for these places where those that were counted lead to
 * none. `findingsOf` says what a rule may give for them. Looked at are classifications, also such as
 * need no license here (3A090.b under a text that asks for 3A090.a), and license rules with
 * thresholds of their own. */
function anyTurns(ruling, verdicts, findingsOf) {
  const asked = outcomesOfLicenses(verdicts);
  const couldTurn = ({ rule }) =>
    isClassification(rule) ? outcomesOf(rule).some((name) => asked.has(name)) : hasOwnThresholds(rule);
  const needsLicense = (findings, { rule }) =>
    findings.some(
      ({ status, outcome }) => status === MET && (!isClassification(rule) || asked.has(outcome)),
    );
  const isTurned = (verdict) =>
    couldTurn(verdict) &&
    !needsLicense(asCounted(ruling, verdict), verdict) &&
    needsLicense(findingsOf(verdict), verdict);
  return [...verdicts.values()].some(isTurned);
}

/** The outcomes that license rules for these places ask for. */
function outcomesOfLicenses(verdicts) {
  const licensing = [...verdicts.values()].filter((each) => each.rule.question === "license");
  return new Set(licensing.flatMap(({ rule }) => [...outcomesAsked(ownLeaves(rule))]));
}

/** Metrics that no source states and that keep a chip below what needs a license. */
function estimateCautions(ruling, verdicts, { required }) {
  const { data, item } = ruling;
  if (required === YES) return [];
  const isEstimate = (metric) =>
    (item.lead.inputs[metric] ?? []).some(([, , basis]) => basis === "estimated");
  const isHalved = (metric) => metric === "tpp" && item.lead.isHalved;
  const estimated = data.mayBeEstimated.filter(isEstimate);
  const open = estimated.filter((metric) => anotherValueCouldRequire(metric, ruling, verdicts));
  const reachOf = (metric) => {
    if (isHalved(metric)) return "halved";
    return isTurnedWithin([metric], ruling, verdicts) ? "estimate" : "far_estimate";
  };
  const reaches = open.map(reachOf);
  const alone = open.map((metric, index) => {
    const reach = reaches[index];
    const values = { metric: data.names[metric], reach: data.reach };
    return caution(data, "fact-unsourced", sentence(data, reach, values), reach === "estimate");
  });
  if (reaches.includes("estimate")) return alone;
  // A higher TPP on a smaller die is a density that neither gives by itself.
  const guesses = estimated.filter((metric) => !isHalved(metric));
  if (guesses.length < 2 || !isTurnedWithin(guesses, ruling, verdicts)) return alone;
  const metrics = guesses.map((metric) => data.names[metric]).join(" and ");
  const text = sentence(data, "estimates_together", { metrics, reach: data.reach });
  return [...alone, caution(data, "fact-unsourced", text, true)];
}

/** Whether estimates as far off as they are known to be would need a license here. */
function isTurnedWithin(metrics, ruling, verdicts) {
  const reach = exact(ruling.data.reach);
  return anyTurns(ruling, verdicts, (verdict) => within(metrics, reach, ruling, verdict));
}

/** What a rule may give for the figures as they were counted. */
function asCounted(ruling, verdict) {
  return findingsFor((known) => known, ruling, verdict);
}

/** What a rule may give for any value of a metric, all else as it was counted. */
function atAny(metric, ruling, verdict) {
  const unknown = (known) =>
    once(known, `any ${metric}`, () => {
      const meaningless = [...known.undefined].filter((name) => name !== metric);
      const open = { ...known, undefined: new Set(meaningless) };
      return withIntervals(open, [metric], () => [ZERO, null]);
    });
  return findingsFor(unknown, ruling, verdict);
}

/** What a rule may give if metrics may be up to a factor higher or lower than they were counted. */
function within(metrics, factor, ruling, verdict) {
  // another chip of a system may lack a metric
  const widened = ([low, high] = [ZERO, null]) => [over(low, factor), high && times(high, factor)];
  const off = (known) =>
    once(known, `within ${metrics}`, () => withIntervals(known, metrics, widened));
  return findingsFor(off, ruling, verdict);
}

/** The figures of a chip with other intervals for some metrics, made of those that were counted. */
function withIntervals(known, metrics, changed) {
  const intervals = { ...known.intervals };
  for (const metric of metrics) intervals[metric] = changed(known.intervals[metric]);
  return { ...known, intervals, nominal: known, widened: metrics };
}

/** What a rule may give for other figures of the chips, as `changed` makes them. */
function findingsFor(changed, { controlList, item }, { rule, interpretation, facts }) {
  const cells = cellsOf(rule, controlList, item.kind);
  const chips = interpretation.chips.map(changed);
  return cells.reach({ chips, facts: NOTHING_KNOWN }, facts).findings;
}

/** The facts of an item of which none is known. */
const NOTHING_KNOWN = {};

/** The printed text that asks for a license where the law as enforced does not. */
function codifiedCautions({ data }, verdicts, { printed }) {
  if (!printed) return [];
  const notEnforced = sentence(data, "not_enforced", {
    section: printed.section,
    announced: printed.rule.unenforced,
    seen: printed.rule.evidence,
  });
  const consequence = () => {
    if (!printed.couldRequire) return liftingText(data, printed.liftedBy);
    if (printed.required === YES) return sentence(data, "not_lifted");
    if (!printed.mayBeLiftedBy.length) return sentence(data, "not_settled");
    return printed.mayBeLiftedBy
      .map(({ name, section, unmet }) => sentence(data, "may_be_lifted", { name, section, because: unmet }))
      .join("; ");
  };
  return [caution(data, "codified", `${notEnforced}; ${consequence()}`, printed.couldRequire)];
}

/** Which exceptions lift the printed text, with what they need from the exporter. */
function liftingText(data, exceptions) {
  const texts = exceptions.map(({ name, section, conditions }) =>
    sentence(data, "lifted", { name, section, needs: conditions.join("; ") }),
  );
  return texts.join("; or ");
}

const mayBeMet = (verdict) => [MET, UNDETERMINED].includes(verdict.finding.status);

/** License rules that have taken effect and reach this item, but bind only from a later day. */
function notYetDueCautions(ruling, verdicts, { required, ruling: ofLicense = ruling }) {
  const { data } = ruling;
  if (required === YES) return [];
  const waiting = data.rules.filter((rule) => isEffectiveButNotDue(rule, ruling));
  const reaching = waiting.filter((rule) => mayBeMet(verdicts.get(rule.id) ?? ofLicense.judge(rule)));
  return reaching.map((rule) => {
    const { cited, effective, starts } = rule;
    const text = sentence(data, "not_yet_due", { rule: cited, effective, starts });
    return caution(data, "codified", text);
  });
}

/** A presumption that stands and that the license follows only from a later day. */
function presumptionNotYetDueCautions({ data, question }, verdicts) {
  const isWaiting = (verdict) =>
    verdict.rule.presumes && mayBeMet(verdict) && question.on < (verdict.rule.compliance ?? "");
  return [...verdicts.values()].filter(isWaiting).map(({ rule }) => {
    const { cited, effective, compliance } = rule;
    const values = { rule: cited, effective, starts: compliance };
    return caution(data, "codified", sentence(data, "presumption_not_yet_due", values));
  });
}

function isEffectiveButNotDue(rule, { data, question, item }) {
  if (rule.question !== "license" || rule.starts === null || rule.effective === null) return false;
  if (rule.kinds.length && !rule.kinds.includes(item.kind)) return false;
  if (question.on < rule.effective || question.on >= rule.starts) return false;
  return data.places.holds(rule.scope, question) !== false;
}

/** Letters that the vendor may have received, which is not known. */
function letterCautions(ruling, verdicts, { required }) {
  const { data, item } = ruling;
  // Another letter turns nothing round where a license is required anyway.
  if (required === YES) return [];
  const isOpen = ({ rule, finding }) =>
    rule.question === "license" &&
    rule.addressees.length > 0 &&
    finding.status === UNDETERMINED &&
    !ruling.facts([rule])[`addressee:${rule.id}`];
  return [...verdicts.values()].filter(isOpen).map(({ rule }) => {
    // of a system the circuits count, and so the vendor of the leading one
    const vendor = item.lead.vendor || item.record.vendor || "the vendor";
    const name = ruling.isAddresseesOwnDesign(rule) ? "own_letter" : "letter";
    const text = sentence(data, name, { rule: rule.cited, vendor });
    return caution(data, "letter", text, true);
  });
}

/** Named parts of letters that a changed chip was made from, where it is reached no longer. */
function changedPartCautions({ data, item }, verdicts, { required }) {
  if (required === YES) return [];
  const isAltered = (chip) => item.changed || chip.hypothetical;
  const bases = new Set(item.chips.filter(isAltered).map(({ extends: base, id }) => base ?? id));
  const isUnmet = ({ rule, finding }) =>
    rule.question === "license" && rule.addressees.length > 0 && finding.status !== MET;
  return [...verdicts.values()].filter(isUnmet).flatMap(({ rule }) => {
    const named = partsNamed(rule);
    return [...bases]
      .filter((base) => named.includes(base))
      .map((part) => {
        const text = sentence(data, "changed_part", { part, rule: rule.cited });
        return caution(data, "letter", text);
      });
  });
}

/** The ids of the chips that a rule names. */
const partsNamed = (rule) =>
  ownLeaves(rule).flatMap(([kind, ids]) => (kind === "part" ? ids : []));

/** That no source says whether a chip was on sale in the United States, where that decides. */
function saleCautions({ data, item }, verdicts, { reviewIf }) {
  return reviewIf.slice(0, 1).map(({ condition }) => {
    const text = sentence(data, "sale", { name: item.record.name, condition });
    return caution(data, "fact-unsourced", text);
  });
}

/** The cautions that rules carry, where such a rule is met or may be. */
function ruleCautions({ data, question, item }, verdicts, { required, embargoed }) {
  const bearing = [...verdicts.values()].filter((each) => !each.rule.isNoLaw && mayBeMet(each));
  const topics = new Set();
  return bearing.flatMap(({ rule }) => {
    const isOpen = !isInEntryOf(rule, verdicts);
    const entries = (rule.cautions ?? []).map((entry) => {
      const text = entry.textIfOpen && isOpen ? entry.textIfOpen : entry.text;
      const isOther = entry.kind === "other-control";
      return { ...entry, text: isOther ? withDeclared(text, data, item) : text };
    });
    // Of the cautions on one topic the first stands for all.
    const isNew = ({ topic }) => !topic || !topics.has(topic);
    // A measure against foreign chips says nothing of one that is designed in an embargoed place.
    const isForeign = ({ kind }) => !(embargoed && kind === "destination-measure");
    const bearingOn = entries.filter(
      (entry) => isNew(entry) && isForeign(entry) && isShown(entry, data, question, required),
    );
    for (const { topic } of bearingOn) topics.add(topic);
    return shown(bearingOn, data, question, required);
  });
}

/** A text with the ECCN that the vendor declares, in its place or after it. */
function withDeclared(text, data, { record, changed }) {
  const eccn = changed ? null : record.declared?.eccn;
  if (!eccn) return text;
  if (text.includes("{declared}")) return text.replace("{declared}", eccn);
  return text + sentence(data, "declared", { eccn });
}

/** Whether the item is settled to be in an entry that a license rule asks for. */
function isInEntryOf(rule, verdicts) {
  const asked = outcomesAsked(ownLeaves(rule));
  return [...verdicts.values()].some(
    (each) =>
      CLASSIFYING.includes(each.rule.question) &&
      each.finding.status === MET &&
      asked.has(each.finding.outcome),
  );
}

/** Whether a caution is about this transaction and could change this answer. */
function isShown({ scope, unlessRequired }, data, question, required) {
  return data.places.holds(scope, question) !== false && !(unlessRequired && required === YES);
}

/** Those of some cautions of the data that this transaction and answer carry. */
function shown(entries, data, question, required) {
  return entries
    .filter((entry) => isShown(entry, data, question, required))
    .map(({ kind, text, couldRequireLicense }) => caution(data, kind, text, couldRequireLicense));
}

/** That a part designed in an embargoed place may not be subject to the EAR at all. */
function jurisdictionCautions({ data }, verdicts, { embargoed }) {
  return embargoed ? [caution(data, "jurisdiction", sentence(data, "jurisdiction"))] : [];
}

/** The notices of the rulebook for the day and the places; those of one sentence are one text. */
function noticeCautions({ data, question, item }, verdicts, { required }) {
  const whole = once(question, "notices", () => noticesOf(question, data));
  const about = whole.filter(({ forms }) => isAboutForm(forms ?? [], item.record.form));
  const entries = about.map((notice) =>
    notice.forms?.length ? { ...notice, text: withDeclared(notice.text, data, item) } : notice,
  );
  return shown(entries, data, question, required);
}

/** The notices for the day and the places of a question, for every item. */
function noticesOf(question, data) {
  const isCurrent = ({ from, until }) => from <= question.on && (!until || question.on < until);
  const current = (data.notices ?? []).filter(
    (notice) => isCurrent(notice) && data.places.holds(notice.scope, question) !== false,
  );
  return current.flatMap((notice) => {
    if (!notice.sentence) return [notice];
    const [first, ...rest] = current.filter((other) => other.sentence === notice.sentence);
    // A sentence says nothing if only its beginning applies.
    if (notice !== first || !rest.length) return [];
    return [{ ...notice, text: `${notice.text} ${rest.map(({ text }) => text).join("; ")}` }];
  });
}

/** Whether a notice is about items of a form; one that names no form is about all of them. */
function isAboutForm(forms, form) {
  return !forms.length || forms.some((start) => (form ?? "").startsWith(start));
}

/** Up to which day the rules and the country groups were read: the earliest day. */
function evidenceCautions({ data, question }, answers) {
  const days = answers.map(({ rule }) => rule.evidence);
  const [day] = [...days, data.groupsSeen].filter((each) => each && each < question.on).sort();
  return day ? [caution(data, "evidence", sentence(data, "evidence", { day }))] : [];
}
