// The panel of settings.

import { h, iconButton } from '../dom.js';
import { fields } from '../settings.js';

export class SettingsView {
  #app;
  #system = document.getElementById('system');
  #updates = [];

  constructor(app) {
    this.#app = app;
    const { settings } = app;
    const place = document.getElementById('fields');
    place.append(...fields.map(field => this.#number(field)), this.#seed(), this.#stop());
    document.getElementById('reset').addEventListener('click', () => settings.reset());
    document.getElementById('forget-key').addEventListener('click', () => app.forgetKey());
    this.#system.addEventListener('input', () => app.setSystem(this.#system.value));
    settings.addEventListener('change', () => this.update());
    app.addEventListener('change', () => this.update());
    this.update();
  }

  /** Draws what is set. */
  update() {
    const { current, settings, hasKey } = this.#app;
    if (document.activeElement !== this.#system) {
      this.#system.value = current.system;
    }

    document.getElementById('system-field').hidden = current.mode === 'text';
    document.getElementById('forget-key').hidden = !hasKey;
    document.getElementById('reset').disabled = [...fields.map(field => field.name), 'seed', 'stop'].every(name => settings.isDefault(name));
    this.#updates.forEach(update => update());
  }

  #number(field) {
    const { settings } = this.#app;
    const [id, help] = [`set-${field.name}`, `help-${field.name}`];
    const limits = { min: field.min, max: field.max, step: field.step };
    const box = h('input', { id, type: 'number', inputmode: 'decimal', ...limits, 'aria-describedby': help });
    const slider = h('input', { type: 'range', ...limits, min: field.bottom ?? field.min, max: this.#top(field), 'aria-label': field.label, 'aria-describedby': help });
    slider.addEventListener('input', () => settings.set(field.name, slider.valueAsNumber));
    box.addEventListener('change', () => {
      settings.set(field.name, box.valueAsNumber);
      box.value = settings.get(field.name);
    });
    return this.#field(field.name, field.label, id, help, field.help, box, slider, () => {
      const value = settings.get(field.name);
      slider.max = this.#top(field);
      slider.value = value;
      if (document.activeElement !== box) {
        box.value = value;
      }
    });
  }

  #top(field) {
    return field.name === 'max_tokens' && this.#app.context !== null ? this.#app.context : field.top ?? field.max;
  }

  #seed() {
    const { settings } = this.#app;
    const box = h('input', { id: 'set-seed', type: 'number', step: 1, placeholder: 'random', 'aria-describedby': 'help-seed' });
    box.addEventListener('change', () => settings.set('seed', box.value === '' ? null : box.valueAsNumber));
    return this.#field('seed', 'Seed', 'set-seed', 'help-seed', 'With the same seed the same question gets the same answer.', box, null, () => {
      if (document.activeElement !== box) {
        box.value = settings.get('seed') ?? '';
      }
    });
  }

  #stop() {
    const { settings } = this.#app;
    const area = h('textarea', { id: 'set-stop', rows: 2, spellcheck: 'false', 'aria-describedby': 'help-stop' });
    area.addEventListener('input', () => settings.set('stop', area.value));
    return this.#field('stop', 'Stop strings', 'set-stop', 'help-stop', 'One a line; an answer ends before any of them. \\n stands for the end of a line.', null, area, () => {
      if (document.activeElement !== area) {
        area.value = settings.get('stop');
      }
    });
  }

  #field(name, label, id, help, text, short, long, update) {
    const { settings } = this.#app;
    const reset = iconButton('undo', `Set ${label.toLowerCase()} back`, () => {
      settings.reset(name);
      (short ?? long).focus();
    });
    this.#updates.push(() => {
      update();
      reset.hidden = settings.isDefault(name);
    });
    return h('div', { class: 'field' }, h('div', { class: 'field-head' }, h('label', { for: id }, label), reset, short), long, h('p', { id: help, class: 'help' }, text));
  }
}
