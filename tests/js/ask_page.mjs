// Answers questions as the explorer page does: reads {data, asked} from standard input, where each
// entry of asked is [chip, question], and writes a list of answers.

import { readFileSync } from "node:fs";
import { load } from "./page.mjs";

const { data, asked } = JSON.parse(readFileSync(0, "utf8"));
const js = load();
const engine = js.engineOf(js.readData(data));
const answers = asked.map(([chip, question]) => engine.ask(chip, question));
process.stdout.write(JSON.stringify(answers));
