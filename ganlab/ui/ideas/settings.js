// The settings of a piece in the address, so that a link shows the same.

const QUERY = "set";
const PAUSE = 300; // milliseconds after the last change

/** A setting that is no field. @typedef {{ read(): string, take(text: string): void }} Other */
/** @typedef {HTMLInputElement | HTMLSelectElement} Field */

/**
 * The settings that an address has for a piece, by their names.
 * @param {string} search as in "?set=game;rate:0.2;rule:turns"
 * @param {string} piece
 * @returns {Record<string, string>}
 */
export function settingsIn(search, piece) {
  const [name, ...parts] = (new URLSearchParams(search).get(QUERY) ?? "").split(";");
  if (name !== piece) return {};
  return Object.fromEntries(parts.filter((part) => part.includes(":")).map((part) => part.split(/:(.*)/s, 2)));
}

/**
 * What the address is to have: what differs from how it is at first, or null where nothing does.
 * @param {string} piece
 * @param {Record<string, string>} settings
 * @param {Record<string, string>} first
 */
export function written(piece, settings, first) {
  const changed = Object.entries(settings).filter(([name, text]) => text !== first[name]);
  return changed.length ? [piece, ...changed.map((pair) => pair.join(":"))].join(";") : null;
}

export class Settings {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  noting;

  /**
   * Its fields are those that have an id, but for those that are among the `others`.
   * @param {HTMLElement} root
   * @param {string} piece
   * @param {Record<string, Other>} [others]
   */
  constructor(root, piece, others = {}) {
    this.root = root;
    this.piece = piece;
    this.others = others;
    this.fields = /** @type {Field[]} */ ([...root.querySelectorAll(":is(input, select)[id]:not([data-other])")]);
    this.first = this.read();
  }

  /** @returns {Record<string, string>} */
  read() {
    const fields = this.fields.map((field) => [field.id, field.value]);
    return Object.fromEntries([...fields, ...Object.entries(this.others).map(([name, { read }]) => [name, read()])]);
  }

  /** Takes what the address has; what cannot be stays as it is. */
  take() {
    const asked = settingsIn(location.search, this.piece);
    for (const field of this.fields) {
      const [text, before] = [asked[field.id], field.value];
      if (text === undefined) continue;
      field.value = text;
      const none = field instanceof HTMLSelectElement ? field.selectedIndex < 0 : !Number.isFinite(Number(text));
      if (none) field.value = before;
    }
    for (const [name, { take }] of Object.entries(this.others)) if (name in asked) take(asked[name]);
  }

  /** Puts the settings into the address, without troubling the server. */
  note() {
    clearTimeout(this.noting);
    this.noting = setTimeout(() => {
      const address = new URL(location.href);
      const text = written(this.piece, this.read(), this.first);
      if (!this.root.isConnected || address.searchParams.get(QUERY) === text) return;
      if (text === null) address.searchParams.delete(QUERY);
      else address.searchParams.set(QUERY, text);
      history.replaceState(history.state, "", address);
    }, PAUSE);
  }
}

/**
 * So many numbers as text has them, with commas between; null where they are others.
 * @param {string} text
 * @param {number} count
 */
export function numbersIn(text, count) {
  const found = text.split(",").map((part) => (part.trim() === "" ? NaN : Number(part)));
  return found.length === count && found.every(Number.isFinite) ? found : null;
}
