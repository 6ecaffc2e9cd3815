// Whole answers on two rules written out from their text: what is met at, above and below each
// threshold, what is missing, and whether a license follows.

import assert from "node:assert/strict";
import { test } from "node:test";
import { load, record } from "./page.mjs";

const js = load();
const engine = js.engineOf(js.readData(record()));
const ON = "2024-06-01";

const ask = (metrics, asked = {}) =>
  engine.ask({ metrics, datacenter: true }, { on: ON, ...asked });

const outcomeOf = (metrics) => {
  const { status, outcome } = ask(metrics).classification;
  return outcome ?? status;
};

const AREA = "1000";
const cases = [
  // TPP of 4,800 or more, whatever the density
  ["4800", AREA, "3A090.a"],
  ["4799.999", AREA, "3A090.b"],
  ["4800", "1000000", "3A090.a"],
  // TPP of 1,600 or more and a density of 5.92 or more
  ["1600", "270", "3A090.a"],
  ["1599.999", "270", "not-met"],
  ["4736", "800", "3A090.a"],
  ["4736", "800.001", "3A090.b"],
  // TPP of 2,400 or more and a density of 1.6 or more
  ["2400", "1500", "3A090.b"],
  ["2400", "1500.001", "not-met"],
  ["2399.999", "1499", "not-met"],
  // TPP of 1,600 or more and a density of 3.2 or more
  ["1600", "500", "3A090.b"],
  ["1600", "500.001", "not-met"],
];
for (const [tpp, area, expected] of cases) {
  test(`TPP ${tpp} on ${area} mm^2: ${expected}`, () => {
    assert.equal(outcomeOf({ tpp, applicable_die_area: area }), expected);
  });
}

test("without an area, 4,800 is met and 2,000 is undetermined", () => {
  assert.equal(outcomeOf({ tpp: "4800" }), "3A090.a");
  assert.equal(outcomeOf({ tpp: "2000" }), "undetermined");
  assert.equal(outcomeOf({ tpp: "1599" }), "not-met");
});

test("a missing TPP names its break-evens", () => {
  // at 1,000 mm^2 a TPP of 2,400 has a density of 2.4, which is .b; .a follows at 4,800
  const [[figure, breakEvens]] = ask({ applicable_die_area: AREA }).breakEvens;
  assert.equal(figure, "tpp");
  assert.deepEqual(breakEvens, ["2400", "4800"]);
});

test("a missing area names the area at which the density is 3.2 and 5.92", () => {
  const [[, breakEvens]] = ask({ tpp: "1776" }).breakEvens;
  assert.deepEqual(breakEvens, ["300", "555"]);
});

test("before its first day the entry does not apply", () => {
  const { answers } = ask({ tpp: "4800" }, { on: "2023-11-16" });
  assert.deepEqual(Object.keys(answers), []);
});

test("a license follows from the classification, for the destination in scope", () => {
  const required = (metrics, to) => ask(metrics, { to }).license.required;
  assert.equal(required({ tpp: "4800" }, "CN"), "yes");
  assert.equal(required({ tpp: "4800" }, "HK"), "yes");
  assert.equal(required({ tpp: "4800" }, "DE"), "no");
  assert.equal(required({ tpp: "1599" }, "CN"), "no");
  assert.equal(required({ tpp: "2000" }, "CN"), "undetermined");
});

test("a required license has the review policy of its rule", () => {
  const { classification, license } = ask({ tpp: "4799", applicable_die_area: "900" }, { to: "CN" });
  assert.equal(classification.outcome, "3A090.b");
  assert.equal(license.required, "yes");
  assert.equal(license.review, "presumption-of-denial");
});

test("a rule of one's own is asked between its dates", () => {
  const mine = { ...js.readData(record()).rules[0], id: "mine", own: true };
  Object.assign(mine, { starts: "2026-01-01", ends: "2026-04-01", kinds: [], scope: null });
  const data = { rules: [mine], places: { holds: () => true } };
  const askedOn = (on) => {
    const question = { on, to: null, named: new Set(), printed: false, role: null };
    return js.rulesAsked(question, { kind: "processor" }, data);
  };
  for (const [on, applies] of [
    ["2025-12-31", false],
    ["2026-01-01", true],
    ["2026-03-31", true],
    ["2026-04-01", false],
  ]) {
    const { asked, absent } = askedOn(on);
    assert.equal(asked.includes(mine), applies, on);
    assert.equal(absent.includes(mine), !applies, on);
  }
});

/** The license to China of a processor of TPP 5,000, under a rule with an exception. */
function licenseWith(more) {
  const exception = {
    name: "OWN",
    section: "1",
    when: ["all"],
    scope: null,
    starts: null,
    ends: null,
    conditions: [],
    closed: null,
    dependsOn: null,
    outside: "only elsewhere",
    unmet: "not for it",
    text: "it is small",
  };
  const written = record();
  const [entry, requirement] = written.rules.map((rule) => ({ ...rule, bars: [], barredBy: null }));
  requirement.exceptions = [{ ...exception, ...more }];
  const data = js.readData({ ...written, rules: [entry, requirement] });
  const asked = { to: data.places.code("CN", ON), from: null, headquarters: null, role: null };
  const question = { ...asked, on: ON, printed: true, named: new Set() };
  const given = { tpp: js.exact("5000"), applicable_die_area: js.exact("1000") };
  const item = new js.Item(js.hypothetical("own", given, true, data), data, {});
  return js.check(item, question, data).license;
}

const isSmall = { when: ["metric", "tpp", "lt", "1000"] };

test("an exception that leaves the item out is closed, whatever the transaction", () => {
  const [closed] = licenseWith({ ...isSmall, dependsOn: "a purpose" }).closed;
  assert.equal(closed.because, "not for it");
  const [depending] = licenseWith({ dependsOn: "a purpose" }).closed;
  assert.equal(depending.because, "depends on the transaction: a purpose");
});

test("what is open of an exception are its places, where the item is settled", () => {
  // the second list of periods is open from 2030, and the scope of headquarters is not known
  const [doubtful] = licenseWith({ scope: { headquarters: 0 } }).doubtful;
  assert.deepEqual(doubtful.doubts(), { ofPlaces: true, ofItem: false });
});
