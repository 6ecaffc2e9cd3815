// The heart of the solver: what is known of a chip, as intervals, is reduced to finitely many
// assignments of values. Thresholds cut each interval into pieces; within a piece no condition
// changes. So "all assignments agree" means "every value of the missing figures agrees".

/** Metrics made of two others: their value, and the value of either that meets a threshold. */
const DERIVED = {
  performance_density: {
    parts: ["tpp", "applicable_die_area"],
    value: (tpp, area) => (isZero(area) ? null : over(tpp, area)),
    solve: [
      (threshold, area) => times(threshold, area),
      (threshold, tpp) => (isZero(threshold) ? ZERO : over(tpp, threshold)),
    ],
  },
  memory_and_io_bandwidth: {
    parts: ["memory_bandwidth", "letter_io_bandwidth"],
    value: add,
    solve: [minus, minus],
  },
};

/** The metrics without meaning: of most chips none, of one whose logic is all planar its density. */
const MEANINGFUL = new Set();
const WITHOUT_DENSITY = new Set(["performance_density"]);

/** Some metrics, and those they are derived from. */
function partsOf(metrics) {
  const parts = [...metrics].flatMap((name) => DERIVED[name]?.parts ?? []);
  return new Set([...metrics, ...parts]);
}

/** The value of a metric in a chip's assignment; null where the metric has no meaning. */
function valueAt(assigned, metric) {
  if (assigned.undefined.has(metric)) return null;
  if (metric in assigned.values) return assigned.values[metric];
  const { parts, value } = DERIVED[metric];
  return value(...parts.map((part) => assigned.values[part]));
}

/** The thresholds that some leaves compare each metric with, in ascending order. */
function thresholdsIn(leaves) {
  const thresholds = new Map();
  for (const [kind, metric, , threshold] of leaves) {
    if (kind !== "metric") continue;
    if (!thresholds.has(metric)) thresholds.set(metric, []);
    thresholds.get(metric).push(threshold);
  }
  for (const [metric, values] of thresholds) thresholds.set(metric, ordered(values));
  return thresholds;
}

/** Assignments of one chip that together give every answer that the leaves can give. */
function chipAssignmentsOf(known, leaves) {
  const thresholds = thresholdsIn(leaves);
  const settled = allWays(factsAsked(leaves).sort(), (name) => known.facts[name]);
  const chip = { part: known.part, undefined: known.undefined };
  const assignments = [];
  for (const values of grid(known, variablesOf(known, thresholds), thresholds, {})) {
    for (const facts of settled) assignments.push({ values, facts, ...chip });
  }
  return assignments;
}

/** The metrics whose values have to be chosen: those compared, a derived one by its parts. */
function variablesOf(known, thresholds) {
  const names = new Set();
  for (const metric of thresholds.keys()) {
    if (known.undefined.has(metric)) continue;
    const parts = metric in known.intervals ? [metric] : DERIVED[metric].parts;
    for (const part of parts) names.add(part);
  }
  return [...names];
}

/** Every way to settle some facts; `valueOf` gives true or false where a fact is known. */
function allWays(names, valueOf) {
  let ways = [{}];
  for (const name of names) {
    const value = valueOf(name);
    const values = value === true || value === false ? [value] : [true, false];
    ways = ways.flatMap((way) => values.map((choice) => ({ ...way, [name]: choice })));
  }
  return ways;
}

/** Every combination of values to try; those of a metric depend on the `chosen` ones before it. */
function grid(known, names, thresholds, chosen) {
  if (!names.length) return [chosen];
  const [name, ...rest] = names;
  return valuesToTry(known, name, thresholds, chosen).flatMap((value) =>
    grid(known, rest, thresholds, { ...chosen, [name]: value }),
  );
}

/** One value in each piece of an interval between thresholds, and each threshold itself. */
function valuesToTry(known, name, thresholds, chosen) {
  const [low, high] = known.intervals[name];
  if (same(low, high)) return [low];
  const critical = criticalValues(known, name, thresholds, chosen);
  // A die area of zero means that all logic is planar: the density has no meaning then, so zero
  // is a piece of its own, whether or not a threshold lies next to it.
  const mayVanish = isZero(low) && name === "applicable_die_area";
  if (!critical.length && !mayVanish) return [low];

  const inside = critical.filter((value) => compare(value, low) > 0 && !same(value, high));
  const ends = high === null ? [low, ...inside] : [low, ...inside, high];
  const between = ends.slice(1).map((end, at) => middle(ends[at], end));
  const beyond = high === null ? add(times(ends[ends.length - 1], TWO), ONE) : high;
  const values = ordered([low, ...inside, ...between, beyond]);
  // An area without an upper end drives the density to zero anyway; zero adds no further answer.
  return mayVanish && high === null ? values.slice(1) : values;
}

/** The values of a metric at which some condition may change, the `chosen` ones being fixed. */
function criticalValues(known, name, thresholds, chosen) {
  const [low, high] = known.intervals[name];
  const critical = [...(thresholds.get(name) ?? [])];
  for (const [metric, { parts, solve }] of Object.entries(DERIVED)) {
    const given = metric in known.intervals || known.undefined.has(metric);
    if (given || !parts.includes(name)) continue;
    const at = parts.indexOf(name);
    for (const other of endsOf(known, parts[1 - at], thresholds, chosen)) {
      for (const threshold of thresholds.get(metric) ?? []) {
        critical.push(solve[at](threshold, other));
      }
    }
  }
  const reachable = (value) =>
    compare(value, low) >= 0 && (high === null || compare(value, high) <= 0);
  return ordered(critical.filter(reachable));
}

/** The values of a metric that matter to its partner: the chosen one, else ends and thresholds. */
function endsOf(known, name, thresholds, chosen) {
  if (name in chosen) return [chosen[name]];
  const [low, high] = known.intervals[name];
  const ends = [low, ...(thresholds.get(name) ?? [])];
  return high === null ? ends : [...ends, high];
}

/** Where thresholds cut the interval of one metric, everything else being fixed. */
function cutsOf(known, name, leaves) {
  const [low, high] = known.intervals[name];
  const chosen = {};
  for (const [other, interval] of Object.entries(known.intervals)) {
    if (other !== name) chosen[other] = interval[0];
  }
  const critical = criticalValues(known, name, thresholdsIn(leaves), chosen);
  return critical.filter((value) => compare(value, low) > 0 && !same(value, high));
}
