// Trees of conditions and dated places.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ENTRY, load, record } from "./page.mjs";

const js = load();
const rule = js.readRule(ENTRY);

test("a rule's leaves are its comparisons and facts, those of the exemption included", () => {
  const leaves = js.ownLeaves(rule);
  const metrics = leaves.filter(([kind]) => kind === "metric");
  assert.equal(metrics.length, 1 + 2 + 4 + 3);
  assert.deepEqual(js.factsAsked(leaves), ["digital"]);
});

test("a condition on a member is found inside it", () => {
  const inner = ["outcome", ["3A090.a"]];
  const tree = js.readCondition(["any", ["member", inner], ["fact", "digital", true]]);
  assert.deepEqual(js.membersIn(tree), [inner]);
  assert.deepEqual([...js.outcomesAsked(js.leavesIn(tree))], ["3A090.a"]);
});

test("outcomes in the order of the paragraphs, each once", () => {
  assert.deepEqual(js.outcomesOf(rule), ["3A090.a", "3A090.b"]);
});

test("paragraphs share their entry", () => {
  assert.equal(js.entryOf(["3A090.a", "3A090.b"]), "3A090");
  assert.equal(js.entryOf(["3A090.a.1", "3A090.a.2"]), "3A090.a");
  assert.equal(js.entryOf(["3A090.a"]), "3A090.a");
  assert.equal(js.entryOf(["3A090", "4A090"]), null);
  assert.equal(js.entryOf([]), null);
});

test("true, false and not known are joined as in three-valued logic", () => {
  assert.equal(js.allOf([true, null]), null);
  assert.equal(js.allOf([false, null]), false);
  assert.equal(js.anyOf([true, null]), true);
  assert.equal(js.anyOf([false, null]), null);
  assert.equal(js.allOf([]), true);
  assert.equal(js.anyOf([]), false);
});

test("a dated answer holds from its day", () => {
  const periods = [["2024-04-04", "yes"], ["2025-01-01", "no"]];
  assert.equal(js.heldOn(periods, "2024-04-03"), false);
  assert.equal(js.heldOn(periods, "2024-04-04"), true);
  assert.equal(js.heldOn(periods, "2024-12-31"), true);
  assert.equal(js.heldOn(periods, "2025-01-01"), false);
});

test("a scope holds, does not, or is not known", () => {
  const places = new js.Places(record().places);
  const scope = { to: 0 };
  assert.equal(places.holds(null, {}), true);
  assert.equal(places.holds(scope, { to: "CN", on: "2024-01-01" }), true);
  assert.equal(places.holds(scope, { to: "DE", on: "2024-01-01" }), false);
  assert.equal(places.holds(scope, { to: "DE", on: "2030-01-01" }), null);
  assert.equal(places.holds(scope, { to: null, on: "2024-01-01" }), null);
});

test("Hong Kong is China from its day", () => {
  const places = new js.Places(record().places);
  assert.equal(places.code("HK", "2020-12-22"), "HK");
  assert.equal(places.code("HK", "2020-12-23"), "CN");
});
