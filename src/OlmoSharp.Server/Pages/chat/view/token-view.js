// An answer as its tokens, each with the probability that the model gave it.

import { h } from '../dom.js';

/** Probabilities below which a token is tinted, from hardly to strongly. */
const levels = [0.9, 0.5, 0.2, 0.05];

/** How a token that may be spaces, line ends or parts of characters is named. */
export function visible(text) {
  return text === '' ? '(nothing)' : text.replace(/ /g, '␣').replace(/\n/g, '⏎').replace(/\t/g, '⇥');
}

export function percent(logprob) {
  const value = 100 * Math.exp(logprob);
  return value >= 99.95 ? '100 %' : value >= 10 ? `${value.toFixed(1)} %` : value >= 0.01 ? `${value.toFixed(2)} %` : '< 0.01 %';
}

function levelOf(logprob) {
  return logprob === null ? 0 : levels.filter(bound => Math.exp(logprob) < bound).length;
}

/** The tokens of an answer: one stop for the Tab key, in which the arrow keys go from token to token. */
export class TokenView {
  #decoder = new TextDecoder();
  #tokens = [];
  #tip;

  /** @param {TokenTip} tip Shows what is known of a token. */
  constructor(tip) {
    this.#tip = tip;
    this.element = h('div', {
      class: 'tokens',
      role: 'listbox',
      'aria-label': 'Tokens of the answer with their probabilities',
      'aria-orientation': 'horizontal',
      on: {
        pointerover: event => this.#show(event.target),
        pointerleave: () => this.#tip.hideSoon(),
        focusin: event => this.#focus(event.target),
        focusout: () => this.#tip.hide(),
        keydown: event => this.#key(event),
      },
    });
  }

  /** Shows these tokens; those that are shown already stay. */
  update(tokens) {
    if (tokens.length < this.#tokens.length || tokens[0] !== this.#tokens[0]) {
      this.element.replaceChildren();
      this.#decoder = new TextDecoder();
      this.#tokens = [];
    }

    for (const token of tokens.slice(this.#tokens.length)) {
      // A character of several tokens is shown with the last of them.
      const text = token.bytes ? this.#decoder.decode(new Uint8Array(token.bytes), { stream: true }) : this.#decoder.decode() + token.text;
      const element = h('span', { role: 'option', class: `token level-${levelOf(token.logprob)}${text === '' ? ' part' : ''}${text.includes('\n') ? ' end' : ''}`, tabindex: this.#tokens.length === 0 ? 0 : -1 }, text);
      this.element.append(element);
      this.#tokens.push(token);
    }
  }

  #tokenOf(element) {
    return element.parentNode === this.element ? this.#tokens[[...this.element.children].indexOf(element)] : undefined;
  }

  #show(element) {
    const token = this.#tokenOf(element);
    if (token) {
      this.#tip.show(element, token);
    }
  }

  #focus(element) {
    const token = this.#tokenOf(element);
    if (!token) {
      return;
    }

    for (const other of this.element.querySelectorAll('[tabindex="0"], [aria-selected]')) {
      other.tabIndex = -1;
      other.removeAttribute('aria-selected');
    }

    element.tabIndex = 0;
    element.setAttribute('aria-selected', 'true');
    const others = token.top.filter(top => top.text !== token.text).map(top => `${visible(top.text)} ${percent(top.logprob)}`);
    element.setAttribute('aria-label', `${visible(token.text)}, ${token.logprob === null ? 'no probability' : percent(token.logprob)}${others.length > 0 ? `; others: ${others.join(', ')}` : ''}`);
    this.#tip.show(element, token);
  }

  #key(event) {
    const { target } = event;
    const next = {
      ArrowRight: target.nextElementSibling,
      ArrowLeft: target.previousElementSibling,
      ArrowDown: this.#below(target, 1),
      ArrowUp: this.#below(target, -1),
      Home: this.element.firstElementChild,
      End: this.element.lastElementChild,
    }[event.key];
    if (next === undefined || event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }

    event.preventDefault();
    next?.focus();
    next?.scrollIntoView({ block: 'nearest' });
  }

  /** The token of the next line that is nearest. */
  #below(element, direction) {
    const place = element.getClientRects()[0];
    let best = null;
    let at = element;
    let line = null;
    for (;;) {
      at = direction > 0 ? at.nextElementSibling : at.previousElementSibling;
      const rectangle = at?.getClientRects()[0];
      if (!rectangle || (line !== null && Math.abs(rectangle.top - line) > 3)) {
        return best?.at ?? null;
      }

      if (Math.abs(rectangle.top - place.top) > 3) {
        line ??= rectangle.top;
        const distance = Math.abs(rectangle.left - place.left);
        if (!best || distance < best.distance) {
          best = { at, distance };
        }
      }
    }
  }
}

/** What is known of one token, beside it. It stays while the pointer is on it, and Escape hides it. */
export class TokenTip {
  #timer = 0;

  constructor() {
    this.element = h('div', {
      id: 'token-tip',
      class: 'tip',
      popover: 'manual',
      role: 'tooltip',
      on: { pointerenter: () => clearTimeout(this.#timer), pointerleave: () => this.hideSoon() },
    });
    addEventListener('scroll', () => this.hide(), { capture: true, passive: true });
  }

  get isOpen() {
    return this.element.matches(':popover-open');
  }

  show(target, token) {
    clearTimeout(this.#timer);
    const rows = token.top.some(top => top.text === token.text) || token.logprob === null ? token.top : [...token.top, { text: token.text, logprob: token.logprob }];
    this.element.replaceChildren(
      h('p', { class: 'tip-head' }, h('code', {}, visible(token.text)), h('strong', {}, token.logprob === null ? 'no probability' : percent(token.logprob))),
      h('ol', {}, ...rows.map(row => this.#row(row, token))));
    if (!this.isOpen) {
      this.element.showPopover();
    }

    this.#place(target.getClientRects()[0] ?? target.getBoundingClientRect());
  }

  hideSoon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.hide(), 150);
  }

  hide() {
    clearTimeout(this.#timer);
    if (this.isOpen) {
      this.element.hidePopover();
    }
  }

  #row(row, token) {
    const bar = h('span', { class: 'bar' });
    bar.style.width = `${100 * Math.exp(row.logprob)}%`;
    return h('li', { class: row.text === token.text ? 'chosen' : null }, h('code', {}, visible(row.text)), h('span', { class: 'track' }, bar), h('span', { class: 'number' }, percent(row.logprob)));
  }

  #place(target) {
    const margin = 8;
    const { offsetWidth: width, offsetHeight: height } = this.element;
    const left = Math.min(Math.max(margin, target.left + target.width / 2 - width / 2), innerWidth - width - margin);
    const isAbove = target.top - height - margin > 0 && target.bottom + height + margin > innerHeight;
    this.element.style.left = `${left}px`;
    this.element.style.top = `${isAbove ? target.top - height - 6 : target.bottom + 6}px`;
  }
}
