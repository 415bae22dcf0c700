// What the browser keeps: conversations and settings in localStorage, the API key for as long as the tab is open in sessionStorage.

import { readConversation } from './archive.js';

const conversationPrefix = 'olmosharp.conversation.';
const keyName = 'olmosharp.key';

/** The conversations; each has an entry of its own, so that saving one is cheap. */
export class ConversationStore {
  /** Reads all, the newest first. Damaged ones are left where they are and out. */
  readAll() {
    const found = [];
    for (let i = 0; i < localStorage.length; i++) {
      const name = localStorage.key(i);
      if (name.startsWith(conversationPrefix)) {
        const conversation = this.read(name.slice(conversationPrefix.length));
        if (conversation) {
          found.push(conversation);
        }
      }
    }

    return found.sort((a, b) => b.changed - a.changed);
  }

  /** Reads one; null where it is not there or damaged. */
  read(id) {
    try {
      const data = JSON.parse(localStorage.getItem(conversationPrefix + id));
      return data === null ? null : readConversation(data, 'conversation', id);
    } catch {
      return null;
    }
  }

  /**
   * Saves one.
   * @returns {boolean} Whether there was room; tokens' probabilities are left out before anything else is.
   */
  save(conversation) {
    const write = replacer => localStorage.setItem(conversationPrefix + conversation.id, JSON.stringify(conversation, replacer));
    try {
      write();
      return true;
    } catch {
      try {
        write((name, value) => (name === 'tokens' ? undefined : value));
        return true;
      } catch {
        return false;
      }
    }
  }

  remove(id) {
    localStorage.removeItem(conversationPrefix + id);
  }

  /** Calls back with the id when another tab saves or removes a conversation. */
  watch(changed) {
    addEventListener('storage', event => {
      if (event.key?.startsWith(conversationPrefix)) {
        changed(event.key.slice(conversationPrefix.length));
      }
    });
  }
}

/** Reads a value that is kept as JSON; null where there is none. */
export function readValue(name) {
  try {
    return JSON.parse(localStorage.getItem(`olmosharp.${name}`));
  } catch {
    return null;
  }
}

/** Keeps a value. */
export function writeValue(name, value) {
  try {
    localStorage.setItem(`olmosharp.${name}`, JSON.stringify(value));
  } catch {
    // Without room the page works on with what it has.
  }
}

/** The API key of this tab. */
export function readKey() {
  return sessionStorage.getItem(keyName);
}

/** Keeps the API key until the tab is closed; null forgets it. */
export function writeKey(key) {
  if (key) {
    sessionStorage.setItem(keyName, key);
  } else {
    sessionStorage.removeItem(keyName);
  }
}
