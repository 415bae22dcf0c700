// The conversation in the middle of the page.

import { arrange, h } from '../dom.js';
import { EntryView } from './entry-view.js';
import { TextView } from './text-view.js';

const beginnings = {
  chat: ['Explain how a hash table works', 'Write a short poem about an elm', 'What should I know about bats?'],
  text: ['Once upon a time', 'The capital of France is', 'def fibonacci(n):'],
};

/** How near to its end the thread counts as read to the end, in pixels. */
const nearEnd = 48;

export class ThreadView {
  #app;
  #tip;
  #scroll;
  #thread;
  #toEnd;
  #start;
  #views = new Map();
  #text = null;
  #shown = null;
  #follows = true;
  #frame = 0;
  #top = 0;

  /** @param {(text: string) => void} start Called with a beginning that the reader chose. */
  constructor(app, tip, start) {
    [this.#app, this.#tip, this.#start] = [app, tip, start];
    this.#scroll = document.getElementById('scroll');
    this.#thread = document.getElementById('thread');
    this.#toEnd = document.getElementById('to-end');
    this.#toEnd.addEventListener('click', () => this.#goToEnd(true));
    this.#scroll.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    app.addEventListener('change', () => this.update());
    app.addEventListener('piece', event => this.#pieceCame(event.detail));
  }

  /** Draws all. */
  update() {
    const { current } = this.#app;
    if (this.#shown !== current) {
      [this.#shown, this.#follows, this.#text] = [current, true, null];
      this.#views.clear();
    }

    if (this.#app.run) {
      this.#follows ||= this.#app.run.count === 0;
    }

    arrange(this.#thread, current.isEmpty ? [this.#empty()] : current.mode === 'text' ? [this.#drawText()] : current.path.map(entry => this.#drawEntry(entry)));
    this.#goToEnd(false);
  }

  /** Edits the last thing that the reader said, or the text. */
  editLast() {
    if (this.#app.current.mode === 'text') {
      this.#text?.edit();
    } else {
      const last = this.#app.current.path.findLast(entry => entry.role === 'user');
      this.#views.get(last?.id)?.edit();
    }
  }

  #pieceCame(conversation) {
    if (conversation === this.#shown && this.#frame === 0) {
      this.#frame = requestAnimationFrame(() => {
        this.#frame = 0;
        const { run } = this.#app;
        if (run) {
          (this.#text ?? this.#views.get(run.entry.id))?.write();
          this.#goToEnd(false);
        }
      });
    }
  }

  #drawEntry(entry) {
    if (!this.#views.has(entry.id)) {
      this.#views.set(entry.id, new EntryView(this.#app, entry, this.#tip, (next, by) => this.#moved(next, by)));
    }

    const view = this.#views.get(entry.id);
    view.update();
    return view.element;
  }

  #drawText() {
    this.#text ??= new TextView(this.#app, this.#tip, (next, by) => this.#moved(next, by));
    this.#text.update();
    return this.#text.element;
  }

  /** After going to another version, the focus is on the same arrow beside that one, or on the other where that is off. */
  #moved(entry, by) {
    const place = this.#thread.querySelector(`[data-id="${entry.id}"]`);
    const arrows = [...(place?.querySelectorAll('.versions button') ?? [])];
    (arrows.find(arrow => arrow.dataset.step === String(by) && !arrow.disabled) ?? arrows.find(arrow => !arrow.disabled))?.focus();
  }

  #empty() {
    const { current, model } = this.#app;
    const isText = current.mode === 'text';
    const choice = (mode, label) => {
      const input = h('input', { type: 'radio', name: 'mode', value: mode, on: { change: () => {
        this.#app.setMode(mode);
        this.#thread.querySelector('input:checked').focus();
      } } });
      input.checked = current.mode === mode;
      return h('label', {}, input, h('span', {}, label));
    };
    return h('div', { class: 'empty' },
      h('h2', {}, isText ? 'Begin a text' : 'Ask something'),
      h('p', {}, isText
        ? 'The model goes on where your text ends. There are no turns and no instructions: it writes what is likely to come next.'
        : `${model ? model.id : 'The model'} answers here. Everything stays between this browser and the server.`),
      this.#app.canChat ? null : h('p', { class: 'note' }, 'This model was not tuned for chat, so it continues texts.'),
      h('fieldset', { class: 'modes' }, h('legend', { class: 'visually-hidden' }, 'Kind of conversation'), choice('chat', 'Chat'), choice('text', 'Text')),
      h('ul', { class: 'beginnings' }, ...beginnings[current.mode].map(text => h('li', {}, h('button', { type: 'button', on: { click: () => this.#start(text) } }, text)))));
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroll;
    const isAtEnd = scrollHeight - scrollTop - clientHeight < nearEnd;
    // Only going up by oneself ends following; a text that grows does not.
    this.#follows = isAtEnd || (this.#follows && scrollTop >= this.#top);
    this.#top = scrollTop;
    this.#toEnd.hidden = isAtEnd;
  }

  #goToEnd(isAsked) {
    if (isAsked || this.#follows) {
      this.#follows = true;
      this.#scroll.scrollTop = this.#scroll.scrollHeight;
    }

    const { scrollTop, scrollHeight, clientHeight } = this.#scroll;
    this.#toEnd.hidden = scrollHeight - scrollTop - clientHeight < nearEnd;
  }
}
