// How answers are generated: what can be set, within which limits, and what is set.

import { readValue, writeValue } from './storage.js';

/** What can be set. Numbers have limits of the API; `top` is how far the slider goes. */
export const fields = [
  { name: 'temperature', label: 'Temperature', value: 0.8, min: 0, max: 2, step: 0.05, help: 'Higher is more surprising; 0 always takes the most probable token.' },
  { name: 'top_p', label: 'Top-p', value: 0.95, min: 0, max: 1, step: 0.01, help: 'Only the most probable tokens that together have this probability; 1 is all.' },
  { name: 'top_k', label: 'Top-k', value: 0, min: 0, max: 1000000, top: 200, step: 1, help: 'Only so many of the most probable tokens; 0 is all.' },
  { name: 'min_p', label: 'Min-p', value: 0, min: 0, max: 1, step: 0.01, help: 'Only tokens at least this times as probable as the most probable one.' },
  { name: 'presence_penalty', label: 'Presence penalty', value: 0, min: -2, max: 2, step: 0.1, help: 'Above 0: fewer tokens that the answer has already.' },
  { name: 'frequency_penalty', label: 'Frequency penalty', value: 0, min: -2, max: 2, step: 0.1, help: 'The same, by how often it has them.' },
  { name: 'repetition_penalty', label: 'Repetition penalty', value: 1, min: 0.01, max: 10, bottom: 0.8, top: 1.5, step: 0.01, help: 'Above 1: fewer tokens that the prompt or the answer has; 1 is none.' },
  { name: 'max_tokens', label: 'Most tokens', value: 512, min: 1, max: 1000000, top: 4096, step: 1, help: 'An answer ends there at the latest.' },
];

const key = 'settings';
const defaults = { ...Object.fromEntries(fields.map(field => [field.name, field.value])), seed: null, stop: '' };

/** What is set; kept by the browser. */
export class Settings extends EventTarget {
  #values = { ...defaults };

  constructor() {
    super();
    const kept = readValue(key);
    for (const name of Object.keys(defaults)) {
      if (kept && Object.hasOwn(kept, name)) {
        this.#set(name, kept[name]);
      }
    }
  }

  get(name) {
    return this.#values[name];
  }

  isDefault(name) {
    return this.#values[name] === defaults[name];
  }

  /** Sets a value; one that is out of range becomes the nearest that is not. */
  set(name, value) {
    this.#set(name, value);
    this.#keep();
  }

  /** Sets one value, or all, back. */
  reset(name) {
    this.#values = name === undefined ? { ...defaults } : { ...this.#values, [name]: defaults[name] };
    this.#keep();
  }

  /** The parameters of a request. */
  parameters() {
    const { seed, stop, ...sampling } = this.#values;
    const strings = stopStrings(stop);
    return { ...sampling, seed: seed ?? Math.floor(Math.random() * 2 ** 31), ...(strings.length > 0 ? { stop: strings } : {}) };
  }

  #keep() {
    writeValue(key, this.#values);
    this.dispatchEvent(new Event('change'));
  }

  #set(name, value) {
    if (name === 'stop') {
      this.#values.stop = typeof value === 'string' ? value : '';
    } else if (name === 'seed') {
      this.#values.seed = Number.isSafeInteger(value) ? value : null;
    } else {
      const field = fields.find(other => other.name === name);
      if (Number.isFinite(value)) {
        const limited = Math.min(Math.max(value, field.min), field.max);
        this.#values[name] = field.step === 1 ? Math.round(limited) : limited;
      }
    }
  }
}

/** One string a line; \n and \t stand for a line's end and a tab. */
export function stopStrings(text) {
  return text.split('\n').filter(line => line !== '').map(line => line.replace(/\\([nt\\])/g, (_, letter) => ({ n: '\n', t: '\t', '\\': '\\' })[letter]));
}
