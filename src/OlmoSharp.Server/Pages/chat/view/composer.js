// Where the reader writes.

const number = new Intl.NumberFormat('en');

export class Composer {
  #app;
  #form = document.getElementById('composer');
  #draft = document.getElementById('draft');
  #send = document.getElementById('send');
  #stop = document.getElementById('stop');
  #context = document.getElementById('context');
  #meter = document.getElementById('context-meter');
  #drafts = new Map();
  #shown = null;

  constructor(app) {
    this.#app = app;
    this.#form.addEventListener('submit', event => {
      event.preventDefault();
      this.#submit();
    });
    this.#draft.addEventListener('input', () => this.#typed());
    this.#draft.addEventListener('keydown', event => {
      // In the middle of composing a character, Enter belongs to the input method.
      if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
        event.preventDefault();
        this.#submit();
      }
    });
    this.#stop.addEventListener('click', () => {
      app.stop();
      this.focus();
    });
    app.addEventListener('change', () => this.update());
  }

  focus() {
    this.#draft.focus({ preventScroll: true });
  }

  /** Puts a text where the reader writes. */
  write(text) {
    this.#draft.value = text;
    this.#typed();
    this.focus();
    this.#draft.setSelectionRange(text.length, text.length);
  }

  /** Draws all. */
  update() {
    const { current, run, context } = this.#app;
    if (this.#shown !== current) {
      this.#shown = current;
      this.#draft.value = this.#drafts.get(current.id) ?? '';
    }

    const isText = current.mode === 'text';
    const label = !isText ? 'Message' : current.isEmpty ? 'Beginning of the text' : 'More text, or nothing to continue';
    this.#draft.setAttribute('aria-label', label);
    this.#draft.placeholder = isText ? (current.isEmpty ? 'How does the text begin?' : 'Add text, or press Enter to continue') : 'Message';
    this.#send.hidden = run !== null;
    this.#stop.hidden = run === null;
    const sendLabel = isText ? 'Continue' : 'Send';
    this.#send.setAttribute('aria-label', sendLabel);
    this.#send.title = `${sendLabel} (Enter)`;
    const usage = current.path.findLast(entry => entry.usage)?.usage;
    const used = usage ? usage.prompt + usage.completion : 0;
    this.#context.hidden = context === null;
    this.#context.querySelector('span').textContent = `${number.format(used)} of ${number.format(context ?? 0)} tokens`;
    this.#meter.max = context ?? 1;
    this.#meter.value = used;
    this.#context.classList.toggle('full', context !== null && used > 0.9 * context);
    this.#fit();
    this.#allow();
  }

  #typed() {
    this.#drafts.set(this.#app.current.id, this.#draft.value);
    this.#fit();
    this.#allow();
  }

  #allow() {
    const { current } = this.#app;
    this.#send.disabled = this.#draft.value.trim() === '' && (current.mode === 'chat' || current.isEmpty);
  }

  #fit() {
    this.#draft.style.height = 'auto';
    this.#draft.style.height = `${this.#draft.scrollHeight}px`;
  }

  #submit() {
    const text = this.#draft.value;
    if (this.#app.run || this.#send.disabled) {
      return;
    }

    this.#draft.value = '';
    this.#typed();
    this.#app.send(text);
    // The button that was pressed has given way to another.
    this.focus();
  }
}
