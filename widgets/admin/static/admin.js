/** The pages of the administration work without scripts. This one saves clicks. */

import { WRITING } from '../console/keyboard.js';
import { keepForms } from '../console/kept-forms.js';
import { listenToKeys } from '../console/page-keys.js';
import { Settings } from '../console/settings.js';
import { watchChats } from '../console/watch-chats.js';
import '../shared/bar.js';
import { pageData } from '../shared/dom.js';
import { localStore } from '../shared/drafts.js';
import { takesChats } from '../shared/takes-chats.js';

document.documentElement.dataset.scripted = '';
keepForms();

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
    rest();
  } catch {
    // Offline: saving says what is wrong.
  }
}

/** A form in which nothing is changed has nothing to save. */
function rest() {
  for (const button of document.querySelectorAll('button[data-unchanged]'))
    if (button instanceof HTMLButtonElement) button.disabled = true;
}
rest();

// On a phone, the navigation is a strip that scrolls.
document.querySelector('.rail [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });

document.addEventListener('change', ({ target }) => {
  // A filter applies as soon as it is chosen.
  if (target instanceof HTMLSelectElement && target.hasAttribute('data-send')) target.form?.requestSubmit();
  const form = target instanceof HTMLInputElement || target instanceof HTMLSelectElement ? target.form : null;
  if (form?.dataset.checks) check(form);
});

document.addEventListener('input', ({ target }) => {
  const form = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement ? target.form : null;
  if (!form?.dataset.checks) return;
  // Whoever is quick need not wait for the check.
  for (const button of form.querySelectorAll('button[data-unchanged]'))
    if (button instanceof HTMLButtonElement) button.disabled = false;
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

const files = document.querySelector('[data-uploads]');
if (files instanceof HTMLElement) void import('./form-files.js').then(({ takeFiles }) => takeFiles(files));

const { me } = pageData();
const settings = new Settings(me.id, localStore());

/** Goes to the neighbor of the row that has the focus or is open. @param {1|-1} step */
function walk(step) {
  const rows = /** @type {HTMLAnchorElement[]} */ ([...document.querySelectorAll('a.name')]);
  const at = rows.findIndex((row) => row === document.activeElement || row.hasAttribute('aria-current'));
  rows[Math.min(Math.max(at + step, 0), rows.length - 1)]?.focus();
}

const list = /** @type {HTMLInputElement|null} */ (document.querySelector('.seek input'));
const leave = () => document.activeElement instanceof HTMLElement && document.activeElement.blur();
const does = { leave, down: () => walk(1), up: () => walk(-1), ...(list && { search: () => list.focus() }) };

document.addEventListener('keydown', (event) => {
  const { target, key } = event;
  if (event.defaultPrevented || event.altKey || event.metaKey || document.querySelector('dialog[open]')) return;
  const close = /** @type {HTMLAnchorElement|null} */ (document.querySelector('[data-close]'));
  const save = /** @type {HTMLButtonElement|null} */ (document.querySelector('#saving .primary'));
  const writing = target instanceof Element && target.closest(WRITING) !== null;
  if (key === 's' && event.ctrlKey && save) {
    event.preventDefault();
    save.click();
  } else if (key === 'Escape' && close && !save) {
    close.click();
  } else if (key === 'i' && !event.ctrlKey && !writing && settings.now.singleKeys) {
    document.getElementById('invite')?.click();
  }
});

if (takesChats(me)) watchChats(me, { page: 'admin', settings, does });
else {
  listenToKeys(does, settings);
  void import('../console/signed-out.js').catch(() => {});
}
