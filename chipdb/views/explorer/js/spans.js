// The solver: what is known of a chip as spans, cut into points where no limit lies between two neighbors. Over these points
// each condition takes every value that it can take, so "all points agree" means "every value of what is missing agrees".

const DERIVED = {
  performance_density: {
    parts: ["tpp", "applicable_die_area"],
    value: (tpp, area) => (isZero(area) ? null : over(tpp, area)),
    solve: [(limit, area) => times(limit, area), (limit, tpp) => (isZero(limit) ? ZERO : over(tpp, limit))],
  },
  memory_and_io_bandwidth: {
    parts: ["memory_bandwidth", "letter_io_bandwidth"],
    value: add,
    solve: [minus, minus],
  },
};

const partsOf = (metrics) => new Set([...metrics, ...[...metrics].flatMap((name) => DERIVED[name]?.parts ?? [])]);

/** A metric at a point; null where it has no meaning. */
function valueAt(point, metric) {
  if (point.undefined.has(metric)) return null;
  if (metric in point.spans) return point.spans[metric];
  const derived = DERIVED[metric];
  return derived.value(...derived.parts.map((part) => point.spans[part]));
}

function limitsIn(leaves) {
  const limits = new Map();
  for (const [kind, metric, , limit] of leaves) {
    if (kind !== "metric") continue;
    if (!limits.has(metric)) limits.set(metric, []);
    limits.get(metric).push(limit);
  }
  for (const [metric, found] of limits) limits.set(metric, ordered(found));
  return limits;
}

/** Points of a view that together give every answer that the leaves can give. */
function pointsOf(view, leaves) {
  const limits = limitsIn(leaves);
  const names = new Set();
  for (const metric of limits.keys()) {
    if (view.undefined.has(metric)) continue;
    for (const part of metric in view.spans ? [metric] : DERIVED[metric].parts) names.add(part);
  }
  const facts = [...new Set(leaves.filter((leaf) => leaf[0] === "fact").map((leaf) => leaf[1]))].sort();
  const settled = allWays(facts, (name) => view.facts[name]);
  const shared = { part: view.part, undefined: view.undefined };
  return grid(view, [...names], limits, {}).flatMap((spans) => settled.map((chosen) => ({ spans, facts: chosen, ...shared })));
}

/** Every way to settle some facts, those that are known kept. */
function allWays(names, known) {
  return names.reduce(
    (ways, name) => {
      const value = known(name);
      const values = value === true || value === false ? [value] : [true, false];
      return ways.flatMap((way) => values.map((choice) => ({ ...way, [name]: choice })));
    },
    [{}],
  );
}

function grid(view, names, limits, known) {
  if (!names.length) return [known];
  const [name, ...rest] = names;
  return samplesOf(view, name, limits, known).flatMap((value) => grid(view, rest, limits, { ...known, [name]: value }));
}

/** One value for each stretch of a span between limits, and each limit; an area of zero (planar logic) is a stretch by itself. */
function samplesOf(view, name, limits, known) {
  const [low, high] = view.spans[name];
  if (same(low, high)) return [low];
  const touched = criticalOf(view, name, limits, known);
  const mayVanish = isZero(low) && name === "applicable_die_area";
  if (!touched.length && !mayVanish) return [low];
  const inside = touched.filter((value) => compare(value, low) > 0 && !same(value, high));
  const ends = [low, ...inside, ...(high === null ? [] : [high])];
  const between = ends.slice(1).map((end, at) => middle(ends[at], end));
  const beyond = high === null ? add(times(ends[ends.length - 1], TWO), ONE) : high;
  const samples = ordered([low, ...inside, ...between, beyond]);
  return mayVanish && high === null ? samples.slice(1) : samples;
}

function criticalOf(view, name, limits, known) {
  const [low, high] = view.spans[name];
  const found = [...(limits.get(name) ?? [])];
  for (const [metric, derived] of Object.entries(DERIVED)) {
    if (metric in view.spans || view.undefined.has(metric) || !derived.parts.includes(name)) continue;
    const at = derived.parts.indexOf(name);
    for (const other of endsOf(view, derived.parts[1 - at], limits, known)) {
      for (const limit of limits.get(metric) ?? []) found.push(derived.solve[at](limit, other));
    }
  }
  return ordered(found.filter((value) => compare(value, low) >= 0 && (high === null || compare(value, high) <= 0)));
}

/** The values of a metric that matter to its partner: itself where known, else its ends and limits. */
function endsOf(view, name, limits, known) {
  if (name in known) return [known[name]];
  const [low, high] = view.spans[name];
  return [low, ...(limits.get(name) ?? []), ...(high === null ? [] : [high])];
}

/** Where limits cut the span of one metric, everything else being fixed. */
function cutsOf(view, name, leaves) {
  const known = Object.fromEntries(
    Object.entries(view.spans).flatMap(([other, span]) => (other === name ? [] : [[other, span[0]]])),
  );
  const [low, high] = view.spans[name];
  return criticalOf(view, name, limitsIn(leaves), known).filter((value) => compare(value, low) > 0 && !same(value, high));
}
