// One rule over one item: its status, the paragraph, whether the answer is contested, and which
// missing figures and facts it depends on.

const MET = "met";
const NOT_MET = "not-met";
const UNDETERMINED = "undetermined";
const NOT_COVERED = "not-covered";

/** What contests an answer that rests on a number known only from the press. */
const REPORTED = "the reported number, known only from the press, is not in the letter";

const findingKey = (finding) => `${finding.status} ${finding.outcome ?? ""}`;
const agree = (finding, other) => findingKey(finding) === findingKey(other);

/** The findings, each once. */
function distinct(findings) {
  return [...new Map(findings.map((finding) => [findingKey(finding), finding])).values()];
}

/** One finding for several possible ones: theirs where they agree, the entry they share where only
 * the paragraph differs, else undetermined. */
function joined(findings) {
  const possible = distinct(findings);
  if (possible.length === 1) return possible[0];
  if (possible.every((finding) => finding.status === MET)) {
    return { status: MET, outcome: entryOf(possible.map((finding) => finding.outcome)) };
  }
  return { status: UNDETERMINED, outcome: null };
}

/** The finding that some met paragraphs make. */
function findingOf(provisions) {
  if (!provisions.length) return { status: NOT_MET, outcome: null };
  return { status: MET, outcome: provisions[0].outcome };
}

/** What a rule says under one assignment. */
function findingAt(rule, controlList, assignment) {
  return findingOf(provisionsMet(rule, controlList, assignment));
}

/** The rank of a finding, the strictest first. */
function strictness(rule, finding) {
  const outcomes = outcomesOf(rule);
  const rank = () => {
    if (finding.status === UNDETERMINED) return outcomes.length + 1;
    if (finding.status !== MET) return outcomes.length + 2;
    const at = outcomes.indexOf(finding.outcome);
    return at < 0 ? outcomes.length : at;
  };
  // A review rule eases the review of an application, so not meeting it is the strictest.
  return rule.question === "review" ? -rank() : rank();
}

/** The element with the lowest rank; the first of several. */
function lowest(elements, rankOf) {
  if (elements.length === 1) return elements[0];
  const ranks = elements.map(rankOf);
  return elements[ranks.indexOf(Math.min(...ranks))];
}

/** A rule over everything known of an item; `counted` are the readings that the classification
 * settled on; with `contestReports` what published documents state of the rule contests it, where its
 * numbers are known from the press. */
function judge(rule, item, controlList, facts, counted = [], contestReports = false) {
  const cells = cellsOf(rule, controlList, item.kind);
  const { plain, disputed } = cells.interpretationsOf(item);
  const settling = plain.map((each) => examine(cells, each, facts));
  const contesting = disputed.map((each) => examine(cells, each, facts));

  const preferred = settling.filter(({ interpretation }) =>
    counted.includes(interpretation.reading),
  );
  const candidates = preferred.length ? preferred : settling;
  const main = lowest(candidates, (each) => strictness(rule, each.finding));
  const others = [...settling, ...contesting].filter((each) => each !== main);
  const sides = others.flatMap((each) => sidesOf(main, each));
  if (contestReports) sides.push(...reportedSides(rule, main, item, controlList, facts));
  const { finding, provisions } = main;
  const { interpretation } = main;
  const withAllFacts = () => withFacts(interpretation, facts);
  const isSettled = main.findings.length === 1;
  return {
    rule,
    finding,
    provisions,
    interpretation,
    facts,
    sides: firstOfEach(sides),
    // Assignments and break-evens take longer than the answer, and few are ever asked for.
    assignments: () => controlList.assignments(rule, withAllFacts(), item.kind),
    needs: () => (isSettled ? [] : needsOf(rule, withAllFacts(), item, controlList)),
    leadingProvision: () => provisions[0] ?? openProvision(rule, withAllFacts(), item, controlList),
  };
}

/** The first paragraph that may be met; the rule's first if none may. A letter's named parts stand
 * first, and only its numbers reach another chip. */
function openProvision(rule, interpretation, item, controlList) {
  const assignments = [...controlList.assignments(rule, interpretation, item.kind)];
  const mayHold = ({ when }) => assignments.some((each) => holds(controlList, each, when));
  return (rule.provisions.find(mayHold) ?? rule.provisions[0]).id;
}

/** The interpretations that differ in a metric that is asked for; of equal ones the first. */
function differing(interpretations, names) {
  if (interpretations.length === 1) return interpretations;
  const endText = (value) => (value ? `${value.n}/${value.d}` : "");
  const intervalText = (interval) => (interval ?? []).map(endText).join(":");
  const figuresText = (known) => {
    const intervals = names.map((name) => intervalText(known.intervals[name]));
    return intervals.join() + [...known.undefined].join();
  };
  const kept = new Map();
  for (const interpretation of interpretations) {
    const key = interpretation.chips.map(figuresText).join(";");
    if (!kept.has(key)) kept.set(key, interpretation);
  }
  return [...kept.values()];
}

/** What a rule says in one interpretation. */
function examine(cells, interpretation, facts) {
  const { findings, provisions, finding } = cells.reach(interpretation, facts);
  return { interpretation, findings, provisions, finding };
}

/** The answers of another interpretation that the main one does not give, each with its reason. */
function sidesOf(main, other) {
  // most interpretations of a rule lie in the same cells, and have the same answers
  if (other.findings === main.findings) return [];
  const isNew = (finding) => !main.findings.some((own) => agree(own, finding));
  const fresh = other.findings.filter(isNew);
  if (!fresh.length && other.findings.length === main.findings.length) return [];
  const findings = fresh.length ? fresh : [other.finding];
  const differing = findings.filter((finding) => !agree(finding, main.finding));
  if (!differing.length) return [];
  const because = other.interpretation.because() ?? `without ${main.interpretation.because()}`;
  return differing.map((finding) => ({ because, finding }));
}

/** The condition of a provision as far as published documents state it. */
const published = (provision) => provision.public ?? provision.when;

/** What a rule that is met gives without the numbers that are known only from the press. */
function reportedSides(rule, main, item, controlList, facts) {
  const restsOnReports = rule.provisions.some((provision) => provision.public);
  if (main.finding.status !== MET || !restsOnReports) return [];
  const stated = once(rule, "published", () => asPublished(rule));
  const cells = cellsOf(stated, controlList, item.kind);
  const without = examine(cells, main.interpretation, facts);
  if (without.findings.length === 1 && agree(without.finding, main.finding)) return [];
  return [{ because: REPORTED, finding: without.finding }];
}

/** A rule as far as published documents state it. */
function asPublished(rule) {
  const provisions = rule.provisions.map((each) => ({ ...each, when: published(each) }));
  return { ...rule, provisions };
}

/** One side for each finding: the first, which is the plainest reason that leads there. */
function firstOfEach(sides) {
  const kept = new Map();
  for (const side of sides) {
    const key = findingKey(side.finding);
    if (!kept.has(key)) kept.set(key, side);
  }
  return [...kept.values()];
}
