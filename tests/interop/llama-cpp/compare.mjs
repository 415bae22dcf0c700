// Compares what OlmoSharp and llama.cpp make of the GGUF files in a folder with each other and with the model folder they were made from.
// Prints a table. usage: node compare.mjs NAME FOLDER; exit code 1: a bound is broken.
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const [name, folder] = process.argv.slice(2);

// distance: root mean square of the difference of log-probabilities between OlmoSharp and llama.cpp on the same file. Both multiply the
// same weights; they differ by how llama.cpp rounds the activations: not at all, to 11 or 8 bits of mantissa, or to 8 bits with one
// scale for 32 or (q4_k_m) for 256 elements. A wrong scale, sign or order of bits moves log-probabilities by whole nats.
// loss: perplexity over that of float32. For 16 and 8 bits, what is left of rounding in a few thousand tokens; for 4 bits, what
// llama.cpp's authors publish for LLaMA 7B: 4.2 % for q4_0, 0.9 % for q4_k_m.
const bounds = {
    f32: { distance: 1e-4, loss: 1e-5 },
    f16: { distance: 1e-3, loss: 1e-3 },
    bf16: { distance: 5e-3, loss: 1e-3 },
    q8_0: { distance: 0.02, loss: 2e-3 },
    q4_0: { distance: 0.02, loss: 0.042 },
    q4_k_m: { distance: 0.04, loss: 0.009 },
};
const read = (file) => JSON.parse(readFileSync(join(folder, file), "utf8"));
const flat = (answers) => answers.logProbabilities.flat();
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const perplexity = (answers) => Math.exp(-mean(flat(answers)));
const differences = (a, b) => flat(a).map((value, i) => Math.abs(value - flat(b)[i]));
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const agreeing = (a, b) => {
    const pairs = a.continuations.flatMap((ids, i) => ids.map((id, j) => id === b.continuations[i][j]));
    return `${pairs.filter((equal) => equal).length}/${pairs.length}`;
};
const percent = (ratio) => `${ratio < 1 ? "" : "+"}${(100 * (ratio - 1)).toFixed(3)} %`;

const original = read("folder.json");
// Where two experts are nearly tied, rounding decides which of them a token gets: few log-probabilities move, but by tenths.
if (original.experts > 0) {
    Object.entries(bounds).filter(([type]) => type !== "f32").forEach(([, bound]) => (bound.distance *= 5));
}
const problems = [];
const rows = Object.entries(bounds).map(([type, bound]) => {
    const [ours, llama] = [read(`${type}.json`), read(`llama-${type}.json`)];
    const apart = differences(ours, llama);
    const distance = Math.sqrt(mean(apart.map((value) => value * value)));
    const lost = [ours, llama].map((answers) => perplexity(answers) / perplexity(original));
    const require = (condition, problem) => condition || problems.push(`${type}: ${problem}`);
    require(flat(llama).length > 100 && flat(llama).every(Number.isFinite), "too few or unreal log-probabilities");
    require(same(original.prompts, llama.prompts) && same(original.heldOut, llama.heldOut), "llama.cpp splits the texts into other tokens");
    require(same(original.prompts, ours.prompts) && same(original.heldOut, ours.heldOut), "the tokenizer read back splits the texts into other tokens");
    require(distance <= bound.distance, `OlmoSharp and llama.cpp are ${distance} apart on the same file, more than ${bound.distance}`);
    // The rounding of activations has no direction, so that it all but vanishes from the mean.
    require(Math.abs(lost[0] / lost[1] - 1) <= bound.distance / 10, `perplexities of OlmoSharp and llama.cpp on the same file differ by ${percent(lost[0] / lost[1])}`);
    lost.forEach((ratio) => require(Math.abs(ratio - 1) <= bound.loss, `perplexity differs by ${percent(ratio)} from float32's, more than ${100 * bound.loss} %`));
    if (type === "f32") {
        require(same(original.continuations, llama.continuations), "llama.cpp continues with other tokens");
        // OLMo's heads lie in another order in GGUF, so that their sums round otherwise.
        require(Math.max(...differences(original, ours)) <= bound.distance, "the model read back is not the same model");
        require(Math.max(...apart) <= bound.distance, `a log-probability differs by ${Math.max(...apart)}`);
    }
    return [
        type, (statSync(join(folder, `${type}.gguf`)).size / 1e6).toFixed(2), perplexity(ours).toFixed(3), perplexity(llama).toFixed(3), ...lost.map(percent),
        distance.toExponential(1), Math.max(...apart).toExponential(1), agreeing(original, ours), agreeing(original, llama), agreeing(ours, llama),
    ];
});

console.log(`\n${name}: ${flat(original).length} tokens, perplexity of the folder ${perplexity(original).toFixed(3)}`);
const table = [
    ["type", "MB", "ppl here", "ppl llama.cpp", "loss here", "loss llama.cpp", "Δ log p rms", "largest", "greedy folder/here", "folder/llama.cpp", "here/llama.cpp"], ...rows,
];
const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
table.forEach((row) => console.log(row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join("  ")));
problems.forEach((problem) => console.error(`error: ${name}: ${problem}`));
process.exit(problems.length > 0 ? 1 : 0);
