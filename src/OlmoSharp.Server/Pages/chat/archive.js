// Conversations as a JSON file. A file may come from anywhere, so everything in it is checked, and only what is known is taken.

import { Conversation, newId } from './conversation.js';

const format = 'olmosharp-conversations';
const version = 1;
const finishes = new Set(['stop', 'length', 'stopped', 'lost', 'error']);

/** The text of a file with these conversations. */
export function writeArchive(conversations) {
  return JSON.stringify({ format, version, exported: new Date().toISOString(), conversations }, null, 1);
}

/**
 * Reads such a file.
 * @param {string} text
 * @returns {Conversation[]} Under new ids, so that they replace nothing.
 * @throws {Error} With what is wrong and where.
 */
export function readArchive(text) {
  let data;
  try {
    data = JSON.parse(text);
  } catch {
    throw new Error('The file is not JSON.');
  }

  if (!isObject(data) || data.format !== format) {
    throw new Error(`The file holds no conversations of this page: its "format" is not "${format}".`);
  }

  if (data.version !== version) {
    throw new Error(`The file is of version ${String(data.version).slice(0, 20)}; this page reads version ${version}.`);
  }

  return list(data.conversations, 'conversations').map((item, i) => readConversation(item, `conversations[${i}]`));
}

/** Checks what one conversation's `toJSON` wrote. */
export function readConversation(item, place = 'conversation', id = newId()) {
  object(item, place);
  const entries = list(item.entries, `${place}.entries`).map((entry, i) => readEntry(entry, `${place}.entries[${i}]`));
  const ids = new Map();
  for (const [i, entry] of entries.entries()) {
    const where = `${place}.entries[${i}]`;
    require(!ids.has(entry.id), `${where}.id`, 'occurs twice');
    // Parents come first, so that there is no circle.
    require(entry.parent === null || ids.has(entry.parent), `${where}.parent`, 'is no entry before it');
    ids.set(entry.id, entry);
  }

  const chosen = {};
  for (const [parent, child] of Object.entries(object(item.chosen, `${place}.chosen`))) {
    require(ids.has(child) && (ids.get(child).parent ?? '') === parent, `${place}.chosen`, `has an entry that does not follow "${parent.slice(0, 40)}"`);
    chosen[parent] = child;
  }

  require(item.mode === 'chat' || item.mode === 'text', `${place}.mode`, 'is neither "chat" nor "text"');
  return new Conversation({
    id,
    mode: item.mode,
    title: string(item.title, `${place}.title`).slice(0, 200),
    isNamed: item.isNamed === true,
    system: string(item.system, `${place}.system`),
    created: number(item.created, `${place}.created`),
    changed: number(item.changed, `${place}.changed`),
    entries,
    chosen,
  });
}

function readEntry(item, place) {
  object(item, place);
  require(item.role === 'user' || item.role === 'assistant', `${place}.role`, 'is neither "user" nor "assistant"');
  const entry = {
    id: string(item.id, `${place}.id`),
    parent: item.parent === null ? null : string(item.parent, `${place}.parent`),
    role: item.role,
    text: string(item.text, `${place}.text`),
    created: number(item.created, `${place}.created`),
  };
  require(/^[\w-]{1,64}$/.test(entry.id), `${place}.id`, 'is not 1 to 64 letters, digits, _ or -');
  if (item.role === 'assistant') {
    entry.finish = finishes.has(item.finish) ? item.finish : 'lost';
    optional('error', string);
    optional('model', string);
    optional('seed', number);
    optional('written', number);
    optional('rate', number);
    optional('usage', (usage, where) => ({ prompt: number(object(usage, where).prompt, `${where}.prompt`), completion: number(usage.completion, `${where}.completion`) }));
    optional('tokens', (tokens, where) => list(tokens, where).map((token, i) => readToken(token, `${where}[${i}]`)));
  }

  return entry;

  function optional(name, read) {
    if (item[name] !== undefined && item[name] !== null) {
      entry[name] = read(item[name], `${place}.${name}`);
    }
  }
}

function readToken(item, place) {
  const token = {
    text: string(object(item, place).text, `${place}.text`),
    logprob: item.logprob === null ? null : number(item.logprob, `${place}.logprob`),
    top: list(item.top, `${place}.top`).map((top, i) => ({
      text: string(object(top, `${place}.top[${i}]`).text, `${place}.top[${i}].text`),
      logprob: number(top.logprob, `${place}.top[${i}].logprob`),
    })),
  };
  if (item.bytes !== undefined) {
    token.bytes = list(item.bytes, `${place}.bytes`).map((value, i) => number(value, `${place}.bytes[${i}]`) & 255);
  }

  return token;
}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function object(value, place) {
  require(isObject(value), place, 'is no object');
  return value;
}

function list(value, place) {
  require(Array.isArray(value), place, 'is no list');
  return value;
}

function string(value, place) {
  require(typeof value === 'string', place, 'is no text');
  return value;
}

function number(value, place) {
  require(Number.isFinite(value), place, 'is no number');
  return value;
}

function require(condition, place, problem) {
  if (!condition) {
    throw new Error(`${place} ${problem}.`);
  }
}
