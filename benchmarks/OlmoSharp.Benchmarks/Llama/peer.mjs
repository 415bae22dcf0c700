// Measures llama.cpp through node-llama-cpp. Reads requests, one JSON object a line; answers each with a line.
import { createInterface } from "node:readline";
import { getLlama, LlamaLogLevel } from "node-llama-cpp";

const greedy = (token) => [token, { generateNext: { token: true, options: { temperature: 0 } } }];
let llama, model, threads, clock;

// Keys and values are in half precision, llama.cpp's default, unless small differences are looked for.
async function withSequences(count, positions, exact, use) {
    const cache = exact ? { flashAttention: false, experimentalKvCacheKeyType: "F32", experimentalKvCacheValueType: "F32" } : {};
    const context = await model.createContext({ sequences: count, contextSize: positions, batchSize: 512, threads: { ideal: threads, min: threads }, ...cache });
    try {
        return await use(Array.from({ length: count }, () => context.getSequence()));
    } finally {
        await context.dispose();
    }
}

async function next(sequence, tokens) {
    const output = await sequence.controlledEvaluate([...tokens.slice(0, -1), greedy(tokens.at(-1))]);
    return output.at(-1).next.token;
}

async function seconds(action) {
    const start = clock();
    await action();
    return clock() - start;
}

const operations = {
    async load({ path, threadCount, cpuTime }) {
        threads = threadCount;
        clock = cpuTime ? () => process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6 : () => performance.now() / 1000;
        llama ??= await getLlama({ gpu: false, build: "never", logLevel: LlamaLogLevel.error, maxThreads: threads });
        await model?.dispose();
        model = await llama.loadModel({ modelPath: path, gpuLayers: 0 });
        return { system: llama.systemInfo };
    },
    prompt: ({ prompts }) => withSequences(1, prompts[0].length + 1, false, async ([sequence]) => ({
        seconds: await seconds(() => next(sequence, prompts[0])),
    })),
    decode: ({ prompts, steps }) => withSequences(prompts.length, Math.max(...prompts.map((prompt) => prompt.length)) + steps + 1, false, async (sequences) => {
        let tokens = await Promise.all(sequences.map((sequence, i) => next(sequence, prompts[i])));
        return {
            seconds: await seconds(async () => {
                for (let step = 0; step < steps; step++) {
                    tokens = await Promise.all(sequences.map((sequence, i) => next(sequence, [tokens[i]])));
                }
            }),
        };
    }),
    answer: ({ prompts, steps }) => withSequences(1, prompts[0].length + steps + 1, true, async ([sequence]) => {
        const output = await sequence.controlledEvaluate([...prompts[0].slice(0, -1), [prompts[0].at(-1), { generateNext: { logits: true, token: true, options: { temperature: 0 } } }]]);
        const last = output.at(-1).next;
        const logits = [];
        last.logits.forEach((logit, token) => { logits[token] = logit; });
        const tokens = [last.token];
        while (tokens.length < steps) {
            tokens.push(await next(sequence, [tokens.at(-1)]));
        }
        return { logits, tokens };
    }),
};

for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    try {
        process.stdout.write(JSON.stringify(await operations[request.operation](request)) + "\n");
    } catch (error) {
        process.stdout.write(JSON.stringify({ error: String(error?.stack ?? error) }) + "\n");
    }
}
process.exit(0);
