// What one rule says of one item: its status, whether that is contested, what is missing to know.

const MET = "met";
const NOT_MET = "not-met";
const UNDETERMINED = "undetermined";
const NOT_COVERED = "not-covered";

const findingKey = (finding) => `${finding.status} ${finding.outcome ?? ""}`;
const distinct = (findings) => [...new Map(findings.map((finding) => [findingKey(finding), finding])).values()];

/** One finding for several possible ones: theirs if they agree, the entry if only the paragraph is open. */
function joined(findings) {
  const found = distinct(findings);
  if (found.length === 1) return found[0];
  if (found.every((finding) => finding.status === MET))
    return { status: MET, outcome: entryOf(found.map((finding) => finding.outcome)) };
  return { status: UNDETERMINED, outcome: null };
}

function findingAt(rule, law, sample) {
  const met = provisionsMet(rule, law, sample);
  return met.length ? { status: MET, outcome: met[0].outcome } : { status: NOT_MET, outcome: null };
}

/** The rank of a finding, the strictest first; of a review rule, which helps, not being met is the strictest. */
function strictness(rule, finding) {
  const outcomes = outcomesOf(rule);
  const at = outcomes.indexOf(finding.outcome);
  const met = at < 0 ? outcomes.length : at;
  const rank = finding.status === MET ? met : outcomes.length + (finding.status === UNDETERMINED ? 1 : 2);
  return rule.question === "review" ? -rank : rank;
}

/** Folds a rule over everything that is known of a subject; `counted` are the readings that may settle it. */
function judge(rule, subject, law, facts, counted = []) {
  const metrics = law.metrics(rule);
  const plain = subject.plain(facts);
  const standpoints = differing([...plain, ...subject.disputes(facts, metrics)], [...partsOf(metrics)].sort());
  const seen = standpoints.map((standpoint) => see(rule, standpoint, subject, law));
  const settling = seen.filter((one) => plain.includes(one.standpoint));
  const chosen = settling.filter((one) => counted.includes(one.standpoint.reading));
  const candidates = chosen.length ? chosen : settling;
  const ranks = candidates.map((one) => strictness(rule, one.finding));
  const main = candidates[ranks.indexOf(Math.min(...ranks))];
  const sides = seen.filter((one) => one !== main).flatMap((one) => sidesOf(main, one));
  return {
    rule,
    finding: main.finding,
    provisions: main.provisions,
    sides: firstOfEach(sides),
    samples: main.samples,
    standpoint: main.standpoint,
    needs: () => (main.findings.length > 1 ? needsOf(rule, main.standpoint, subject, law) : []),
  };
}

/** The first of those that agree on every metric that is asked for. */
function differing(standpoints, names) {
  const end = (value) => (value ? `${value.n}/${value.d}` : "");
  const view = (each) => names.map((name) => (each.spans[name] ?? []).map(end).join(":")).join() + [...each.undefined].join();
  const kept = new Map();
  for (const standpoint of standpoints) {
    const key = standpoint.views.map(view).join(";");
    if (!kept.has(key)) kept.set(key, standpoint);
  }
  return [...kept.values()];
}

function see(rule, standpoint, subject, law) {
  const samples = law.samples(rule, standpoint, subject.kind);
  const met = samples.map((sample) => provisionsMet(rule, law, sample));
  const findings = distinct(
    met.map((found) => (found.length ? { status: MET, outcome: found[0].outcome } : { status: NOT_MET, outcome: null })),
  );
  const provisions = met[0].filter((entry) => met.every((found) => found.includes(entry))).map((entry) => entry.id);
  return { standpoint, samples, findings, provisions, finding: joined(findings) };
}

function sidesOf(main, other) {
  const because = other.standpoint.because ?? `without ${main.standpoint.because}`;
  const known = new Set(main.findings.map(findingKey));
  const fresh = other.findings.filter((finding) => !known.has(findingKey(finding)));
  if (!fresh.length && other.findings.length === main.findings.length) return [];
  const found = fresh.length ? fresh : [other.finding];
  return found.filter((finding) => findingKey(finding) !== findingKey(main.finding)).map((finding) => ({ because, finding }));
}

/** One side for each finding: the plainest dispute that leads there. */
function firstOfEach(sides) {
  const kept = new Map();
  for (const side of sides) if (!kept.has(findingKey(side.finding))) kept.set(findingKey(side.finding), side);
  return [...kept.values()];
}
