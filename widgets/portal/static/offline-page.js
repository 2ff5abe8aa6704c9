/**
 * The page that is shown while the desk cannot be reached. It continues as soon as the desk is back, and imports
 * nothing, because imports could not be loaded either.
 */

const LOOK_EVERY_MS = 5_000;

/** @param {string} sentence */
function say(sentence) {
  const place = document.getElementById('since');
  if (place && place.textContent !== sentence) place.textContent = sentence;
}

async function look() {
  try {
    const answer = await fetch('/healthz', { cache: 'no-store' });
    if (answer.ok) location.replace(location.pathname === '/offline' ? '/' : location.href);
  } catch {
    say(navigator.onLine ? 'The server isn’t responding.' : 'Your device is offline.');
  }
}

document.getElementById('again')?.addEventListener('click', look);
addEventListener('online', look);
setInterval(look, LOOK_EVERY_MS);
look();
