// What llama.cpp makes of the GGUF files in a folder: its own token ids of texts, greedy continuations of given ids, log-probabilities in
// nats of given ids. Reads folder.json, which holds our ids, and writes llama-TYPE.json for every TYPE.gguf.
// usage: node evaluate.mjs REQUESTS.json FOLDER; the requests hold texts, heldOut and maximumTokens.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { getLlama, LlamaLogLevel } from "node-llama-cpp";

const [requestsPath, folder] = process.argv.slice(2);
const { texts, heldOut, maximumTokens } = JSON.parse(readFileSync(requestsPath, "utf8"));
const ours = JSON.parse(readFileSync(join(folder, "folder.json"), "utf8"));
const wantLogits = (token) => [token, { generateNext: { logits: true } }];

function logProbability(logits, token) {
    const largest = logits.values().next().value;
    let sum = 0;
    for (const logit of logits.values()) {
        sum += Math.exp(logit - largest);
    }
    return logits.get(token) - largest - Math.log(sum);
}

async function continueGreedily(model, sequence, prompt) {
    await sequence.clearHistory();
    const continuation = [];
    let input = [...prompt.slice(0, -1), wantLogits(prompt.at(-1))];
    const limit = Math.min(maximumTokens, model.trainContextSize - prompt.length);
    while (continuation.length < limit) {
        const output = await sequence.controlledEvaluate(input);
        const token = output.at(-1).next.logits.keys().next().value;
        if (token === model.tokens.eos) {
            break;
        }
        continuation.push(token);
        input = [wantLogits(token)];
    }
    return continuation;
}

async function logProbabilities(sequence, ids) {
    await sequence.clearHistory();
    const output = await sequence.controlledEvaluate(ids.map(wantLogits));
    return ids.slice(1).map((token, i) => logProbability(output[i].next.logits, token));
}

async function answer(model) {
    // The default cache of half precision would hide small differences.
    const context = await model.createContext({
        contextSize: model.trainContextSize, threads: 1, flashAttention: false, experimentalKvCacheKeyType: "F32", experimentalKvCacheValueType: "F32",
    });
    const sequence = context.getSequence();
    const ids = (text, ours) => [model.tokens.eos, ...model.tokenize(text)].slice(0, ours.length);
    const result = {
        prompts: texts.map((text, i) => ids(text, ours.prompts[i])), heldOut: heldOut.map((text, i) => ids(text, ours.heldOut[i])),
        continuations: [], logProbabilities: [],
    };
    for (const prompt of ours.prompts) {
        result.continuations.push(await continueGreedily(model, sequence, prompt));
    }
    for (const tokens of [...ours.prompts, ...ours.heldOut]) {
        result.logProbabilities.push(await logProbabilities(sequence, tokens));
    }
    await context.dispose();
    return result;
}

const llama = await getLlama({ gpu: false, build: "never", logLevel: LlamaLogLevel.error, maxThreads: 1 });
for (const file of readdirSync(folder).filter((name) => name.endsWith(".gguf"))) {
    const model = await llama.loadModel({ modelPath: join(folder, file), gpuLayers: 0 });
    writeFileSync(join(folder, `llama-${basename(file, ".gguf")}.json`), JSON.stringify(await answer(model)));
    await model.dispose();
}
await llama.dispose();
