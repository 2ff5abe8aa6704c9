/** One request: a reply is sent without loading the page anew (`data-hx-…` in request.html). Files can be dropped. */

import './portal.js';
import { t } from '../shared/words.js';
import { takesFiles } from './dropped-files.js';
import { afterSwap, notSent } from './swap.js';

const ANSWER = '#answer';

function prepare() {
  for (const form of document.querySelectorAll(`${ANSWER} form`)) if (form instanceof HTMLFormElement) takesFiles(form);
}

/** Whoever reads with a screen reader is led to what changed: the fault, or the reply that was sent. */
function lead() {
  const place =
    document.querySelector(`${ANSWER} [role="alert"], ${ANSWER} [aria-invalid]`) ?? document.querySelector('#latest');
  if (!(place instanceof HTMLElement)) return;
  if (place.matches('[role="alert"]')) place.tabIndex = -1;
  place.focus({ preventScroll: true });
  place.scrollIntoView({ block: 'nearest' });
}

/** The desk can't be reached. The text stays in its box. */
function failed() {
  const box = document.querySelector(ANSWER);
  const told = document.createElement('div');
  told.className = 'notice danger unsent';
  told.setAttribute('role', 'alert');
  told.textContent = t(
    'We can’t save this right now. It has not been sent, and what you wrote is still here. Try again in a moment.',
  );
  box?.querySelector('.unsent')?.remove();
  box?.querySelector('h2')?.after(told);
}

afterSwap(({ pathname }) => {
  // A reply to a closed request leads to its follow-up.
  if (pathname !== location.pathname) history.pushState(null, '', pathname);
  prepare();
  lead();
});
notSent(failed);
prepare();
