// Puts the page together.

import { App } from './app.js';
import { h, icon } from './dom.js';
import { writeValue } from './storage.js';
import { Announcer } from './view/announcer.js';
import { Composer } from './view/composer.js';
import { KeyDialog, KeysDialog } from './view/dialogs.js';
import { Notice } from './view/notice.js';
import { Panel } from './view/panel.js';
import { SettingsView } from './view/settings-view.js';
import { Sidebar } from './view/sidebar.js';
import { ThreadView } from './view/thread-view.js';
import { TokenTip } from './view/token-view.js';

const byId = id => document.getElementById(id);

const app = new App();
const tip = new TokenTip();
document.body.append(tip.element);
const announcer = new Announcer(app);
const notice = new Notice();
const keyDialog = new KeyDialog();
const keysDialog = new KeysDialog();
app.askKey = message => keyDialog.ask(message);
app.tell = (text, action) => {
  notice.show(text, action);
  announcer.say(text);
};

const [main, sidebarElement, settingsElement] = [byId('main'), byId('sidebar'), byId('settings')];
const composer = new Composer(app);
const sidebarPanel = new Panel(sidebarElement, [byId('toggle-sidebar'), byId('close-sidebar')], [main, settingsElement], true, () => settingsPanel.giveWay());
const settingsPanel = new Panel(settingsElement, [byId('toggle-settings'), byId('close-settings')], [main, sidebarElement], false, () => sidebarPanel.giveWay());
new Sidebar(app, () => {
  sidebarPanel.giveWay();
  composer.focus();
});
new SettingsView(app);
const thread = new ThreadView(app, tip, text => composer.write(text));

byId('scrim').addEventListener('click', () => [sidebarPanel, settingsPanel].find(panel => panel.isAbove)?.close());
// The address's hash names the conversation, so the link must not set it.
document.querySelector('.skip').addEventListener('click', event => {
  event.preventDefault();
  composer.focus();
});
byId('probabilities').addEventListener('click', () => app.setProbabilities(!app.showsProbabilities));
byId('retry').addEventListener('click', () => app.connect());
byId('models').addEventListener('change', event => app.chooseModel(event.target.value));
byId('theme').addEventListener('click', switchTheme);
drawTheme();
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawTheme);

app.addEventListener('change', () => {
  const { current, model, models, problem, showsProbabilities } = app;
  byId('title').textContent = current.name;
  document.title = current.isEmpty ? 'OlmoSharp' : `${current.name} · OlmoSharp`;
  byId('model').textContent = model?.id ?? '';
  byId('model').hidden = models.length > 1;
  const select = byId('models');
  select.hidden = models.length < 2;
  if (select.options.length !== models.length) {
    select.replaceChildren(...models.map(({ id }) => h('option', { value: id }, id)));
  }

  select.value = model?.id ?? '';
  byId('probabilities').setAttribute('aria-pressed', String(showsProbabilities));
  byId('banner').hidden = problem === null;
  byId('banner-text').textContent = problem ?? '';
  const hash = current.isEmpty ? '' : `#${current.id}`;
  if (location.hash !== hash) {
    history.pushState(null, '', hash || location.pathname + location.search);
  }
});

addEventListener('popstate', () => app.open(location.hash.slice(1)));
addEventListener('keydown', pressed);
app.open(location.hash.slice(1));
composer.focus();
app.connect();

function isDark() {
  return document.documentElement.dataset.theme ? document.documentElement.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
}

function switchTheme() {
  const theme = isDark() ? 'light' : 'dark';
  document.documentElement.dataset.theme = theme;
  writeValue('theme', theme);
  drawTheme();
}

function drawTheme() {
  const button = byId('theme');
  const label = isDark() ? 'Light theme' : 'Dark theme';
  button.replaceChildren(icon(isDark() ? 'sun' : 'moon'));
  button.setAttribute('aria-label', label);
  button.title = label;
}

function pressed(event) {
  if (event.defaultPrevented || event.isComposing || document.querySelector('dialog[open]')) {
    return;
  }

  if (event.key === 'Escape') {
    escape(event);
    return;
  }

  const isTyping = event.target.matches?.('textarea, select, input:not([type=radio], [type=range], [type=checkbox])');
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || !keysDialog.areSingleKeysOn) {
    return;
  }

  const answer = app.current.path.findLast(entry => entry.role === 'assistant');
  const action = {
    '?': () => keysDialog.show(),
    '/': () => composer.focus(),
    n: () => {
      app.create();
      composer.focus();
    },
    r: () => answer && app.regenerate(answer),
    e: () => thread.editLast(),
    p: () => app.setProbabilities(!app.showsProbabilities),
    b: () => sidebarPanel.toggle(),
    s: () => settingsPanel.toggle(),
    t: () => switchTheme(),
    '[': () => answer && app.step(answer, -1),
    ']': () => answer && app.step(answer, 1),
  }[event.key];
  if (action) {
    event.preventDefault();
    action();
  }
}

/** What is on top goes first: a panel above the conversation, the tip, then the answer stops. */
function escape(event) {
  const panel = [sidebarPanel, settingsPanel].find(other => other.isAbove) ?? (settingsElement.contains(event.target) ? settingsPanel : null);
  if (panel) {
    tip.hide();
    panel.close();
  } else if (tip.isOpen) {
    tip.hide();
  } else if (app.run) {
    app.stop();
  } else {
    composer.focus();
  }
}
