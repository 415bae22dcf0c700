// Builds elements. Text only ever becomes text nodes; nothing here or elsewhere on the page parses HTML.

const svgNamespace = 'http://www.w3.org/2000/svg';

/**
 * Makes an element.
 * @param {string} tag
 * @param {object} [properties] Attributes; `class`; `on`: listeners by event. Those that are null, undefined or false are left out, true ones get an empty value.
 * @param {...(Node|string|null|undefined|false)} children
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === 'on') {
      for (const [event, listener] of Object.entries(value)) {
        element.addEventListener(event, listener);
      }
    } else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? '' : String(value));
    }
  }

  element.append(...children.filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

/** Shows one of the symbols of the page; it says nothing to a screen reader. */
export function icon(name) {
  const svg = document.createElementNS(svgNamespace, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(svgNamespace, 'use');
  use.setAttribute('href', `#icon-${name}`);
  svg.append(use);
  return svg;
}

/** A button with a symbol only; `label` is its name and its tooltip. */
export function iconButton(symbol, label, click, properties = {}) {
  return h('button', { type: 'button', class: 'icon-button', 'aria-label': label, title: label, ...properties, on: { click } }, icon(symbol));
}

/**
 * Puts nodes into a parent in this order. Those that are in place stay untouched, so that they keep focus and scroll positions.
 * @param {Element} parent
 * @param {Node[]} nodes
 */
export function arrange(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.childNodes]) {
    if (!wanted.has(child)) {
      child.remove();
    }
  }

  nodes.forEach((node, i) => {
    if (parent.childNodes[i] !== node) {
      parent.insertBefore(node, parent.childNodes[i] ?? null);
    }
  });
}

/** Copies text, also where the page did not come over HTTPS or from this machine. */
export async function copyText(text) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }

  const focused = document.activeElement;
  const area = h('textarea', { class: 'hidden', 'aria-hidden': 'true', tabindex: -1 });
  area.value = text;
  document.body.append(area);
  area.select();
  const isDone = document.execCommand('copy');
  area.remove();
  focused?.focus();
  if (!isDone) {
    throw new Error('The browser did not let the page copy.');
  }
}

/** A button that copies and says so for a moment. */
export function copyButton(label, text, properties = {}) {
  const button = iconButton('copy', label, async () => {
    let symbol = 'check';
    try {
      await copyText(text());
    } catch {
      symbol = 'warning';
    }

    button.replaceChildren(icon(symbol));
    button.setAttribute('aria-label', symbol === 'check' ? 'Copied' : 'Could not copy');
    setTimeout(() => {
      button.replaceChildren(icon('copy'));
      button.setAttribute('aria-label', label);
    }, 1500);
  }, properties);
  return button;
}
