/**
 * Files in the form, loaded with the first one. They are uploaded at once, and go with the first message.
 *
 * @import { Chat } from './chat.js'
 */

import './one-chunk.js';
import { ring } from '../shared/drop-ring.js';
import { Uploads, limitsWords, posted } from '../shared/uploads.js';
import { html } from '../shared/vendor/lit-html.js';
import { t } from '../shared/words.js';
import { tray } from './tray.js';

/** @param {Chat} chat @returns {import('./types.js').FormFiles} */
export function formFiles(chat) {
  const uploads = new Uploads({
    limits: () => chat.limits,
    changed: () => {
      if (!uploads.busy && chat.wrong?.field === 'files') chat.wrong = null;
      chat.changed();
    },
    post: posted(() => chat.desk.customer.token),
  });
  const shown = () =>
    uploads.list.length
      ? tray(uploads)
      : html`<p class="why">${t('Pictures, PDF, Office, text: {limits}', { limits: limitsWords(chat.limits) })}</p>`;
  return { uploads, tray: shown, ring: (event) => ring(event, t('Drop to attach')) };
}
