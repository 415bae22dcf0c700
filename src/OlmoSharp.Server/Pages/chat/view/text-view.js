// A text that the model continues: what the reader wrote and what the model wrote in one flow.

import { arrange, copyButton, h, iconButton } from '../dom.js';
import { problemOf, statistics, versionSwitch } from './entry-view.js';
import { TokenView } from './token-view.js';

export class TextView {
  #app;
  #tip;
  #moved;
  #parts = new Map();
  #flow = h('div', { class: 'flow' });
  #foot = h('div', { class: 'foot' });
  #statistics = h('span', { class: 'statistics' });
  #isEditing = false;

  constructor(app, tip, moved) {
    [this.#app, this.#tip, this.#moved] = [app, tip, moved];
    this.element = h('article', { class: 'text', 'aria-label': 'Text' }, this.#flow, this.#foot);
  }

  /** Draws all. */
  update() {
    if (this.#isEditing) {
      return;
    }

    const path = this.#app.current.path;
    const isWriting = this.#app.run !== null;
    this.element.classList.toggle('writing', isWriting);
    this.element.setAttribute('aria-busy', String(isWriting));
    arrange(this.#flow, path.map(entry => this.#part(entry)));
    this.#drawFoot(path.at(-1), isWriting);
  }

  /** Draws what is being written. */
  write() {
    const { run } = this.#app;
    if (run && !this.#isEditing) {
      this.#part(run.entry);
      this.#statistics.textContent = statistics(run.entry, run).join(' · ');
    }
  }

  /** Lets the reader rewrite the text. */
  edit() {
    if (this.#app.run || this.#isEditing || this.#app.current.isEmpty) {
      return;
    }

    this.#isEditing = true;
    const { current } = this.#app;
    const before = current.textUpTo(current.last);
    const area = h('textarea', { 'aria-label': 'Edit the text', rows: 4 });
    const fit = () => {
      area.style.height = 'auto';
      area.style.height = `${area.scrollHeight + 2}px`;
    };
    const end = isKept => {
      this.#isEditing = false;
      if (isKept && area.value !== before) {
        this.#app.rewrite(area.value);
      }

      this.update();
      this.#foot.querySelector('[data-action=edit]')?.focus();
    };
    area.value = before;
    area.addEventListener('input', fit);
    area.addEventListener('keydown', event => {
      if (event.key === 'Escape' || (event.key === 'Enter' && (event.ctrlKey || event.metaKey))) {
        event.preventDefault();
        event.stopPropagation();
        end(event.key === 'Enter');
      }
    });
    this.#flow.replaceChildren(area);
    this.#foot.replaceChildren(
      h('button', { type: 'button', class: 'quiet', on: { click: () => end(false) } }, 'Cancel'),
      h('button', { type: 'button', class: 'primary', on: { click: () => end(true) } }, 'Keep'));
    fit();
    area.focus();
  }

  #part(entry) {
    if (!this.#parts.has(entry.id)) {
      this.#parts.set(entry.id, { element: h('span', { class: entry.role, 'data-id': entry.id }), words: document.createTextNode(''), tokens: null });
    }

    const part = this.#parts.get(entry.id);
    const isWriting = this.#app.run?.entry === entry;
    const nodes = [];
    const versions = isWriting ? null : versionSwitch(this.#app, entry, this.#moved);
    if (versions) {
      nodes.push(versions);
    }

    if (this.#app.showsProbabilities && entry.tokens?.length > 0) {
      part.tokens ??= new TokenView(this.#tip);
      part.tokens.update(entry.tokens);
      nodes.push(part.tokens.element);
    } else {
      part.words.data = entry.text;
      nodes.push(part.words);
    }

    arrange(part.element, nodes);
    return part.element;
  }

  #drawFoot(last, isWriting) {
    const written = last?.role === 'assistant' ? last : null;
    this.#statistics.textContent = written ? statistics(written, isWriting ? this.#app.run : null).join(' · ') : '';
    const tools = isWriting || !last ? [] : [
      copyButton('Copy text', () => this.#app.current.textUpTo(last), { 'data-action': 'copy' }),
      iconButton('edit', 'Edit text', () => this.edit(), { 'data-action': 'edit' }),
      written && iconButton('again', 'Continue in another way', () => this.#app.regenerate(written), { 'data-action': 'again' }),
    ].filter(Boolean);
    const problem = written && !isWriting ? problemOf(written, () => this.#app.regenerate(written)) : null;
    arrange(this.#foot, [...(problem ? [problem] : []), ...(tools.length > 0 ? [h('div', { class: 'tools' }, ...tools)] : []), this.#statistics]);
  }
}
