// Estimates as the explorer page makes them: reads {data, asked} from standard input, where each entry
// of asked is [chip, knobs in percent], and writes the answers by question for each.

import { readFileSync } from "node:fs";
import { load } from "./page.mjs";

const { data: record, asked } = JSON.parse(readFileSync(0, "utf8"));
globalThis.matchMedia = () => ({ matches: false });
const js = load("estimates");
const data = js.readData(record);

const answers = asked.map(([chip, knobs]) => {
  const factors = js.mapValues(knobs, js.multipleOf);
  return js.deratedAnswers(new js.Item(data.byId.get(chip), data, factors), data.estimates);
});
process.stdout.write(JSON.stringify(answers));
