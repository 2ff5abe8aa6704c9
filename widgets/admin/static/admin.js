/** The pages of the administration work without scripts. This one saves clicks. */

import '../shared/bar.js';

document.documentElement.dataset.scripted = '';

/** @typedef {{createPolicy: (name: string, rules: object) => {createHTML: (page: string) => string}}} TrustedTypes */
const { trustedTypes } = /** @type {{trustedTypes?: TrustedTypes}} */ (/** @type {unknown} */ (globalThis));
// Answers are whole pages of ours, and are parsed without running what is in them.
const rules = { createHTML: (/** @type {string} */ page) => page };
const pages = trustedTypes?.createPolicy('switchboard-pages', rules) ?? rules;

/** The number of the newest check of a form's changes. Older answers are dropped. */
let newest = 0;

/** Texts are checked this long after the last key. */
const TYPED_MS = 400;
/** @type {number|undefined} */
let typed;

/** Shows what saving a form would do: draws the parts of the page that its `data-checks` names again. @param {HTMLFormElement} form */
async function check(form) {
  newest += 1;
  const own = newest;
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === 'string') body.append(name, value);
  body.append('do', 'check');
  try {
    const answer = await fetch(form.action, { method: 'POST', body });
    const shown = new DOMParser().parseFromString(pages.createHTML(await answer.text()), 'text/html');
    if (own !== newest) return;
    for (const id of form.dataset.checks?.split(' ') ?? []) {
      const part = shown.getElementById(id);
      const present = document.getElementById(id);
      if (part && present && !part.isEqualNode(present)) present.replaceWith(document.importNode(part, true));
    }
  } catch {
    // Offline: saving says what is wrong.
  }
}

document.addEventListener('change', ({ target }) => {
  // A filter applies as soon as it is chosen.
  if (target instanceof HTMLSelectElement && target.hasAttribute('data-send')) target.form?.requestSubmit();
  const form = target instanceof HTMLInputElement || target instanceof HTMLSelectElement ? target.form : null;
  if (form?.dataset.checks) check(form);
});

document.addEventListener('input', ({ target }) => {
  const form = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement ? target.form : null;
  if (!form?.dataset.checks) return;
  clearTimeout(typed);
  typed = window.setTimeout(() => check(form), TYPED_MS);
});

for (const button of document.querySelectorAll('button[data-copy]')) {
  if (!(button instanceof HTMLButtonElement) || !navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener('click', async () => {
    const said = button.querySelector('span');
    try {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy ?? '')?.textContent ?? '');
      if (said) said.textContent = 'Copied';
    } catch {
      if (said) said.textContent = 'Select the code to copy it';
    }
  });
}

document.addEventListener('keydown', (event) => {
  const { target, key } = event;
  if (event.defaultPrevented || event.altKey || event.metaKey) return;
  const close = /** @type {HTMLAnchorElement|null} */ (document.querySelector('[data-close]'));
  const save = /** @type {HTMLButtonElement|null} */ (document.querySelector('#saving .primary'));
  if (key === 's' && event.ctrlKey && save) {
    event.preventDefault();
    save.click();
  } else if (key === 'Escape' && close && !save) {
    close.click();
  } else if (!event.ctrlKey && !(target instanceof Element && target.closest('input, select, textarea'))) {
    walk(event);
  }
});

/** J and K go to the next and the previous person, / to the search, I to the invitations. @param {KeyboardEvent} event */
function walk(event) {
  if (event.key === '/') {
    event.preventDefault();
    /** @type {HTMLElement|null} */ (document.querySelector('.seek input'))?.focus();
  }
  if (event.key === 'i') document.getElementById('invite')?.click();
  const step = { j: 1, k: -1 }[event.key];
  if (!step) return;
  const rows = /** @type {HTMLAnchorElement[]} */ ([...document.querySelectorAll('a.name')]);
  const at = rows.findIndex((row) => row === document.activeElement || row.hasAttribute('aria-current'));
  rows[Math.min(Math.max(at + step, 0), rows.length - 1)]?.focus();
}
