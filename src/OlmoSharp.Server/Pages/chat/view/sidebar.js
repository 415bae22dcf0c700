// The list of conversations.

import { arrange, h, iconButton } from '../dom.js';

export class Sidebar {
  #app;
  #list = document.getElementById('conversations');
  #file = document.getElementById('import-file');
  #opened;
  #renaming = null;

  /** @param {() => void} opened Called when the reader went to a conversation. */
  constructor(app, opened) {
    [this.#app, this.#opened] = [app, opened];
    document.getElementById('new').addEventListener('click', () => {
      app.create();
      opened();
    });
    document.getElementById('export').addEventListener('click', () => this.#export());
    document.getElementById('import').addEventListener('click', () => this.#file.click());
    this.#file.addEventListener('change', () => this.#import());
    app.addEventListener('change', () => this.update());
  }

  /** Draws the list. */
  update() {
    if (this.#renaming === null) {
      const focused = this.#list.contains(document.activeElement) ? document.activeElement.dataset : null;
      const [id, action] = [focused?.id, focused?.action];
      arrange(this.#list, this.#app.conversations.map(conversation => this.#item(conversation)));
      if (id) {
        this.#list.querySelector(`[data-id="${id}"][data-action="${action}"]`)?.focus();
      }
    }

    document.getElementById('none').hidden = this.#app.conversations.length > 0;
    document.getElementById('export').disabled = this.#app.conversations.length === 0;
  }

  #item(conversation) {
    const isCurrent = conversation === this.#app.current;
    const { id, name } = conversation;
    return h('li', { class: `${isCurrent ? 'current' : ''}${this.#app.isAnswering(conversation) ? ' answering' : ''}` },
      h('button', {
        type: 'button', class: 'conversation', title: name, 'data-id': id, 'data-action': 'open', 'aria-current': isCurrent ? 'true' : null,
        on: {
          click: () => {
            this.#app.open(id);
            this.#opened();
          },
          dblclick: event => this.#rename(conversation, event.target.closest('li')),
          keydown: event => {
            if (event.key === 'F2') {
              this.#rename(conversation, event.target.closest('li'));
            } else if (event.key === 'Delete') {
              this.#remove(conversation);
            }
          },
        },
      }, name),
      iconButton('edit', `Rename “${name}”`, event => this.#rename(conversation, event.target.closest('li')), { 'data-id': id, 'data-action': 'rename' }),
      iconButton('delete', `Delete “${name}”`, () => this.#remove(conversation), { 'data-id': id, 'data-action': 'remove' }));
  }

  #rename(conversation, item) {
    // Of a double click the first one has drawn the list anew.
    const place = item.isConnected ? item : this.#list.querySelector(`[data-id="${conversation.id}"]`).closest('li');
    const input = h('input', { class: 'rename', 'aria-label': 'Name of the conversation', maxlength: 200 });
    const end = isKept => {
      if (this.#renaming === input) {
        this.#renaming = null;
        if (isKept) {
          this.#app.rename(conversation, input.value);
        }

        this.update();
        this.#list.querySelector(`[data-id="${conversation.id}"]`)?.focus();
      }
    };
    this.#renaming = input;
    input.value = conversation.title;
    input.addEventListener('blur', () => end(true));
    input.addEventListener('keydown', event => {
      if (event.key === 'Enter' || event.key === 'Escape') {
        event.preventDefault();
        event.stopPropagation();
        end(event.key === 'Enter');
      }
    });
    place.replaceChildren(input);
    input.select();
  }

  #remove(conversation) {
    const at = this.#app.conversations.indexOf(conversation);
    this.#app.remove(conversation);
    const next = this.#app.conversations[at] ?? this.#app.conversations[at - 1];
    (next ? this.#list.querySelector(`[data-id="${next.id}"]`) : document.getElementById('new')).focus();
  }

  #export() {
    const address = URL.createObjectURL(new Blob([this.#app.export()], { type: 'application/json' }));
    h('a', { href: address, download: `conversations-${new Date().toISOString().slice(0, 10)}.json` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
  }

  async #import() {
    const [file] = this.#file.files;
    if (file) {
      const text = await file.text();
      this.#file.value = '';
      this.#app.import(text);
      this.#opened();
    }
  }
}
