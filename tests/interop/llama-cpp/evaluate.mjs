// What llama.cpp makes of a GGUF file: its own token ids of texts, greedy continuations of given ids, log-probabilities in nats of given ids.
// usage: node evaluate.mjs MODEL.gguf REQUESTS.json OURS.json; the requests hold texts and maximumTokens, ours the prompts' ids.
import { readFileSync } from "node:fs";
import { getLlama, LlamaLogLevel } from "node-llama-cpp";

const [modelPath, requestsPath, oursPath] = process.argv.slice(2);
const { texts, maximumTokens } = JSON.parse(readFileSync(requestsPath, "utf8"));
const { prompts } = JSON.parse(readFileSync(oursPath, "utf8"));

const llama = await getLlama({ gpu: false, build: "never", logLevel: LlamaLogLevel.error, maxThreads: 1 });
const model = await llama.loadModel({ modelPath, gpuLayers: 0 });
// The default cache of half precision would hide small differences.
const context = await model.createContext({
    contextSize: model.trainContextSize, threads: 1, flashAttention: false, experimentalKvCacheKeyType: "F32", experimentalKvCacheValueType: "F32",
});
const sequence = context.getSequence();

const wantLogits = (token) => [token, { generateNext: { logits: true } }];

function logProbability(logits, token) {
    const largest = logits.values().next().value;
    let sum = 0;
    for (const logit of logits.values()) {
        sum += Math.exp(logit - largest);
    }
    return logits.get(token) - largest - Math.log(sum);
}

async function continueGreedily(prompt) {
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

async function logProbabilities(prompt) {
    await sequence.clearHistory();
    const output = await sequence.controlledEvaluate(prompt.map(wantLogits));
    return prompt.slice(1).map((token, i) => logProbability(output[i].next.logits, token));
}

const result = { prompts: texts.map((text) => [model.tokens.eos, ...model.tokenize(text)]), continuations: [], logProbabilities: [] };
for (const prompt of prompts) {
    result.continuations.push(await continueGreedily(prompt));
    result.logProbabilities.push(await logProbabilities(prompt));
}
console.log(JSON.stringify(result));
await llama.dispose();
