// One message of a chat.

import { countOf } from '../answer-run.js';
import { arrange, copyButton, h, icon, iconButton } from '../dom.js';
import { MarkdownView } from '../markdown.js';
import { TokenView } from './token-view.js';

const number = new Intl.NumberFormat('en');

/** What is said of an answer beside its text. */
export function statistics(entry, run) {
  const count = run ? run.count : countOf(entry);
  const rate = run ? run.rate : entry.rate;
  const parts = [];
  if (count > 0) {
    parts.push(`${number.format(count)} ${count === 1 ? 'token' : 'tokens'}`);
  }

  if (rate) {
    parts.push(`${rate < 10 ? rate.toFixed(1) : number.format(Math.round(rate))} tokens/s`);
  }

  const why = { length: 'reached the limit', stopped: 'stopped', lost: 'cut off' }[run ? '' : entry.finish];
  return why && count > 0 ? [...parts, why] : parts;
}

/** What went wrong with an answer; null: nothing. */
export function problemOf(entry, retry, others = []) {
  return entry.error === undefined ? null : h('div', { class: 'problem', role: 'group', 'aria-label': 'Error' },
    icon('warning'), h('p', {}, entry.error), h('div', { class: 'problem-actions' }, h('button', { type: 'button', class: 'quiet', on: { click: retry } }, 'Try again'), ...others));
}

/** Arrows between the versions of an entry; null where there is one. */
export function versionSwitch(app, entry, moved) {
  const versions = app.current.versions(entry);
  if (versions.length < 2) {
    return null;
  }

  const at = versions.indexOf(entry);
  const arrow = (symbol, label, by, isOff) => iconButton(symbol, label, () => {
    const next = app.step(entry, by);
    if (next) {
      moved(next, by);
    }
  }, { 'data-step': by, disabled: isOff || app.run !== null });
  return h('span', { class: 'versions', role: 'group', 'aria-label': 'Versions' },
    arrow('left', 'Version before', -1, at === 0),
    h('span', { 'aria-label': `Version ${at + 1} of ${versions.length}` }, `${at + 1}/${versions.length}`),
    arrow('right', 'Next version', 1, at === versions.length - 1));
}

export class EntryView {
  #app;
  #entry;
  #tip;
  #moved;
  #body = h('div', { class: 'body' });
  #foot = h('div', { class: 'foot' });
  #statistics = h('span', { class: 'statistics' });
  #markdown = null;
  #tokens = null;
  #isEditing = false;

  /**
   * @param {import('../app.js').App} app
   * @param {import('../conversation.js').Entry} entry
   * @param {import('./token-view.js').TokenTip} tip
   * @param {(entry: import('../conversation.js').Entry, by: number) => void} moved Called when the reader went to another version.
   */
  constructor(app, entry, tip, moved) {
    [this.#app, this.#entry, this.#tip, this.#moved] = [app, entry, tip, moved];
    const isUser = entry.role === 'user';
    this.element = h('article', { class: `entry ${entry.role}`, 'data-id': entry.id, 'aria-label': isUser ? 'You' : 'Answer' }, this.#body, this.#foot);
  }

  /** Draws all but the text of an answer that is being written, and that as well. */
  update() {
    if (this.#isEditing) {
      return;
    }

    const isWriting = this.#app.run?.entry === this.#entry;
    this.element.classList.toggle('writing', isWriting);
    this.element.setAttribute('aria-busy', String(isWriting));
    this.write();
    this.#drawFoot(isWriting);
  }

  /** Draws the text of the entry. */
  write() {
    const entry = this.#entry;
    if (entry.role === 'user') {
      this.#body.textContent = entry.text;
      return;
    }

    const run = this.#app.run?.entry === entry ? this.#app.run : null;
    const nodes = [];
    if (this.#app.showsProbabilities && entry.tokens?.length > 0) {
      this.#tokens ??= new TokenView(this.#tip);
      this.#tokens.update(entry.tokens);
      nodes.push(this.#tokens.element);
    } else if (entry.text !== '') {
      this.#markdown ??= new MarkdownView(h('div', { class: 'markdown' }));
      this.#markdown.update(entry.text);
      nodes.push(this.#markdown.element);
    } else if (run) {
      nodes.push(this.#body.querySelector('.waiting') ?? h('p', { class: 'waiting' }, h('span', { class: 'visually-hidden' }, 'Waiting for the first token'), h('span'), h('span'), h('span')));
    } else if (entry.error === undefined) {
      nodes.push(this.#body.querySelector('.nothing') ?? h('p', { class: 'nothing' }, entry.finish === 'stopped' ? 'Stopped before the first token.' : 'The model ended its answer at once.'));
    }

    arrange(this.#body, nodes);
    this.#statistics.textContent = statistics(entry, run).join(' · ');
    const details = [entry.model && `Model ${entry.model}`, entry.seed !== undefined && `seed ${entry.seed}`, entry.usage && `${number.format(entry.usage.prompt)} tokens of prompt`];
    this.#statistics.title = details.filter(Boolean).join(', ');
  }

  /** Lets the reader say something else. */
  edit() {
    if (this.#app.run || this.#isEditing) {
      return;
    }

    this.#isEditing = true;
    const area = h('textarea', { 'aria-label': 'Edit your message', rows: 1 });
    const fit = () => {
      area.style.height = 'auto';
      area.style.height = `${area.scrollHeight + 2}px`;
    };
    const end = isSent => {
      this.#isEditing = false;
      this.element.classList.remove('editing');
      if (isSent && area.value.trim() !== '' && area.value !== this.#entry.text) {
        this.#app.edit(this.#entry, area.value);
      } else {
        this.update();
        this.#foot.querySelector('[data-action=edit]')?.focus();
      }
    };
    area.value = this.#entry.text;
    area.addEventListener('input', fit);
    area.addEventListener('keydown', event => {
      if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        end(true);
      } else if (event.key === 'Escape') {
        event.preventDefault();
        event.stopPropagation();
        end(false);
      }
    });
    this.element.classList.add('editing');
    this.#body.replaceChildren(area);
    this.#foot.replaceChildren(
      h('button', { type: 'button', class: 'quiet', on: { click: () => end(false) } }, 'Cancel'),
      h('button', { type: 'button', class: 'primary', on: { click: () => end(true) } }, 'Send'));
    fit();
    area.focus();
  }

  #drawFoot(isWriting) {
    const entry = this.#entry;
    const isUser = entry.role === 'user';
    const isBusy = this.#app.run !== null;
    const focused = this.#foot.contains(document.activeElement) ? document.activeElement.dataset.action : undefined;
    const buttons = isWriting ? [] : [
      versionSwitch(this.#app, entry, this.#moved),
      entry.text !== '' && copyButton(isUser ? 'Copy message' : 'Copy answer', () => entry.text, { 'data-action': 'copy' }),
      isUser
        ? iconButton('edit', 'Edit message', () => this.edit(), { 'data-action': 'edit', disabled: isBusy })
        : iconButton('again', 'Answer again', () => this.#app.regenerate(entry), { 'data-action': 'again', disabled: isBusy }),
    ].filter(Boolean);
    const text = entry.code === 'no_chat_template' ? [h('button', { type: 'button', class: 'quiet', on: { click: () => this.#app.create('text') } }, 'Start a text instead')] : [];
    const problem = isWriting ? null : problemOf(entry, () => this.#app.regenerate(entry), text);
    const lacksTokens = !isUser && !isWriting && this.#app.showsProbabilities && entry.text !== '' && !entry.tokens?.length;
    arrange(this.#foot, [
      ...(problem ? [problem] : []),
      ...(buttons.length > 0 ? [h('div', { class: 'tools' }, ...buttons)] : []),
      ...(isUser ? [] : [this.#statistics]),
      ...(lacksTokens ? [h('span', { class: 'statistics' }, 'written without probabilities')] : []),
    ]);
    if (focused) {
      this.#foot.querySelector(`[data-action=${focused}]`)?.focus();
    }
  }
}
