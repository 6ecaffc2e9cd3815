// Unknown values are divided at thresholds: one value in each piece, and each threshold itself.

import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./page.mjs";

const js = load();
const { exact, plainText } = js;

const leaves = (...texts) =>
  texts.map(([metric, operator, text]) => ["metric", metric, operator, exact(text), text]);

/** What is known of a chip, by low and high ends. */
function known(intervals, undefinedMetrics = []) {
  const read = Object.entries(intervals).map(([name, ends]) => [name, ends.map(exact)]);
  return {
    intervals: Object.fromEntries(read),
    facts: {},
    part: null,
    undefined: new Set(undefinedMetrics),
  };
}

const valuesOf = (figures, asked, name) =>
  js.chipAssignmentsOf(figures, asked).map(({ values }) => plainText(values[name]));

test("a known value is the only one", () => {
  const figures = known({ tpp: ["2368", "2368"], applicable_die_area: ["1", "1"] });
  assert.deepEqual(valuesOf(figures, leaves(["tpp", "ge", "4800"]), "tpp"), ["2368"]);
});

test("an unknown value lies below, at or above each threshold", () => {
  const figures = known({ tpp: ["0", null], applicable_die_area: ["1", "1"] });
  const values = valuesOf(figures, leaves(["tpp", "ge", "1600"], ["tpp", "ge", "4800"]), "tpp");
  const [zero, below, first, between, second, beyond] = values.map(Number);
  assert.equal(values.length, 6);
  assert.equal(zero, 0);
  assert.ok(below > 0 && below < 1600);
  assert.equal(first, 1600);
  assert.ok(between > 1600 && between < 4800);
  assert.equal(second, 4800);
  assert.ok(beyond > 4800);
});

test("a threshold outside the interval divides nothing", () => {
  const figures = known({ tpp: ["5000", "6000"], applicable_die_area: ["1", "1"] });
  assert.equal(valuesOf(figures, leaves(["tpp", "ge", "4800"]), "tpp").length, 1);
});

test("an unknown area is divided where the density meets its threshold", () => {
  const figures = known({ tpp: ["4736", "4736"], applicable_die_area: ["100", "1000"] });
  const asked = leaves(["performance_density", "ge", "5.92"]);
  const areas = valuesOf(figures, asked, "applicable_die_area");
  assert.ok(areas.includes("800"), areas.join());
});

test("a density of an area of zero has no value", () => {
  const values = { tpp: exact("4800"), applicable_die_area: exact("0") };
  const chip = { values, facts: {}, part: null, undefined: new Set() };
  assert.equal(js.valueAt(chip, "performance_density"), null);
});

test("a density is TPP over area", () => {
  const values = { tpp: exact("4800"), applicable_die_area: exact("750") };
  const chip = { values, facts: {}, part: null, undefined: new Set() };
  assert.equal(plainText(js.valueAt(chip, "performance_density")), "6.4");
});

test("an unknown fact is tried both ways, a known one as it is", () => {
  const ways = js.allWays(["datacenter", "digital"], (name) => (name === "digital" ? true : null));
  assert.deepEqual(ways, [
    { datacenter: true, digital: true },
    { datacenter: false, digital: true },
  ]);
});
