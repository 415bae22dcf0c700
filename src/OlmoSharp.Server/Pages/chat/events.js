// Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) over fetch, which, unlike EventSource, can post a body and send a key.

/** Takes the stream's text in pieces that may end anywhere. */
export class EventParser {
  #line = '';
  #data = [];
  #type = '';
  #afterReturn = false;

  /**
   * Reads on.
   * @param {string} text
   * @returns {{type: string, data: string}[]} The events that are whole with this piece.
   */
  push(text) {
    const events = [];
    let start = 0;
    if (this.#afterReturn && text.length > 0) {
      start = text[0] === '\n' ? 1 : 0;
      this.#afterReturn = false;
    }

    for (let i = start; i < text.length; i++) {
      const letter = text[i];
      if (letter !== '\n' && letter !== '\r') {
        continue;
      }

      this.#end(this.#line + text.slice(start, i), events);
      this.#line = '';
      if (letter === '\r') {
        if (i + 1 === text.length) {
          this.#afterReturn = true;
        } else if (text[i + 1] === '\n') {
          i++;
        }
      }

      start = i + 1;
    }

    this.#line += text.slice(start);
    return events;
  }

  #end(line, events) {
    if (line === '') {
      if (this.#data.length > 0) {
        events.push({ type: this.#type || 'message', data: this.#data.join('\n') });
      }

      this.#data = [];
      this.#type = '';
      return;
    }

    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'data') {
      this.#data.push(value);
    } else if (field === 'event') {
      this.#type = value;
    }
  }
}

/**
 * The events of a response's body.
 * @param {ReadableStream<Uint8Array>} body
 */
export async function* readEvents(body) {
  const parser = new EventParser();
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      yield* parser.push(decoder.decode(value, { stream: !done }));
      if (done) {
        return;
      }
    }
  } finally {
    // Whoever stops reading early lets go of the connection, and the server stops writing.
    reader.cancel().catch(() => {});
  }
}
