// One answer while it is being written.

import { ApiError } from './api.js';

/** Seconds in which too little happens to tell a rate. */
const shortest = 0.2;

/** Tokens of an answer: as the server counted them, or the pieces that came. */
export function countOf(entry) {
  return entry.usage?.completion ?? entry.tokens?.length ?? entry.written ?? 0;
}

/** Writes an answer into an entry of a conversation, and can be stopped. */
export class AnswerRun {
  #controller = new AbortController();
  #firstAt = 0;
  #lastAt = 0;
  #pieces = 0;

  /**
   * @param {import('./conversation.js').Entry} entry Takes the answer.
   * @param {(signal: AbortSignal) => AsyncIterable<import('./api.js').Piece>} open Asks for it.
   * @param {() => void} changed Called after each piece.
   */
  constructor(entry, open, changed) {
    this.entry = entry;
    this.open = open;
    this.changed = changed;
  }

  get isStopped() {
    return this.#controller.signal.aborted;
  }

  /** Tokens so far; exact once the server has counted them. */
  get count() {
    return countOf(this.entry) || this.#pieces;
  }

  /** Tokens per second from the first token on; null where there are too few to tell. */
  get rate() {
    const seconds = (this.#lastAt - this.#firstAt) / 1000;
    return this.count > 1 && seconds >= shortest ? (this.count - 1) / seconds : null;
  }

  /** Lets go of the connection; the server stops as well. */
  stop() {
    this.#controller.abort();
  }

  /**
   * Writes until the answer ends. What came before a failure stays.
   * @throws {ApiError} The server wants another key; nothing was written then.
   */
  async write() {
    const { entry } = this;
    delete entry.finish;
    delete entry.error;
    let finish = 'stop';
    try {
      for await (const piece of this.open(this.#controller.signal)) {
        if (piece.text !== '' || piece.tokens) {
          this.#lastAt = performance.now();
          this.#firstAt ||= this.#lastAt;
          this.#pieces++;
        }

        entry.text += piece.text;
        if (piece.tokens) {
          (entry.tokens ??= []).push(...piece.tokens);
        }

        finish = piece.finish ?? finish;
        entry.usage = piece.usage ?? entry.usage;
        this.changed();
      }

      entry.finish = finish;
    } catch (error) {
      if (this.isStopped) {
        entry.finish = 'stopped';
      } else if (error instanceof ApiError && error.status === 401) {
        throw error;
      } else {
        entry.finish = error instanceof ApiError ? 'error' : 'lost';
        entry.error = error.message;
        entry.code = error.code;
      }
    }

    if (!entry.usage) {
      entry.written = this.count;
    }

    const rate = this.rate;
    if (rate !== null) {
      entry.rate = rate;
    }
  }
}
