// Exact numbers: a threshold is met where it lies and nowhere beside it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./page.mjs";

const js = load();
const { exact, plainText, display, OPERATORS } = js;

test("decimal text is read exactly", () => {
  assert.ok(js.same(exact("5.92"), js.ratio(592n, 100n)));
  assert.ok(js.same(exact("1e3"), exact("1000")));
  assert.ok(js.same(exact("2.5E-3"), exact("1/400")));
  assert.ok(js.same(exact("-0.5"), exact("-1/2")));
  assert.equal(exact(null), null);
});

test("a tenth and two tenths are three tenths", () => {
  assert.ok(js.same(js.add(exact("0.1"), exact("0.2")), exact("0.3")));
});

test("4,736 over 800 is 5.92 and meets it", () => {
  const density = js.over(exact("4736"), exact("800"));
  assert.ok(OPERATORS.ge(density, exact("5.92")));
  assert.ok(!OPERATORS.gt(density, exact("5.92")));
  assert.ok(OPERATORS.le(density, exact("5.92")));
  assert.ok(!OPERATORS.lt(density, exact("5.92")));
});

test("a thousandth below a threshold is below it", () => {
  assert.ok(OPERATORS.lt(exact("4799.999"), exact("4800")));
  assert.ok(!OPERATORS.ge(exact("4799.999"), exact("4800")));
});

test("numbers beyond 53 bits keep their last digit", () => {
  const large = exact("9007199254740993");
  assert.equal(js.compare(large, exact("9007199254740992")), 1);
  assert.equal(plainText(large), "9007199254740993");
});

test("values in order, each once", () => {
  const values = js.ordered(["3", "1/2", "0.5", "2"].map(exact));
  assert.deepEqual(values.map(plainText), ["0.5", "2", "3"]);
});

test("the middle lies between", () => {
  assert.equal(plainText(js.middle(exact("1600"), exact("2400"))), "2000");
  assert.equal(plainText(js.middle(exact("0"), exact("1/3"))), "1/6");
});

test("plain text has no rounding", () => {
  assert.equal(plainText(exact("1/3")), "1/3");
  assert.equal(plainText(exact("10/4")), "2.5");
  assert.equal(plainText(exact("-7/4")), "-1.75");
});

test("numbers for people have thousands commas and at most two decimals", () => {
  assert.equal(display(exact("4800")), "4,800");
  assert.equal(display(exact("1234567.891")), "1,234,567.89");
  assert.equal(display(exact("5.920")), "5.92");
  assert.equal(display(null), "–");
});

test("a number is printed on its own side of a threshold", () => {
  const limits = [exact("4800"), exact("5.92")];
  assert.equal(js.displayApart(exact("4799.999"), limits), "4,799.999");
  assert.equal(js.displayApart(exact("4800"), limits), "4,800");
  assert.equal(js.displayApart(exact("4800.0001"), limits), "4,800.0001");
  assert.equal(js.displayApart(exact("5.91999"), limits), "5.91999");
  assert.equal(js.displayApart(exact("1599.999"), limits), "1,600");
  assert.equal(js.displayApart(null, limits), "–");
});

test("halves are rounded to the even digit, as Python rounds them", () => {
  assert.equal(display(exact("0.125")), "0.12");
  assert.equal(display(exact("0.375")), "0.38");
  assert.equal(display(exact("2.5"), 0), "2");
  assert.equal(display(exact("3.5"), 0), "4");
});

test("a quotient of very long numbers is still a number for a picture", () => {
  const long = js.ratio(3n * 10n ** 400n, 10n ** 400n);
  assert.ok(Math.abs(js.toNumber(long) - 3) < 1e-9);
});
