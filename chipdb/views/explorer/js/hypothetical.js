// A hypothetical chip: the metrics that somebody states, and what these bound of the others. The
// bounds are those of chipdb/metrics.

const isExactly = (value) => ({
  value,
  low: value,
  high: value,
  least: value,
  most: value,
  missing: [],
});

const isUnknown = (missing, low = ZERO, high = null) => ({
  value: null,
  low,
  high,
  least: low,
  most: high,
  missing: [missing],
});

/** The record of a hypothetical chip: `given` are exact numbers by metric; `datacenter`, whether it
 * is designed or marketed for datacenters, is true, false or null. */
function hypothetical(name, given, datacenter, data) {
  const spread = (metric) => {
    if (metric in given) return isExactly(given[metric]);
    const implied = IMPLIED[metric];
    return implied ? implied(given, spread, data) : isUnknown(`metrics.${metric}`);
  };
  const spreads = {};
  for (const metric of ownMetrics(given, data)) spreads[metric] = rawSpread(spread(metric));
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
    sale: { isKnown: false, since: null },
    declared: null,
    readings: [[null, null]],
    figures: [],
    inputs: {},
    knobs: [],
    package: {
      high_bandwidth_memory: null,
      planar_logic_only: false,
      transistors_stated: "transistors" in given,
      // nobody attests anything of a design
      approved_designer: false,
      authorized_designer: false,
      application_pending: false,
      packaged_by_fabricator: false,
      packaged_by_approved_osat: false,
      text_unsettled: null,
    },
    note: null,
    given,
    spreads: { "": spreads },
  };
}

/** The metrics that have an interval of their own: all that are not derived, and derived ones that
 * are given. A density is not one where TPP and area give it; one of zero, which no area gives, is
 * no density. */
function ownMetrics(given, data) {
  const isOwn = (metric) => {
    if (!(metric in DERIVED)) return true;
    if (!(metric in given)) return false;
    if (metric !== "performance_density") return true;
    const isDerived = "tpp" in given && "applicable_die_area" in given;
    return !isDerived && !isZero(given.performance_density);
  };
  return Object.keys(data.units).filter(isOwn);
}

/** A spread in the form that the data has. */
function rawSpread(spread) {
  const ends = ENDS.map((end) => (spread[end] === null ? null : plainText(spread[end])));
  return [...ends, spread.missing];
}

/** What given metrics say of those that are not given. */
const IMPLIED = {
  tpp({ performance_density: density, applicable_die_area: area }) {
    return density && area ? isExactly(times(density, area)) : isUnknown("throughput");
  },

  applicable_die_area({ performance_density: density, tpp }) {
    if (!density || !tpp) return isUnknown("dies");
    if (isZero(density)) return isUnknown("metrics.performance_density");
    return isExactly(over(tpp, density));
  },

  /** Operations without their bit length: at least the TPP over the longest format. */
  tops(given, spread, data) {
    const tpp = spread("tpp");
    if (tpp.value === null) return isUnknown("throughput");
    return isUnknown("throughput", over(tpp.low, exact(data.longest)));
  },

  aggregate_io_bandwidth: (given) => isUnknown("links", given.interconnect_bandwidth ?? ZERO),

  interconnect_bandwidth: (given) =>
    isUnknown("links", ZERO, given.aggregate_io_bandwidth ?? null),

  /** The letters do not define it: between the chip-to-chip links and all links. */
  letter_io_bandwidth(given, spread) {
    const all = spread("aggregate_io_bandwidth");
    const chipToChip = spread("interconnect_bandwidth");
    if (all.value === null) return isUnknown("links", chipToChip.low, all.high);
    return {
      ...all,
      low: least(all.low, chipToChip.low),
      least: least(all.least, chipToChip.least),
    };
  },
};
