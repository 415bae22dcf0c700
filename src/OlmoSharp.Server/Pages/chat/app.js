// What the page can do, and what it is showing. The views under view/ call these methods and draw themselves anew on 'change'.

import { AnswerRun } from './answer-run.js';
import { Api, ApiError } from './api.js';
import { readArchive, writeArchive } from './archive.js';
import { Conversation } from './conversation.js';
import { Settings } from './settings.js';
import { ConversationStore, readKey, readValue, writeKey, writeValue } from './storage.js';

const alternatives = 5;
const saveEvery = 1000;

export class App extends EventTarget {
  api = new Api(readKey);
  settings = new Settings();
  store = new ConversationStore();
  conversations = this.store.readAll();
  models = [];
  model = null;
  /** What keeps the page from reaching the model; null: nothing. */
  problem = null;
  /** Whether the model has a chat template. */
  canChat = true;
  showsProbabilities = readValue('probabilities') === true;
  current;

  #runs = new Map();
  #saved = new Map();
  /** Asks the reader for an API key: (message) => the key, or null. */
  askKey = async () => null;
  /** Tells the reader something: (text, action) => void. */
  tell = () => {};

  constructor() {
    super();
    this.current = this.#fresh();
    this.store.watch(id => this.#reload(id));
    addEventListener('pagehide', () => this.#runs.forEach((_, id) => this.#save(this.#find(id))));
  }

  /** The run that is answering in the conversation shown; null: none. */
  get run() {
    return this.#runs.get(this.current.id) ?? null;
  }

  isAnswering(conversation) {
    return this.#runs.has(conversation.id);
  }

  /** Tokens of prompt and text that the model has room for; null where the server does not say. */
  get context() {
    return this.model?.max_model_len ?? null;
  }

  /** Asks the server what it serves. */
  async connect() {
    try {
      this.models = await this.#withKey(() => this.api.models());
      this.model = this.models.find(model => model.id === readValue('model')) ?? this.models[0] ?? null;
      this.problem = this.model ? null : 'The server serves no model.';
      this.canChat = this.model === null || await this.api.canChat(this.model.id);
    } catch (error) {
      this.problem = error.message;
    }

    if (this.current.isEmpty && !this.canChat) {
      this.current.mode = 'text';
    }

    this.#changed();
  }

  chooseModel(id) {
    this.model = this.models.find(model => model.id === id) ?? this.model;
    writeValue('model', this.model?.id);
    this.#changed();
  }

  setProbabilities(isOn) {
    this.showsProbabilities = isOn;
    writeValue('probabilities', isOn);
    this.#changed();
  }

  /** Shows a conversation by id; a new one where there is none of this id. */
  open(id) {
    this.current = this.#find(id) ?? (this.current.isEmpty ? this.current : this.#fresh());
    this.#changed();
  }

  /** Starts a conversation; it is kept with its first message. */
  create(mode) {
    this.current = this.#fresh(mode ?? (this.current.isEmpty ? this.current.mode : undefined));
    this.#changed();
  }

  setMode(mode) {
    if (this.current.isEmpty) {
      this.current.mode = mode;
      this.#changed();
    }
  }

  setSystem(text) {
    this.current.system = text;
    writeValue('system', text);
    if (!this.current.isEmpty) {
      this.#save(this.current);
    }
  }

  rename(conversation, title) {
    conversation.title = title.trim().slice(0, 200);
    conversation.isNamed = conversation.title !== '';
    this.#save(conversation);
    this.#changed();
  }

  /** Deletes a conversation, for as long as the reader does not take it back. */
  remove(conversation) {
    this.#runs.get(conversation.id)?.stop();
    this.conversations = this.conversations.filter(other => other !== conversation);
    this.store.remove(conversation.id);
    if (this.current === conversation) {
      this.current = this.#fresh();
    }

    this.#changed();
    this.tell(`Deleted “${conversation.name}”.`, {
      label: 'Undo',
      run: () => {
        this.#keep(conversation);
        this.current = conversation;
        this.#changed();
      },
    });
  }

  /** The text of a file with all conversations, or with one. */
  export(conversations = this.conversations) {
    return writeArchive(conversations);
  }

  /** Adds the conversations of a file. */
  import(text) {
    try {
      const found = readArchive(text);
      found.forEach(conversation => this.#keep(conversation));
      if (found.length > 0) {
        this.current = found[0];
      }

      this.#changed();
      this.tell(found.length === 1 ? 'Imported 1 conversation.' : `Imported ${found.length} conversations.`);
    } catch (error) {
      this.tell(`Nothing was imported. ${error.message}`);
    }
  }

  /** Says something and has it answered; in a text, an empty text only goes on. */
  send(text) {
    const { current } = this;
    if (this.run || (text.trim() === '' && (current.mode === 'chat' || (text === '' && current.isEmpty)))) {
      return false;
    }

    const last = text === '' ? current.last : current.add(current.last, 'user', text);
    this.#answer(current, last);
    return true;
  }

  /** Answers once more beside an answer, or in place of one that nothing came of. */
  regenerate(entry) {
    if (this.run) {
      return;
    }

    const { current } = this;
    if (entry.text === '' && entry.finish !== 'stop') {
      this.#answer(current, current.entries.get(entry.parent), entry);
    } else {
      this.#answer(current, current.entries.get(entry.parent));
    }
  }

  /** Says something else in the place of an entry, and has it answered. */
  edit(entry, text) {
    if (this.run || text.trim() === '') {
      return;
    }

    const { current } = this;
    this.#answer(current, current.add(current.entries.get(entry.parent), 'user', text));
  }

  /** Writes another text in place of the whole one, without going on yet. */
  rewrite(text) {
    const { current } = this;
    if (!this.run && text !== '') {
      current.add(null, 'user', text);
      this.#keep(current);
      this.#changed();
    }
  }

  /** Shows the version so many places after this one. */
  step(entry, by) {
    const versions = this.current.versions(entry);
    const next = versions[versions.indexOf(entry) + by];
    if (next && !this.run) {
      this.current.choose(next);
      this.#save(this.current);
      this.#changed();
    }

    return next ?? null;
  }

  stop() {
    this.run?.stop();
  }

  forgetKey() {
    writeKey(null);
    this.#changed();
  }

  get hasKey() {
    return readKey() !== null;
  }

  async #answer(conversation, last, entry = conversation.add(last, 'assistant', '')) {
    const parameters = this.settings.parameters();
    Object.assign(entry, { model: this.model?.id, seed: parameters.seed });
    delete entry.tokens;
    delete entry.usage;
    delete entry.written;
    delete entry.rate;
    const run = new AnswerRun(entry, signal => this.#request(conversation, last, parameters, signal), () => this.#wrote(conversation));
    this.#runs.set(conversation.id, run);
    this.#keep(conversation);
    this.#changed();
    try {
      await this.#withKey(() => run.write());
    } catch (error) {
      Object.assign(entry, { finish: 'error', error: error.message });
    }

    this.#runs.delete(conversation.id);
    conversation.changed = Date.now();
    // Of a conversation that was deleted meanwhile nothing is kept.
    if (this.conversations.includes(conversation)) {
      this.#save(conversation);
    }

    this.#changed();
    this.dispatchEvent(new CustomEvent('answered', { detail: { conversation, entry } }));
  }

  async* #request(conversation, last, parameters, signal) {
    if (!this.model) {
      await this.connect();
      if (!this.model) {
        throw new ApiError(0, { message: this.problem });
      }
    }

    const model = this.model.id;
    if (conversation.mode === 'chat') {
      const top = this.showsProbabilities ? { logprobs: true, top_logprobs: alternatives } : {};
      yield* this.api.chat({ model, messages: conversation.messages(last), ...parameters, ...top }, signal);
      return;
    }

    const prompt = conversation.textUpTo(last);
    // Completions take only a limit that there is room for.
    const room = this.context === null ? Infinity : this.context - await this.api.countTokens(model, prompt, signal);
    const limit = { max_tokens: Math.max(1, Math.min(parameters.max_tokens, room)) };
    const top = this.showsProbabilities ? { logprobs: alternatives } : {};
    yield* this.api.complete({ model, prompt, ...parameters, ...limit, ...top }, signal);
  }

  /** Does something, asking for a key for as long as the server wants one and the reader gives one. */
  async #withKey(action) {
    for (;;) {
      try {
        return await action();
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 401) {
          throw error;
        }

        const key = await this.askKey(error.message);
        if (key === null) {
          throw error;
        }

        writeKey(key);
      }
    }
  }

  #wrote(conversation) {
    const now = Date.now();
    if (now - (this.#saved.get(conversation.id) ?? 0) > saveEvery && this.conversations.includes(conversation)) {
      this.#save(conversation);
    }

    this.dispatchEvent(new CustomEvent('piece', { detail: conversation }));
  }

  #keep(conversation) {
    if (!this.conversations.includes(conversation)) {
      this.conversations.push(conversation);
    }

    this.conversations.sort((a, b) => b.changed - a.changed);
    this.#save(conversation);
  }

  #save(conversation) {
    this.#saved.set(conversation.id, Date.now());
    if (!this.store.save(conversation)) {
      this.tell('The browser has no room left for conversations. Export them, and delete some.');
    }
  }

  #reload(id) {
    const old = this.#find(id);
    if (old && this.isAnswering(old)) {
      return;
    }

    const found = this.store.read(id);
    this.conversations = this.conversations.filter(other => other.id !== id);
    if (found) {
      this.conversations.push(found);
      this.conversations.sort((a, b) => b.changed - a.changed);
    }

    if (old && this.current === old) {
      this.current = found ?? this.#fresh();
    }

    this.#changed();
  }

  #find(id) {
    return this.conversations.find(conversation => conversation.id === id) ?? null;
  }

  #fresh(mode) {
    const system = readValue('system');
    return Conversation.create(mode ?? (this.canChat ? 'chat' : 'text'), typeof system === 'string' ? system : '');
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}
