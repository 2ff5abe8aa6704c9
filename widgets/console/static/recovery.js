/** Recovery codes: shown once, to be copied, printed or kept in a file. */

import { fill, h, say, the } from '../shared/dom.js';

let address = '';

/** How many are left, and what that means. Pure. @param {number} left */
export function leftOf(left) {
  if (left === 0) return 'No codes left. Make new ones so a lost phone doesn’t lock you out.';
  const few = left <= 3 ? ' Make new ones soon.' : '';
  return `${left} of 10 left.${few} New codes replace the old ones.`;
}

/** What goes into the file and on the clipboard. Pure. @param {string[]} codes @param {string} email */
export function textOf(codes, email) {
  return [
    `Recovery codes of ${email} for ${location.host}`,
    'Each code signs you in once, instead of a code from the app.',
    '',
    ...codes,
    '',
  ].join('\n');
}

/** @param {string[]} codes @param {string} email whose @param {() => void} kept once they say so */
export function showCodes(codes, email, kept) {
  const text = textOf(codes, email);
  fill(
    the('codes-list'),
    codes.map((code) => h('li', {}, h('code', {}, code))),
  );
  say(the('codes-done'), '');
  the('codes').hidden = false;
  the('codes-again').hidden = true;
  if (address) URL.revokeObjectURL(address);
  address = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  the('codes-save').href = address;
  the('codes-print').onclick = () => print();
  the('codes-copy').onclick = async () => {
    try {
      await navigator.clipboard.writeText(text);
      say(the('codes-done'), 'Copied. Paste them where you keep your passwords.');
    } catch {
      getSelection()?.selectAllChildren(the('codes-list'));
      say(the('codes-done'), 'Your browser blocked copying. The codes are selected, so you can copy them yourself.');
    }
  };
  the('codes-kept').onclick = (/** @type {MouseEvent} */ event) => {
    fill(the('codes-list'));
    URL.revokeObjectURL(address);
    address = '';
    the('codes').hidden = true;
    kept();
    if (!the('codes-kept').dataset.leads) event.preventDefault();
  };
  the('codes-title').focus();
}
