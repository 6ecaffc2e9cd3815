// What a language model gives on a derated chip or on one of the reader's own: the model of
// chipdb/workloads, for prefill and decode of a dense model. Estimates have three digits, so plain
// numbers are exact enough here.

const NOMINAL_CORNER = "nominal";
const HALF = 2;

/** The figures of a chip with its knobs turned, in base units; null without an estimate. */
function turnedMachine({ record, factors }, { machines }) {
  const machine = machines[record.id];
  if (!machine) return null;
  const by = (knob) => (factors[knob] ? toNumber(reduced(factors[knob])) : 1);
  return {
    ...machine,
    operations: mapValues(machine.operations, (rate) => rate * by("compute")),
    memoryBandwidth: machine.memoryBandwidth * by("memory-bandwidth"),
    link: machine.link * by("link-bandwidth"),
  };
}

/** The metrics of a chip of the reader's own without which there is no estimate. */
const DESIGN_NEEDS = ["tpp", "memory_bandwidth", "memory_capacity"];

/** The missing figures that leave a chip without an estimate; a figure of 0 gives none either. */
function neededBy(item, { needed }) {
  if (item.record.id !== OWN) return needed[item.record.id] ?? [];
  return DESIGN_NEEDS.filter((metric) => !numberOf(item, metric));
}

/** A metric as a plain number; 0 where it is unknown. */
function numberOf(item, metric) {
  const value = item.value(metric);
  return value === null ? 0 : toNumber(value);
}

/** The figures of a chip of the reader's own, in base units: the data has those of a chip whose
 * metrics are 1, and each is proportional to its metric. */
function designMachine(item, { design }) {
  const tpp = numberOf(item, "tpp");
  return {
    ...design,
    operations: mapValues(design.operations, (rate) => rate * tpp),
    memoryBandwidth: design.memoryBandwidth * numberOf(item, "memory_bandwidth"),
    capacity: design.capacity * numberOf(item, "memory_capacity"),
    link: design.link * numberOf(item, "interconnect_bandwidth"),
  };
}

/** Low, nominal and high in tokens per second per chip, with the chips, layout and precision of the
 * best group; zeros where no group holds the model. */
function throughputOn(machine, question, known) {
  let best = null;
  let bestRate = 0;
  for (const layout of layoutsOn(machine, known)) {
    if (!fitsIn(layout, machine, question, known)) continue;
    const rate = rateIn(layout, machine, question, known, NOMINAL_CORNER);
    if (rate > bestRate) [best, bestRate] = [layout, rate];
  }
  if (!best) return [0, 0, 0, null, null, machine.precision];
  const rates = Object.keys(known.corners).map((corner) =>
    rateIn(best, machine, question, known, corner),
  );
  const ordered = [...rates].sort((one, other) => one - other);
  const shown = [ordered[0], bestRate, ordered[2]].map((rate) => Number(rate.toPrecision(3)));
  return [...shown, best.tensor * best.pipeline, layoutText(best), machine.precision];
}

/** A layout as users write it, such as TP4PP2. */
function layoutText({ tensor, pipeline }) {
  const parts = [["TP", tensor], ["PP", pipeline]].filter(([, chips]) => chips > 1);
  return parts.map(([word, chips]) => word + chips).join("") || "TP1";
}

/** The layouts of 1, 2, 4 and so on chips: tensor parallelism stays among chips that are near. */
function layoutsOn(machine, { model, mostChips }) {
  const layouts = [];
  for (let chips = 1; chips <= mostChips; chips *= 2) {
    for (let pipeline = 1; pipeline <= Math.min(chips, model.layers); pipeline *= 2) {
      const tensor = chips / pipeline;
      if (tensor <= nearOf(machine) && model.heads % tensor === 0) layouts.push({ tensor, pipeline });
    }
  }
  return layouts;
}

/** The chips that exchange data without the network. */
function nearOf({ link, hostLink, domain, node }) {
  if (link > 0) return domain;
  return hostLink > 0 ? node : 1;
}

/** Whether the chips hold the weights and the sequences of the question. */
function fitsIn({ tensor, pipeline }, machine, { sequences, input }, { model, workspace }) {
  const shared = tensor * pipeline;
  const weights = (model.linear / shared) * machine.weightBytes + ((2 * model.head) / shared) * HALF;
  const parts = pipeline * Math.min(tensor, model.keyValueHeads);
  const cacheOfToken = (model.cachedValues * machine.cacheBytes) / parts;
  const free = machine.capacity - weights - workspace;
  return free / (cacheOfToken * input) >= sequences;
}

/** Tokens per second per chip in a layout at a corner. */
function rateIn(layout, machine, question, known, corner) {
  const { tokens, input, isPrompt } = question;
  const inStage = tokens / layout.pipeline;
  const pass = isPrompt
    ? { tokens: inStage, sequences: inStage / input, context: input / 2, isPrompt }
    : { tokens: inStage, sequences: inStage, context: input, isPrompt };
  const seconds = passSeconds(pass, layout, machine, known, known.corners[corner]);
  const served = seconds / known.corners[corner].serving;
  return tokens / served / (layout.tensor * layout.pipeline);
}

/** The seconds of one pass through all layers. */
function passSeconds(pass, layout, machine, { model, ridge, mostProducts }, share) {
  const { tensor, pipeline } = layout;
  const productsAt = (bits) => {
    const peak = machine.operations[bits];
    const doublings = Math.log2(peak / machine.memoryBandwidth / ridge.balance);
    const reached = ridge.at_balance - ridge.slope * doublings;
    const ofPeak = Math.max(ridge.least, Math.min(ridge.most, reached));
    return peak * Math.min(mostProducts, share.products * ofPeak);
  };
  const memoryRate = machine.memoryBandwidth * share.memory;
  const linear = model.linear / tensor;
  const head = model.head / tensor;
  const each = pass.isPrompt ? model.promptOperations : model.decodeOperations;
  const attention = (model.layers * each * pass.context * pass.tokens) / tensor;
  const parts = Math.min(tensor, model.keyValueHeads);
  const cache = (model.cachedValues * pass.context * pass.sequences * machine.cacheBytes) / parts;
  // Each part is a pair: the seconds of its products, and those of its memory traffic.
  const pairs = [
    [(2 * linear * pass.tokens) / productsAt(machine.bits), (linear * machine.weightBytes) / memoryRate],
    [attention / (machine.operations[16] * share.prompt_attention), pass.isPrompt ? 0 : cache / memoryRate],
    [(2 * head * pass.sequences) / productsAt(16), (head * HALF) / memoryRate],
  ];
  let seconds = tensorTraffic(pass, tensor, machine, model, share);
  for (const [products, memory] of pairs) {
    // Only at the high corner the shorter of the two hides behind the longer.
    seconds += share.overlapped ? Math.max(products, memory) : products + memory;
  }
  const launch = pass.isPrompt ? share.prompt_layer_seconds : share.layer_seconds;
  seconds += model.layers * launch;
  return seconds + (pipeline - 1) * share.stage * seconds;
}

/** The seconds of two all-reduces of the hidden state in each layer. */
function tensorTraffic({ tokens }, tensor, machine, model, share) {
  if (tensor === 1) return 0;
  const state = tokens * model.width * HALF;
  const each = (((2 * (tensor - 1)) / tensor) * state) / linkRate(tensor, machine, share);
  return 2 * model.layers * (each + share.collective_seconds);
}

/** The bytes/s, one way, that each of some chips exchanges with the others. */
function linkRate(chips, { link, hostLink, network, domain, node }, share) {
  if (link > 0 && chips <= domain) return link * share.link;
  const throughHost = hostLink * share.host_link;
  if (throughHost && chips <= node) return throughHost;
  const rate = network * share.link;
  return throughHost && !(link > 0) ? Math.min(rate, throughHost) : rate;
}
