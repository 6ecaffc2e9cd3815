// The data of the page, read once.

/** What data name is looked up among the data alone, also where somebody calls a source `constructor`. */
const keyed = (record) => Object.assign(Object.create(null), record);

function readData(record) {
  const rules = record.rules.map(readRule);
  return {
    ...record,
    rules,
    ruleById: new Map(rules.map((rule) => [rule.id, rule])),
    sources: keyed(record.sources),
    embargoed: keyed(record.embargoed),
    byId: new Map(record.chips.map((chip) => [chip.id, chip])),
    places: new Places(record.places),
  };
}

/** A license answer as the command line names its parts. */
const licenseRecord = ({ required, contested, review, exceptions, requirements }) => ({
  required,
  contested,
  review,
  exceptions: exceptions.map((entry) => entry.name),
  requirements: requirements.map((each) => [each.rule.id, each.review, each.exceptions.map((entry) => entry.name)]),
});

/** What the page computes with, also for whoever opens the console: `chipdb.ask("nvidia-h20-96gb", {on: "2026-06-01"})`. */
function engineOf(data) {
  const code = (place, on) => (place ? data.places.code(place, on) : null);
  const asking = ({ on, to, from, headquarters, printed = false, role = null, named = [] }) => ({
    on,
    to: code(to, on),
    from: code(from, on),
    headquarters: code(headquarters, on),
    printed,
    role,
    named: new Set(named),
  });
  const recordOf = (chip) => {
    if (typeof chip === "string") return data.byId.get(chip);
    const given = Object.fromEntries(Object.entries(chip.metrics).map(([name, text]) => [name, exact(text)]));
    return hypothetical(chip.name ?? "hypothetical", given, chip.datacenter ?? null, data);
  };
  const subjectOf = (chip, knobs = {}) =>
    new Subject(recordOf(chip), data, Object.fromEntries(Object.entries(knobs).map(([knob, text]) => [knob, exact(text)])));
  const plain = (finding, sides) => ({
    status: finding.status,
    outcome: finding.outcome,
    sides: Object.fromEntries(sides.map((side) => [findingText(side.finding), side.because])),
  });
  return {
    ask(chip, asked, knobs) {
      const answer = check(subjectOf(chip, knobs), asking(asked), data);
      return {
        answers: Object.fromEntries(answer.answers.map(({ rule, finding, sides }) => [rule.id, plain(finding, sides)])),
        classification: plain(answer.classification.finding, answer.classification.sides),
        license: answer.license && licenseRecord(answer.license),
        breakEvens: answer.classification
          .needs()
          .map((need) => [need.figure ?? need.fact, need.pieces?.slice(0, -1).map((piece) => plainText(piece.to)) ?? null]),
      };
    },
    headroom(chip, asked, knob, knobs) {
      const [subject, question] = [subjectOf(chip, knobs), asking(asked)];
      const law = lawOf(question, data);
      const rows = headroomOf(subject, verdictOf(subject, question, data, law), question, law, knob, data);
      return rows.map(({ leaves, enters, factor, attained, binding }) => [
        leaves,
        enters,
        factor && plainText(factor),
        attained,
        binding,
      ]);
    },
  };
}
