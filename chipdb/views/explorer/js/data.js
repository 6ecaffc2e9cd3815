// The data of the page, read once, and the functions that the console offers.

/** A record that is looked up by names from data: without a prototype, so that a source called
 * `constructor` is a source. */
const keyed = (record) => Object.assign(Object.create(null), record);

function readData(record) {
  Object.assign(STATUS_WORDS, record.statusWords);
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

/** A record with each of its values put through a function. */
function mapValues(record, change) {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}

const namesOf = (exceptions) => exceptions.map((entry) => entry.name);

/** A license answer as the command line names its parts. */
function licenseRecord({ required, contested, review, exceptions, requirements }) {
  return {
    required,
    contested,
    review,
    exceptions: namesOf(exceptions),
    requirements: requirements.map((requirement) => [
      requirement.rule.id,
      requirement.review,
      namesOf(requirement.exceptions),
    ]),
  };
}

/** A verdict in plain values: status, outcome, and the reason of each contesting answer. */
function verdictRecord({ finding, sides }) {
  const reasons = sides.map((side) => [findingText(side.finding), side.because]);
  const { status, outcome } = finding;
  return { status, outcome, sides: Object.fromEntries(reasons) };
}

/** What is missing, as its name and break-evens; these are null where there is more than one
 * unknown. */
function needRecord({ figure, fact, pieces }) {
  const breakEvens = pieces?.slice(0, -1).map((piece) => plainText(piece.to));
  return [figure ?? fact, breakEvens ?? null];
}

/** The functions that the page computes with, for the console and for tests:
 * `chipdb.ask("nvidia-h20-96gb", {on: "2026-06-01"})`. */
function engineOf(data) {
  const questionFrom = (asked) => {
    const code = (place) => (place ? data.places.code(place, asked.on) : null);
    return {
      on: asked.on,
      to: code(asked.to),
      entry: asked.to,
      from: code(asked.from),
      headquarters: code(asked.headquarters),
      printed: asked.printed ?? false,
      role: asked.role ?? null,
      named: new Set(asked.named ?? []),
    };
  };

  const recordFrom = (chip) => {
    if (typeof chip === "string") return data.byId.get(chip);
    const given = mapValues(chip.metrics, exact);
    return hypothetical(chip.name ?? "hypothetical", given, chip.datacenter ?? null, data);
  };

  const itemFrom = (chip, knobs = {}) =>
    new Item(recordFrom(chip), data, mapValues(knobs, exact));

  return {
    ask(chip, asked, knobs) {
      const answer = check(itemFrom(chip, knobs), questionFrom(asked), data);
      const answers = answer.answers.map((verdict) => [verdict.rule.id, verdictRecord(verdict)]);
      return {
        answers: Object.fromEntries(answers),
        classification: verdictRecord(answer.classification),
        license: answer.license && licenseRecord(answer.license),
        cautions: answer.cautions,
        breakEvens: answer.classification.needs().map(needRecord),
      };
    },

    headroom(chip, asked, knob, knobs) {
      const item = itemFrom(chip, knobs);
      const question = questionFrom(asked);
      const controlList = controlListOf(question, data);
      const { answers } = check(item, question, data, controlList);
      return turnable(answers).flatMap((verdict) =>
        headroomOf(item, verdict, question, controlList, knob, data).map((row) => {
          const factor = row.factor && plainText(row.factor);
          return [verdict.rule.id, row.leaves, row.enters, factor, row.attained, row.binding];
        }),
      );
    },
  };
}
