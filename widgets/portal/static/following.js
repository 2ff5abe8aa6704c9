/** What the reader follows: complete without scripts. With scripts, how often is saved on change. */

import './copying.js';
import './portal.js';

const said = document.querySelector('[data-saved]');

/** @param {HTMLSelectElement} chosen */
async function save(chosen) {
  const { form } = chosen;
  if (!form) return;
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) body.append(name, String(value));
  body.set('do', 'follow');
  chosen.disabled = true;
  try {
    const answer = await fetch(form.action, { method: 'POST', body });
    if (!answer.ok) throw new Error('not saved');
    if (said) said.textContent = said.getAttribute('data-saved');
  } catch {
    // The page shows what is stored.
    location.reload();
  } finally {
    chosen.disabled = false;
    chosen.focus();
  }
}

for (const each of document.querySelectorAll('select[data-how]'))
  each.addEventListener('change', () => {
    if (each instanceof HTMLSelectElement) void save(each);
  });
