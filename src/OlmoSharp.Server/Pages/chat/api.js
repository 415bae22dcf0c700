// The server's API, which is OpenAI's with `top_k`, `min_p` and `repetition_penalty` (docs/server.md).

import { readEvents } from './events.js';

/** What the server said is wrong. */
export class ApiError extends Error {
  constructor(status, detail) {
    super(detail?.message || `The server answered with status ${status}.`);
    this.status = status;
    this.code = detail?.code ?? null;
  }
}

/** The server cannot be reached, or the connection ended before the answer did. */
export class ConnectionError extends Error {}

/**
 * A piece of an answer.
 * @typedef {object} Piece
 * @property {string} text
 * @property {Token[]} [tokens]
 * @property {string} [finish] `stop` or `length`.
 * @property {{prompt: number, completion: number}} [usage]
 *
 * A token: its text, or `bytes:\xNN…` where it is no whole characters; its bytes, where they are known; its log-probability; the most probable tokens in its place.
 * @typedef {{text: string, bytes?: number[], logprob: number|null, top: {text: string, logprob: number}[]}} Token
 */
export class Api {
  /** @param {() => string|null} key Gives the API key. */
  constructor(key) {
    this.key = key;
  }

  /** The models that are served, as `/v1/models` lists them. */
  async models() {
    return (await (await this.#call('v1/models')).json()).data;
  }

  /** How many tokens a text is as a prompt. */
  async countTokens(model, prompt, signal) {
    return (await (await this.#call('tokenize', { model, prompt }, signal)).json()).count;
  }

  /** Whether the server can write turns as the model was tuned on them. */
  async canChat(model) {
    try {
      await this.#call('tokenize', { model, messages: [{ role: 'user', content: '' }] });
      return true;
    } catch (error) {
      return !(error instanceof ApiError) || error.code !== 'no_chat_template';
    }
  }

  /** @returns {AsyncGenerator<Piece>} The answer to messages. */
  async* chat(body, signal) {
    for await (const event of this.#stream('v1/chat/completions', body, signal)) {
      const choice = event.choices[0];
      yield piece(event, choice, choice?.delta.content, choice?.logprobs?.content?.map(token => ({
        text: nameOf(token.token, token.bytes),
        bytes: token.bytes,
        logprob: token.logprob,
        top: token.top_logprobs.map(top => ({ text: nameOf(top.token, top.bytes), logprob: top.logprob })),
      })));
    }
  }

  /** @returns {AsyncGenerator<Piece>} How a text goes on. */
  async* complete(body, signal) {
    for await (const event of this.#stream('v1/completions', body, signal)) {
      const choice = event.choices[0];
      const found = choice?.logprobs;
      yield piece(event, choice, choice?.text, found?.tokens.map((text, i) => ({
        text,
        bytes: bytesOf(text),
        logprob: found.token_logprobs[i],
        top: Object.entries(found.top_logprobs?.[i] ?? {}).map(([name, logprob]) => ({ text: name, logprob })).sort((a, b) => b.logprob - a.logprob),
      })));
    }
  }

  async* #stream(path, body, signal) {
    const response = await this.#call(path, { ...body, stream: true, stream_options: { include_usage: true } }, signal);
    try {
      for await (const { data } of readEvents(response.body)) {
        if (data === '[DONE]') {
          return;
        }

        const event = JSON.parse(data);
        if (event.error) {
          throw new ApiError(response.status, event.error);
        }

        yield event;
      }
    } catch (error) {
      if (error instanceof ApiError || error.name === 'AbortError') {
        throw error;
      }

      throw new ConnectionError('The connection to the server was lost; this is what came.');
    }

    throw new ConnectionError('The connection to the server ended before the answer did; this is what came.');
  }

  async #call(path, body, signal) {
    const key = this.key();
    let response;
    try {
      response = await fetch(path, {
        method: body ? 'POST' : 'GET',
        headers: { ...(body ? { 'Content-Type': 'application/json' } : {}), ...(key ? { Authorization: `Bearer ${key}` } : {}) },
        body: body ? JSON.stringify(body) : undefined,
        signal,
        cache: 'no-store',
      });
    } catch (error) {
      throw error.name === 'AbortError' ? error : new ConnectionError('The server cannot be reached. Is it running?');
    }

    if (!response.ok) {
      throw new ApiError(response.status, (await response.json().catch(() => null))?.error);
    }

    return response;
  }
}

function piece(event, choice, text, tokens) {
  return {
    text: text ?? '',
    tokens,
    finish: choice?.finish_reason ?? undefined,
    usage: event.usage ? { prompt: event.usage.prompt_tokens, completion: event.usage.completion_tokens } : undefined,
  };
}

/** Completions write tokens that are no whole characters as `bytes:\xNN…`. */
function bytesOf(name) {
  return /^bytes:(\\x[0-9a-f]{2})+$/.test(name) ? name.slice(6).split('\\x').slice(1).map(pair => parseInt(pair, 16)) : undefined;
}

function nameOf(text, bytes) {
  return text.includes('\ufffd') && bytes ? `bytes:${bytes.map(value => `\\x${value.toString(16).padStart(2, '0')}`).join('')}` : text;
}
