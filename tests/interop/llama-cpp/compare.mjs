// Compares the answers about one GGUF file with those about the model folder it was made from, and prints a line.
// usage: node compare.mjs TYPE FOLDER.json GGUF.json LLAMA.json; GGUF is our reading of the file. Exit code 1: a bound is broken.
import { readFileSync } from "node:fs";

// Perplexity over that of the float32 model may differ by this factor.
const perplexityBounds = { f32: 1.0001, f16: 1.005, bf16: 1.02, q8_0: 1.01, q4_0: 1.25 };

const [type, ...files] = process.argv.slice(2);
const [folder, gguf, llama] = files.map((file) => JSON.parse(readFileSync(file, "utf8")));
const flat = (answers) => answers.logProbabilities.flat();
const perplexity = (answers) => Math.exp(-flat(answers).reduce((sum, value) => sum + value, 0) / flat(answers).length);
const farthest = (a, b) => Math.max(...flat(a).map((value, i) => Math.abs(value - flat(b)[i])));
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const agreeing = (a, b) => {
    const pairs = a.continuations.flatMap((ids, i) => ids.map((id, j) => id === b.continuations[i][j]));
    return `${pairs.filter((equal) => equal).length}/${pairs.length}`;
};

console.log(
    `${type}: perplexity folder ${perplexity(folder).toFixed(4)}, GGUF here ${perplexity(gguf).toFixed(4)}, llama.cpp ${perplexity(llama).toFixed(4)}; ` +
    `greedy tokens as the folder's: here ${agreeing(folder, gguf)}, llama.cpp ${agreeing(folder, llama)}; ` +
    `largest difference of a log-probability between GGUF here and llama.cpp ${farthest(gguf, llama).toExponential(1)}`);

const problems = [];
const require = (condition, problem) => condition || problems.push(problem);
require(flat(folder).length > 50 && flat(llama).every(Number.isFinite), "too few or unreal log-probabilities");
require(same(folder.prompts, llama.prompts), "llama.cpp splits the texts into other tokens");
require(same(folder.prompts, gguf.prompts), "the tokenizer read back splits the texts into other tokens");
for (const [name, answers] of [["GGUF here", gguf], ["llama.cpp", llama]]) {
    const ratio = perplexity(answers) / perplexity(folder);
    require(Math.max(ratio, 1 / ratio) <= perplexityBounds[type], `${name}: perplexity is ${ratio.toFixed(5)} of the folder's`);
}
if (type === "f32") {
    require(same(folder.continuations, llama.continuations), "llama.cpp continues with other tokens");
    require(same(folder.logProbabilities, gguf.logProbabilities), "the model read back is not the same model");
    require(farthest(folder, llama) < 1e-3, "llama.cpp's log-probabilities are others");
}
problems.forEach((problem) => console.error(`error: ${type}: ${problem}`));
process.exit(problems.length > 0 ? 1 : 0);
