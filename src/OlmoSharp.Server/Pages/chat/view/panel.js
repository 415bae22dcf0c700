// A panel at a side of the page. On wide screens it stands beside the conversation; on narrow ones it lies above it, and the rest waits.

const narrow = matchMedia('(max-width: 60rem)');

export class Panel {
  #element;
  #buttons;
  #rest;
  #opened;

  /**
   * @param {HTMLElement} element What is marked with `data-first` in it gets the focus when it opens.
   * @param {HTMLElement[]} buttons Open and close it; the first gets the focus when it closes.
   * @param {HTMLElement[]} rest What waits while it lies above.
   * @param {boolean} isOpen Whether it is open on wide screens at first.
   * @param {() => void} [opened]
   */
  constructor(element, buttons, rest, isOpen, opened = () => {}) {
    [this.#element, this.#buttons, this.#rest, this.#opened] = [element, buttons, rest, opened];
    for (const button of buttons) {
      button.addEventListener('click', () => this.toggle());
      button.setAttribute('aria-controls', element.id);
    }

    narrow.addEventListener('change', () => this.#set(!narrow.matches && isOpen));
    this.#set(!narrow.matches && isOpen);
  }

  get isOpen() {
    return !this.#element.hidden;
  }

  /** Whether it lies above the rest. */
  get isAbove() {
    return this.isOpen && narrow.matches;
  }

  toggle() {
    if (this.isOpen) {
      this.close();
    } else {
      this.open();
    }
  }

  open() {
    this.#set(true);
    this.#opened();
    this.#element.querySelector('[data-first]').focus();
  }

  close() {
    this.#set(false);
    this.#buttons[0].focus();
  }

  /** Closes it where it lies above the conversation, without moving the focus. */
  giveWay() {
    if (this.isAbove) {
      this.#set(false);
    }
  }

  #set(isOpen) {
    this.#element.hidden = !isOpen;
    for (const button of this.#buttons) {
      button.setAttribute('aria-expanded', String(isOpen));
    }

    const isAbove = isOpen && narrow.matches;
    for (const other of this.#rest) {
      other.inert = isAbove;
    }

    document.body.classList.toggle('covered', isAbove);
  }
}
