// Estimates as the explorer page makes them: reads {data, asked} from standard input, where each entry
// of asked is [chip, knobs in percent], and writes the answers by question for each. A chip is an id,
// or the metrics of one of the reader's own; if figures are missing, the answer is their names.

import { readFileSync } from "node:fs";
import { load } from "./page.mjs";

const { data: record, asked } = JSON.parse(readFileSync(0, "utf8"));
globalThis.matchMedia = () => ({ matches: false });
const js = load("estimates");
const data = js.readData(record);

function recordOf(chip) {
  if (typeof chip === "string") return data.byId.get(chip);
  return js.hypothetical("own", js.mapValues(chip, js.exact), true, data);
}

const answers = asked.map(([chip, knobs]) => {
  const factors = js.mapValues(knobs, js.multipleOf);
  const item = new js.Item(recordOf(chip), data, factors);
  const needed = js.neededBy(item, data.estimates);
  return needed.length ? needed : js.madeAnswers(item, data.estimates);
});
process.stdout.write(JSON.stringify(answers));
