// A hypothetical chip: metrics that somebody states, and what they bound of the others.

const EXACTLY = (value) => ({ value, low: value, high: value, least: value, most: value, missing: [] });
const UNKNOWN = (missing, low = ZERO, high = null) => ({ value: null, low, high, least: low, most: high, missing: [missing] });

/** The record of a hypothetical chip; `given` are exact numbers by metric, `datacenter` true, false or null. */
function hypothetical(name, given, datacenter, data) {
  const has = (metric) => metric in given;
  const spread = (metric) =>
    has(metric) ? EXACTLY(given[metric]) : (IMPLIED[metric] ?? UNKNOWN_ANYWAY)(metric, given, spread, data);
  const made = has("tpp") && has("applicable_die_area");
  const density = has("performance_density") && !isZero(given.performance_density) && !made;
  const own = Object.keys(data.units).filter(
    (metric) => !(metric in DERIVED) || (has(metric) && (metric !== "performance_density" || density)),
  );
  return {
    id: "hypothetical",
    name,
    vendor: null,
    kind: "processor",
    architecture: null,
    model: null,
    aliases: [],
    announced: null,
    datacenter,
    digital: true,
    hypothetical: true,
    since: null,
    declared: null,
    readings: [[null, null]],
    figures: [],
    inputs: {},
    knobs: [],
    package: { high_bandwidth_memory: null, planar_logic_only: false, transistors_stated: has("transistors") },
    note: null,
    given,
    spreads: { "": Object.fromEntries(own.map((metric) => [metric, written(spread(metric))])) },
  };
}

/** A spread in the form of the data. */
function written(spread) {
  return [...ENDS.map((end) => (spread[end] === null ? null : `${spread[end].n}/${spread[end].d}`)), spread.missing];
}

const UNKNOWN_ANYWAY = (metric) => UNKNOWN(`metrics.${metric}`);

/** What given metrics say of those that are not given. */
const IMPLIED = {
  tpp(metric, given) {
    const { performance_density: density, applicable_die_area: area } = given;
    return density && area ? EXACTLY(times(density, area)) : UNKNOWN("throughput");
  },
  applicable_die_area(metric, given) {
    const { performance_density: density, tpp } = given;
    return density && tpp && !isZero(density)
      ? EXACTLY(over(tpp, density))
      : UNKNOWN(density && tpp ? "metrics.performance_density" : "dies");
  },
  /** Operations without bit length: at least the TPP over the longest format. */
  tops(metric, given, spread, data) {
    const tpp = spread("tpp");
    return UNKNOWN("throughput", tpp.value === null ? ZERO : over(tpp.low, exact(data.longest)));
  },
  aggregate_io_bandwidth: (metric, given) => UNKNOWN("links", given.interconnect_bandwidth ?? ZERO),
  interconnect_bandwidth: (metric, given) => UNKNOWN("links", ZERO, given.aggregate_io_bandwidth ?? null),
  /** Undefined in the letters: between the chip-to-chip links alone and all links. */
  letter_io_bandwidth(metric, given, spread) {
    const [links, chips] = [spread("aggregate_io_bandwidth"), spread("interconnect_bandwidth")];
    if (links.value === null) return UNKNOWN("links", chips.low, links.high);
    return { ...links, low: least(links.low, chips.low), least: least(links.least, chips.least) };
  },
};
