// What a screen reader is told. The answer itself is no live region: read out token by token it would drown everything.

const longest = 400;

export class Announcer {
  #element = document.getElementById('live');

  constructor(app) {
    let isAnswering = false;
    app.addEventListener('change', () => {
      if (!isAnswering && app.run) {
        this.say('Answering.');
      }

      isAnswering = app.run !== null;
    });
    app.addEventListener('answered', event => {
      const { conversation, entry } = event.detail;
      if (conversation === app.current) {
        this.say(this.#summary(entry));
      }
    });
  }

  say(text) {
    this.#element.textContent = text;
  }

  #summary(entry) {
    if (entry.error !== undefined) {
      return `The answer failed. ${entry.error}`;
    }

    const words = entry.text.split(/\s+/).filter(Boolean).length;
    const end = { stopped: 'Stopped.', length: 'The answer reached the limit.' }[entry.finish] ?? 'The answer is complete.';
    return entry.text.length <= longest ? `${end} ${entry.text}` : `${end} ${words} words.`;
  }
}
