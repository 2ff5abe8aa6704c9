/** Recovery codes: shown once, to be copied, printed or kept in a file. */

import { html, nothing } from '../shared/vendor/lit.js';
import { AccountPart } from './account-part.js';

/** The number of codes left, and what to do about it. @param {number} left */
export function leftOf(left) {
  if (left === 0) return 'No codes left. Make new ones so a lost phone doesn’t lock you out.';
  const few = left <= 3 ? ' Make new ones soon.' : '';
  return `${left} of 10 left.${few} New codes replace the old ones.`;
}

/** The text of the file and the clipboard. @param {string[]} codes @param {string} email */
export function textOf(codes, email) {
  return [
    `Recovery codes of ${email} for ${location.host}`,
    'Each code signs you in once, instead of a code from the app.',
    '',
    ...codes,
    '',
  ].join('\n');
}

class RecoveryCodes extends AccountPart {
  /** @type {string[]|null} */
  #shown = null;
  #address = '';
  #done = '';

  /** @override The codes have another address for their file, and no word on copying. */
  willUpdate() {
    const { codes, me } = this.work;
    if (codes === this.#shown) return;
    if (this.#address) URL.revokeObjectURL(this.#address);
    this.#address = codes ? URL.createObjectURL(new Blob([textOf(codes, me.email)], { type: 'text/plain' })) : '';
    this.#done = '';
  }

  /** @override */
  render() {
    const { codes, me } = this.work;
    if (!codes) return nothing;
    return html`<div class="codes" id="codes">
      <h3 id="codes-title" tabindex="-1">Your recovery codes</h3>
      <p>If you lose your phone, each of these codes signs you in once. Keep them where you keep your passwords. They’re only shown now.</p>
      <ol id="codes-list" translate="no">${codes.map((code) => html`<li><code>${code}</code></li>`)}</ol>
      <p class="ways"><button type="button" class="btn" @click=${() => this.#copy(textOf(codes, me.email))}>Copy</button><button type="button" class="btn" @click=${() => print()}>Print</button><a class="btn" download="switchboard-recovery-codes.txt" href=${this.#address}>Download</a></p>
      <p class="done" id="codes-done" role="status">${this.#done}</p>
      <p><a class="btn primary" id="codes-kept" href=${me.home ?? '/console'} @click=${this.#kept}>I’ve saved them</a></p>
    </div>`;
  }

  /** @override */
  updated() {
    const { codes } = this.work;
    if (codes && codes !== this.#shown) this.one('h3', HTMLElement).focus();
    this.#shown = codes;
  }

  /** @param {string} text */
  async #copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      this.#done = 'Copied. Paste them where you keep your passwords.';
    } catch {
      getSelection()?.selectAllChildren(this.one('ol', HTMLElement));
      this.#done = 'Your browser blocked copying. The codes are selected, so you can copy them yourself.';
    }
    this.requestUpdate();
  }

  /** Goes on to the chats only if the account was limited until now. @param {MouseEvent} event */
  #kept(event) {
    if (!this.work.me.limited) event.preventDefault();
    this.work.codesKept();
    document.getElementById('totp-title')?.scrollIntoView({ block: 'nearest' });
  }
}

customElements.define('recovery-codes', RecoveryCodes);
