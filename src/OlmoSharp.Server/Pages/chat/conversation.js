// A conversation is a tree: asking again or editing adds a branch beside the old one, and `chosen` says which child is shown after each node.

/** A name that nothing else has; works without a secure context, unlike crypto.randomUUID. */
export function newId() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map(value => value.toString(16).padStart(2, '0')).join('');
}

const root = '';

/**
 * What someone wrote.
 * @typedef {object} Entry
 * @property {string} id
 * @property {string|null} parent What it follows.
 * @property {'user'|'assistant'} role
 * @property {string} text
 * @property {number} created Milliseconds since 1970.
 * @property {string} [finish] Of an answer: `stop`, `length`, `stopped` (by the reader), `lost` (with the connection) or `error`; none while it is being written.
 * @property {string} [error] What went wrong.
 * @property {string} [model]
 * @property {number} [seed]
 * @property {{prompt: number, completion: number}} [usage] Tokens.
 * @property {number} [written] Tokens that came, where the server did not count them.
 * @property {number} [rate] Tokens per second.
 * @property {import('./api.js').Token[]} [tokens] With their probabilities, where they were asked for.
 */
export class Conversation {
  /** @param {object} data As `toJSON` writes it. */
  constructor(data) {
    this.id = data.id;
    this.mode = data.mode;
    this.title = data.title;
    this.isNamed = data.isNamed;
    this.system = data.system;
    this.created = data.created;
    this.changed = data.changed;
    this.entries = new Map(data.entries.map(entry => [entry.id, entry]));
    this.chosen = new Map(Object.entries(data.chosen));
  }

  /**
   * A new one.
   * @param {'chat'|'text'} mode Turns, or one text that the model continues.
   * @param {string} system What the model is told first.
   */
  static create(mode, system) {
    const now = Date.now();
    return new Conversation({ id: newId(), mode, title: '', isNamed: false, system, created: now, changed: now, entries: [], chosen: {} });
  }

  toJSON() {
    const { id, mode, title, isNamed, system, created, changed } = this;
    return { id, mode, title, isNamed, system, created, changed, entries: [...this.entries.values()], chosen: Object.fromEntries(this.chosen) };
  }

  get isEmpty() {
    return this.entries.size === 0;
  }

  /** What it is called in lists. */
  get name() {
    return this.title || (this.mode === 'text' ? 'New text' : 'New chat');
  }

  /** The entries that are shown, the oldest first. */
  get path() {
    return this.#from(root);
  }

  /** The last entry that is shown. */
  get last() {
    return this.path.at(-1) ?? null;
  }

  /** An entry and those before it. */
  upTo(entry) {
    const path = [];
    for (let at = entry; at; at = this.entries.get(at.parent)) {
      path.unshift(at);
    }

    return path;
  }

  /** An entry and what stands in the same place. */
  versions(entry) {
    return [...this.entries.values()].filter(other => other.parent === entry.parent && other.role === entry.role);
  }

  /** Adds an entry after another, or at the beginning, and shows it. */
  add(parent, role, text, more = {}) {
    const entry = { id: newId(), parent: parent?.id ?? null, role, text, created: Date.now(), ...more };
    this.entries.set(entry.id, entry);
    this.choose(entry);
    this.changed = Date.now();
    if (!this.isNamed && this.path.indexOf(entry) === 0) {
      this.title = titleOf(text);
    }

    return entry;
  }

  /** Shows an entry, with what was last shown after it. */
  choose(entry) {
    this.chosen.set(entry.parent ?? root, entry.id);
  }

  /** The messages that lead to an answer, as the API takes them. */
  messages(last) {
    const messages = this.system.trim() === '' ? [] : [{ role: 'system', content: this.system }];
    for (const { role, text } of this.upTo(last)) {
      if (text !== '' || role === 'user') {
        messages.push({ role, content: text });
      }
    }

    return messages;
  }

  /** The text up to an entry. */
  textUpTo(last) {
    return this.upTo(last).map(entry => entry.text).join('');
  }

  #from(start) {
    const path = [];
    for (let id = this.chosen.get(start); id !== undefined && this.entries.has(id) && path.length <= this.entries.size; id = this.chosen.get(id)) {
      path.push(this.entries.get(id));
    }

    return path;
  }
}

function titleOf(text) {
  const line = text.trim().split('\n')[0].replace(/\s+/g, ' ');
  return line.length <= 60 ? line : `${line.slice(0, 57).trimEnd()}…`;
}
