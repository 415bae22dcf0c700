// The dialogs: for an API key, and the list of keys to press.

import { readValue, writeValue } from '../storage.js';

/** Asks for an API key. */
export class KeyDialog {
  #dialog = document.getElementById('key-dialog');
  #input = document.getElementById('key');
  #asked = null;

  constructor() {
    document.getElementById('key-cancel').addEventListener('click', () => this.#dialog.close());
  }

  /**
   * @param {string} message Why the server wants one.
   * @returns {Promise<string|null>} Null where the reader gives none.
   */
  ask(message) {
    return (this.#asked ??= new Promise(resolve => {
      document.getElementById('key-message').textContent = message;
      this.#input.value = '';
      this.#dialog.returnValue = '';
      this.#dialog.addEventListener('close', () => {
        const key = this.#dialog.returnValue === 'given' ? this.#input.value.trim() : '';
        this.#input.value = '';
        this.#asked = null;
        resolve(key === '' ? null : key);
      }, { once: true });
      this.#dialog.showModal();
      this.#input.focus();
    }));
  }
}

/** The list of keys, and whether those without a modifier are on. */
export class KeysDialog {
  #dialog = document.getElementById('keys-dialog');
  #check = document.getElementById('single-keys');

  constructor() {
    this.#check.checked = readValue('single-keys') !== false;
    this.#check.addEventListener('change', () => writeValue('single-keys', this.#check.checked));
    document.getElementById('show-keys').addEventListener('click', () => this.show());
    document.getElementById('keys-close').addEventListener('click', () => this.#dialog.close());
  }

  get areSingleKeysOn() {
    return this.#check.checked;
  }

  show() {
    this.#dialog.showModal();
  }
}
