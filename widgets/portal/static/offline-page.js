/** The page that is shown while the desk cannot be reached: goes on by itself as soon as it can. */

import { say, the } from '../shared/dom.js';

const LOOK_EVERY_MS = 5_000;

async function look() {
  try {
    const answer = await fetch('/healthz', { cache: 'no-store' });
    if (answer.ok) location.replace(location.pathname === '/offline' ? '/' : location.href);
  } catch {
    say(the('since'), navigator.onLine ? 'The desk does not answer.' : 'This device has no network.');
  }
}

the('again').addEventListener('click', look);
addEventListener('online', look);
setInterval(look, LOOK_EVERY_MS);
look();
