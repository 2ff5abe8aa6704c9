/**
 * *Undo send* on the ticket page: a reply waits in its box for the seconds that its writer chose. Undo, Esc or typing keeps
 * it there; Ctrl and Enter send it at once, and so does leaving the page.
 *
 * @import { TicketWork } from './ticket-work.js'
 */

import { localStore } from '../shared/drafts.js';
import { html, nothing } from '../shared/vendor/lit.js';
import { COMMAND } from './keyboard.js';
import { tabStore } from './tab-store.js';
import { UndoChoice, UndoSend } from './undo-send.js';

const form = () => /** @type {HTMLFormElement|null} */ (document.getElementById('compose'));
const box = () => document.getElementById('reply');

/** Sends while the page is left: nobody waits for the answer. @type {import('./ticket-work.js').Ask} */
const parting = (method, path, { body, headers } = {}) => {
  void fetch(path, {
    method,
    headers: { Accept: 'application/json', 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
    keepalive: true,
  });
  return new Promise(() => {});
};

const LEFT = 'switchboard.left_with';

/** A reply that was sent while the page was left is no draft any more, once it is on the ticket. @param {TicketWork} work */
function settles(work) {
  const text = tabStore()?.getItem(`${LEFT}.${work.number}`);
  const stored = work.ticket?.transcript?.some((one) => one.from?.id === work.me.id && one.text === text);
  if (!text || !stored) return;
  tabStore()?.removeItem(`${LEFT}.${work.number}`);
  work.writing.stored(text);
  work.redraw();
}

/** @param {TicketWork} work @returns {() => unknown} draws what is held, in the form of the reply */
export function holdsReplies(work) {
  const choice = new UndoChoice(work.me.id, localStore());
  let passes = false;
  const passing = () => {
    passes = true;
    form()?.requestSubmit();
    passes = false;
  };
  const held = new UndoSend({ changed: () => work.redraw(), send: passing });
  const undo = () => {
    held.drop();
    box()?.focus();
  };

  /** There is something that the desk would take. */
  const ready = () => {
    const { text, noting, sending, attached } = work.writing;
    const busy = attached.list.some(({ state }) => state !== 'done');
    const something = Boolean(text.trim() || attached.list.length);
    return something && !noting && !sending && !busy && !Object.keys(work.lacks()).length;
  };

  document.addEventListener(
    'submit',
    (event) => {
      if (event.target !== form() || event.defaultPrevented || passes) return;
      if (held.holding) return held.drop();
      if (!choice.seconds || !ready()) return;
      event.preventDefault();
      event.stopPropagation();
      held.hold(choice.seconds);
    },
    true,
  );
  document.addEventListener('input', ({ target }) => {
    if (target instanceof Node && form()?.contains(target)) held.drop();
  });
  document.addEventListener(
    'keydown',
    (event) => {
      if (!held.holding || event.key !== 'Escape' || event.isComposing) return;
      event.preventDefault();
      event.stopPropagation();
      undo();
    },
    true,
  );
  // The status goes along: it is no change that would be lost.
  addEventListener('beforeunload', (event) => held.holding && event.stopImmediatePropagation(), true);
  addEventListener('pagehide', () => {
    if (!held.holding) return;
    held.drop();
    work.ask = parting;
    void work.writing.send();
    tabStore()?.setItem(`${LEFT}.${work.number}`, work.writing.text);
    // A page that the browser has kept does not know of the answer.
    addEventListener('pageshow', ({ persisted }) => persisted && location.reload());
  });
  work.addEventListener('change', () => settles(work));
  settles(work);
  return () =>
    held.holding
      ? html`<p class="undo-send" id="undo-send"><span role="status">Not sent yet.</span> <span class="num" aria-hidden="true">Sends in ${held.left} s.</span>
          <button type="button" class="btn sm" @click=${undo}>Undo <span class="keys" aria-hidden="true">Esc</span></button><button type="button" class="btn sm plain" @click=${() => {
            held.drop();
            passing();
          }}>Send now <span class="keys" aria-hidden="true">${COMMAND} ↵</span></button></p>`
      : nothing;
}
