// A line at the bottom that says what happened, for a while.

import { h } from '../dom.js';

const duration = 10000;

export class Notice {
  #element = document.getElementById('notice');
  #timer = 0;

  /**
   * Says something.
   * @param {string} text
   * @param {{label: string, run: () => void}} [action] What the reader can do about it.
   */
  show(text, action) {
    clearTimeout(this.#timer);
    this.#element.replaceChildren(
      h('span', {}, text),
      ...(action ? [h('button', { type: 'button', on: { click: () => {
        this.hide();
        action.run();
      } } }, action.label)] : []),
      h('button', { type: 'button', class: 'close', 'aria-label': 'Dismiss', on: { click: () => this.hide() } }, '×'));
    this.#element.hidden = false;
    this.#wait();
    // As long as the reader is at it, it stays.
    this.#element.onpointerenter = this.#element.onfocus = () => clearTimeout(this.#timer);
    this.#element.onpointerleave = () => this.#wait();
  }

  hide() {
    clearTimeout(this.#timer);
    this.#element.hidden = true;
  }

  #wait() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#element.contains(document.activeElement) ? this.#wait() : this.hide(), duration);
  }
}
