/** A text that is only the name of a canned reply. Before their menu is there, it is asked about and not sent. */

const ALONE = /^\s*\/\S+\s*$/u;

/** @param {string} text */
export const isBareName = (text) => ALONE.test(text);

export const NOT_SENT = 'Not sent: the canned replies are not here yet. Send again to send it as it is.';

export class EarlyNames {
  /** The text that the writer is being asked about. @type {string|null} */
  asked = null;

  /** @param {() => void} changed */
  constructor(changed) {
    this.changed = changed;
    // It shows what fits by itself.
    void customElements.whenDefined('canned-menu').then(() => this.forget());
  }

  /** @param {string} text @returns {boolean} it is not sent: the writer is asked, or the menu comes and shows what fits */
  asks(text) {
    const asked = this.asked !== text && isBareName(text) && !customElements.get('canned-menu');
    this.forget(asked ? text : null);
    return asked;
  }

  /** Another text is written, or the menu is there. @param {string|null} [asked] */
  forget(asked = null) {
    if (this.asked !== asked) this.changed();
    this.asked = asked;
  }
}
