// Markdown as language models write it, built as DOM nodes. HTML in it is text, images are links, and links lead to http and https only.
// Time is linear in the text, and depth is bounded, whatever a model writes.

import { copyButton, h } from './dom.js';

const deepest = 12;
const punctuation = /[\p{P}\p{S}]/u;
const fence = /^ {0,3}(`{3,}|~{3,})[ \t]*(.*)$/;
const bullet = /^( *)([-*+]|\d{1,9}[.)])(?:[ \t]+|$)/;
const quote = /^ {0,3}> ?/;
const rule = /^ {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}$/;
const heading = /^ {0,3}(#{1,6})(?=[ \t]|$)/;
const address = /^https?:\/\/[^\s<>"\u0000-\u001f]+/i;

/** Shows a text that may still grow; blocks that are done stay as they are. */
export class MarkdownView {
  #blocks = [];

  /** @param {Element} element Takes the blocks. */
  constructor(element) {
    this.element = element;
  }

  /** Shows this text. */
  update(text) {
    const blocks = parse(text);
    let same = 0;
    while (same < blocks.length && same < this.#blocks.length && blocks[same].source === this.#blocks[same].source) {
      blocks[same].node = this.#blocks[same].node;
      same++;
    }

    for (let i = same; i < blocks.length; i++) {
      const [block, old] = [blocks[i], this.#blocks[i]];
      if (block.type === 'code' && old?.type === 'code' && block.language === old.language) {
        // A code block that is being written keeps its node, so that its button can be pressed meanwhile.
        block.node = old.node;
        block.node.querySelector('code').textContent = block.text;
      } else {
        block.node = build(block);
        old?.node.remove();
        this.element.insertBefore(block.node, this.element.childNodes[i] ?? null);
      }
    }

    for (const old of this.#blocks.slice(blocks.length)) {
      old.node.remove();
    }

    this.#blocks = blocks;
  }
}

/** The nodes of a text. */
export function renderMarkdown(text) {
  const fragment = document.createDocumentFragment();
  fragment.append(...parse(text).map(build));
  return fragment;
}

function parse(text) {
  return parseBlocks(text.replace(/\r\n?/g, '\n').split('\n'), 0);
}

function parseBlocks(lines, depth) {
  const blocks = [];
  for (let i = 0; i < lines.length;) {
    if (lines[i].trim() === '') {
      i++;
      continue;
    }

    const start = i;
    const block = readFence() ?? readHeading() ?? readRule() ?? readQuote() ?? readList() ?? readTable() ?? readParagraph();
    block.source = lines.slice(start, i).join('\n');
    blocks.push(block);

    function readFence() {
      const match = fence.exec(lines[i]);
      if (!match || (match[1][0] === '`' && match[2].includes('`'))) {
        return null;
      }

      const indent = lines[i].indexOf(match[1]);
      const text = [];
      for (i++; i < lines.length; i++) {
        const line = lines[i];
        const end = fence.exec(line);
        if (end && end[1][0] === match[1][0] && end[1].length >= match[1].length && end[2].trim() === '') {
          i++;
          break;
        }

        text.push(line.slice(Math.min(indent, line.length - line.trimStart().length)));
      }

      return { type: 'code', language: match[2].trim().split(/\s/)[0], text: text.join('\n') };
    }

    function readHeading() {
      const match = heading.exec(lines[i]);
      if (!match) {
        return null;
      }

      let text = lines[i++].slice(match[0].length).trim();
      const end = text.length - trailing(text, '#');
      if (end < text.length && (end === 0 || text[end - 1] === ' ' || text[end - 1] === '\t')) {
        text = text.slice(0, end).trimEnd();
      }

      return { type: 'heading', level: match[1].length, text };
    }

    function readRule() {
      if (!rule.test(lines[i])) {
        return null;
      }

      i++;
      return { type: 'rule' };
    }

    function readQuote() {
      if (depth >= deepest || !quote.test(lines[i])) {
        return null;
      }

      const inner = [];
      for (; i < lines.length && quote.test(lines[i]); i++) {
        inner.push(lines[i].replace(quote, ''));
      }

      return { type: 'quote', blocks: parseBlocks(inner, depth + 1) };
    }

    function readList() {
      const first = bullet.exec(lines[i]);
      if (depth >= deepest || !first) {
        return null;
      }

      const kind = kindOf(first[2]);
      const items = [];
      while (i < lines.length) {
        const match = bullet.exec(lines[i]);
        if (!match || kindOf(match[2]) !== kind || rule.test(lines[i])) {
          break;
        }

        // The text's column; models often indent what belongs to an item by less.
        const column = Math.min(match[0].length, match[1].length + match[2].length + 4);
        const least = Math.min(column, match[1].length + 2);
        const inner = [lines[i].slice(column)];
        for (i++; i < lines.length; i++) {
          const line = lines[i];
          const indent = line.length - line.trimStart().length;
          if (line.trim() === '') {
            // Blank lines belong to the item where something of it follows.
            const next = nextText(lines, i);
            if (next === lines.length || lines[next].length - lines[next].trimStart().length < least) {
              break;
            }

            inner.push(...new Array(next - i).fill(''));
            i = next - 1;
          } else if (indent >= least) {
            inner.push(line.slice(Math.min(indent, column)));
          } else if (startsBlock(line) || inner.at(-1).trim() === '') {
            break;
          } else {
            inner.push(line);
          }
        }

        items.push(parseBlocks(inner, depth + 1));
        i = nextText(lines, i);
      }

      return items.length === 0 ? null : { type: 'list', start: kind.endsWith('-') ? null : parseInt(first[2], 10), items };
    }

    function readTable() {
      const [head, align] = [cells(lines[i]), cells(lines[i + 1] ?? '')];
      if (!lines[i].includes('|') || head.length !== align.length || !align.every(cell => /^:?-+:?$/.test(cell))) {
        return null;
      }

      const rows = [];
      for (i += 2; i < lines.length && lines[i].includes('|'); i++) {
        const row = cells(lines[i]);
        rows.push(head.map((_, k) => row[k] ?? ''));
      }

      return { type: 'table', head, rows, align: align.map(cell => (cell.endsWith(':') ? (cell.startsWith(':') ? 'center' : 'end') : 'start')) };
    }

    function readParagraph() {
      const text = [lines[i++].trim()];
      while (i < lines.length && lines[i].trim() !== '' && !startsBlock(lines[i])) {
        text.push(lines[i++].trim());
      }

      return { type: 'paragraph', text: text.join('\n') };
    }
  }

  return blocks;
}

function nextText(lines, start) {
  let i = start;
  while (i < lines.length && lines[i].trim() === '') {
    i++;
  }

  return i;
}

function startsBlock(line) {
  return heading.test(line) || quote.test(line) || bullet.test(line) || rule.test(line) || fence.test(line);
}

function kindOf(marker) {
  return marker.length === 1 ? `${marker}-` : marker.at(-1);
}

function trailing(text, letter) {
  let count = 0;
  while (count < text.length && text[text.length - 1 - count] === letter) {
    count++;
  }

  return count;
}

function cells(line) {
  const parts = [];
  let part = '';
  const inner = line.trim();
  for (let i = 0; i < inner.length; i++) {
    if (inner[i] === '\\' && inner[i + 1] === '|') {
      part += '|';
      i++;
    } else if (inner[i] === '|') {
      parts.push(part);
      part = '';
    } else {
      part += inner[i];
    }
  }

  parts.push(part);
  if (inner.startsWith('|')) {
    parts.shift();
  }

  if (parts.length > 0 && inner.length > 1 && inner.endsWith('|')) {
    parts.pop();
  }

  return parts.map(cell => cell.trim());
}

function build(block) {
  switch (block.type) {
    case 'code': {
      const code = h('code', {}, block.text);
      return h('div', { class: 'code' },
        h('div', { class: 'code-head' }, h('span', {}, block.language || 'text'), copyButton('Copy code', () => code.textContent)),
        h('pre', { tabindex: 0, role: 'region', 'aria-label': block.language ? `Code in ${block.language}` : 'Code' }, code));
    }

    case 'heading':
      // The page's own headings come first, so those of an answer begin below them.
      return h(`h${Math.min(block.level + 2, 6)}`, { class: `level-${block.level}` }, inline(block.text));
    case 'rule':
      return h('hr');
    case 'quote':
      return h('blockquote', {}, ...block.blocks.map(build));
    case 'list':
      return h(block.start === null ? 'ul' : 'ol', block.start > 1 || block.start === 0 ? { start: block.start } : {},
        ...block.items.map(item => h('li', {}, ...item.map(build))));
    case 'table': {
      const row = (tag, texts) => h('tr', {}, ...texts.map((text, k) => h(tag, { class: block.align[k], scope: tag === 'th' ? 'col' : null }, inline(text))));
      return h('div', { class: 'table', tabindex: 0, role: 'region', 'aria-label': 'Table' },
        h('table', {}, h('thead', {}, row('th', block.head)), h('tbody', {}, ...block.rows.map(texts => row('td', texts)))));
    }

    default:
      return h('p', {}, inline(block.text));
  }
}

/** Text with code, emphasis and links, after CommonMark's rules for delimiters. */
function inline(text) {
  const root = document.createDocumentFragment();
  const openers = { '*': [], '_': [], '~': [] };
  const depths = new Map();
  const ticks = new Backticks(text);
  const brackets = [];
  let plain = '';
  let order = 0;

  for (let i = 0; i < text.length;) {
    const letter = text[i];
    if (letter === '\\' && i + 1 < text.length && /[!-/:-@[-`{-~]/.test(text[i + 1])) {
      plain += text[i + 1];
      i += 2;
    } else if (letter === '`') {
      const end = i + run(text, i);
      const close = ticks.next(end - i, end);
      if (close === null) {
        plain += text.slice(i, end);
        i = end;
      } else {
        flush();
        const code = text.slice(end, close).replace(/\n/g, ' ');
        root.append(h('code', {}, code.length > 2 && code.startsWith(' ') && code.endsWith(' ') && code.trim() !== '' ? code.slice(1, -1) : code));
        i = close + (end - i);
      }
    } else if (letter === '*' || letter === '_' || letter === '~') {
      flush();
      i = delimiter(i);
    } else if (letter === '[' || (letter === '!' && text[i + 1] === '[')) {
      flush();
      const marker = document.createTextNode(letter === '[' ? '[' : '![');
      root.append(marker);
      brackets.push({ marker, order: order++ });
      i += marker.data.length;
    } else if (letter === ']') {
      flush();
      i = closeBracket(i);
    } else if ((letter === 'h' || letter === 'H' || letter === '<') && brackets.length === 0) {
      i = bareLink(i);
    } else {
      plain += letter;
      i++;
    }
  }

  flush();
  return root;

  function flush() {
    if (plain !== '') {
      root.append(plain);
      plain = '';
    }
  }

  function delimiter(start) {
    const letter = text[start];
    const count = run(text, start);
    const [before, after] = [text[start - 1] ?? ' ', text[start + count] ?? ' '];
    const isLeft = !/\s/.test(after) && (!punctuation.test(after) || /\s/.test(before) || punctuation.test(before));
    const isRight = !/\s/.test(before) && (!punctuation.test(before) || /\s/.test(after) || punctuation.test(after));
    const node = document.createTextNode(text.slice(start, start + count));
    root.append(node);
    if (letter === '~' && count !== 2) {
      return start + count;
    }

    if (isRight && (letter !== '_' || !isLeft || punctuation.test(after))) {
      close(node, letter);
    }

    if (node.data !== '' && isLeft && (letter !== '_' || !isRight || punctuation.test(before))) {
      openers[letter].push({ node, order: order++ });
    }

    return start + count;
  }

  function close(closer, letter) {
    while (closer.data !== '' && openers[letter].length > 0) {
      const opener = openers[letter].at(-1);
      const count = letter === '~' || (closer.data.length > 1 && opener.node.data.length > 1) ? 2 : 1;
      const element = wrap(letter === '~' ? 'del' : count === 2 ? 'strong' : 'em', opener.node, closer);
      if (element === null) {
        // What is around it would be deeper still.
        openers[letter].length = 0;
        return;
      }

      forget(opener.order + 1);
      opener.node.data = opener.node.data.slice(count);
      closer.data = closer.data.slice(count);
      if (opener.node.data === '') {
        openers[letter].pop();
      }
    }
  }

  /** What opened from there on did not close where it could have. */
  function forget(start) {
    for (const stack of [brackets, ...Object.values(openers)]) {
      while (stack.length > 0 && stack.at(-1).order >= start) {
        stack.pop();
      }
    }
  }

  function wrap(tag, first, last) {
    let depth = 1;
    for (let node = first.nextSibling; node !== last; node = node.nextSibling) {
      depth = Math.max(depth, 1 + (depths.get(node) ?? 0));
    }

    if (depth > deepest) {
      return null;
    }

    const element = h(tag);
    while (first.nextSibling !== last) {
      element.append(first.nextSibling);
    }

    root.insertBefore(element, last);
    depths.set(element, depth);
    return element;
  }

  function closeBracket(start) {
    const opener = brackets.pop();
    const target = opener && text[start + 1] === '(' ? linkTarget(text, start + 2) : null;
    const marker = document.createTextNode(']');
    root.append(marker);
    if (target === null) {
      return start + 1;
    }

    const element = target.address === null ? null : wrap('a', opener.marker, marker);
    if (element === null) {
      plain += text.slice(start + 1, target.end);
      return target.end;
    }

    opener.marker.remove();
    marker.remove();
    if (element.childNodes.length === 0) {
      element.append(target.address);
    }

    forget(opener.order);
    // No link inside a link.
    brackets.length = 0;
    linkTo(element, target.address);
    return target.end;
  }

  function bareLink(start) {
    const isBracketed = text[start] === '<';
    const match = /\w/.test(text[start - 1] ?? ' ') && !isBracketed ? null : address.exec(text.slice(start + (isBracketed ? 1 : 0), start + 2048));
    if (!match || (isBracketed && text[start + 1 + match[0].length] !== '>')) {
      plain += text[start];
      return start + 1;
    }

    let found = match[0];
    if (!isBracketed) {
      // The sentence's own signs are no part of the address, nor is a bracket that opened before it.
      found = found.replace(/[.,:;!?'*_~)\]]+$/, end => (end.startsWith(')') && found.includes('(') ? ')' : ''));
    }

    if (!isAddress(found)) {
      plain += text[start];
      return start + 1;
    }

    flush();
    const link = h('a', {}, found);
    linkTo(link, found);
    root.append(link);
    return start + found.length + (isBracketed ? 2 : 0);
  }
}

/** Where the runs of backticks of each length are. */
class Backticks {
  #places = new Map();

  constructor(text) {
    for (let i = text.indexOf('`'); i >= 0; i = text.indexOf('`', i)) {
      const length = run(text, i);
      if (!this.#places.has(length)) {
        this.#places.set(length, { list: [], next: 0 });
      }

      this.#places.get(length).list.push(i);
      i += length;
    }
  }

  /** The first run of this length from `start` on, which only grows. */
  next(length, start) {
    const places = this.#places.get(length);
    if (places === undefined) {
      // The rest of a run whose first one is escaped.
      return null;
    }

    while (places.next < places.list.length && places.list[places.next] < start) {
      places.next++;
    }

    return places.list[places.next] ?? null;
  }
}

function run(text, start) {
  let end = start;
  while (text[end] === text[start]) {
    end++;
  }

  return end - start;
}

/** Reads `address "title")`; the address is null where it leads to anything but http or https. */
function linkTarget(text, start) {
  const most = Math.min(text.length, start + 2048);
  let [i, depth] = [start, 0];
  for (; i < most && !/\s/.test(text[i]) && !(text[i] === ')' && depth === 0); i++) {
    depth += text[i] === '(' ? 1 : text[i] === ')' ? -1 : 0;
  }

  let end = i;
  if (text[i] !== ')') {
    const match = /^\s+(?:"[^"]*"|'[^']*')\s*\)/.exec(text.slice(i, most));
    if (!match) {
      return null;
    }

    end = i + match[0].length - 1;
  }

  const found = text.slice(start, i).replace(/^<(.*)>$/, '$1');
  return { address: isAddress(found) ? found : null, end: end + 1 };
}

function isAddress(text) {
  return address.test(text) && URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function linkTo(element, target) {
  element.href = target;
  element.target = '_blank';
  element.rel = 'noopener noreferrer';
}
