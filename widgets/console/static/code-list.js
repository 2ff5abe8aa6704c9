/**
 * The search for a resolution code and the list below it, as one box with a list (combobox).
 *
 * @import { CloseForm } from './close-form.js'
 * @import { Choice } from './codes.js'
 */

import { icon } from '../shared/parts.js';
import { html, live, nothing, repeat } from '../shared/vendor/lit.js';

/** @param {CloseForm} form @param {{takes: boolean, changed: () => void}} on `takes`: figures choose likely codes in the empty box */
export function codeSearch(form, { takes, changed }) {
  const { takesCode, values, search, wrong } = form;
  const count = takesCode ? form.all : 0;
  /** @param {KeyboardEvent} event */
  const pressed = (event) => {
    const { key, code, altKey, ctrlKey, metaKey, shiftKey, isComposing } = event;
    if (isComposing || altKey || ctrlKey || metaKey) return;
    // A box that is only read does not send its form.
    if (!takesCode && key === 'Enter' && !event.repeat)
      /** @type {HTMLInputElement} */ (event.currentTarget).form?.requestSubmit();
    if (!takesCode) return;
    const figure = /^Digit([1-3])$/u.exec(code)?.[1];
    if (key === 'ArrowDown') form.move(1);
    else if (key === 'ArrowUp') form.move(-1);
    else if (!(figure && takes && !shiftKey && !search && form.take(Number(figure)))) return;
    event.preventDefault();
    changed();
    shown(/** @type {HTMLElement} */ (event.currentTarget));
  };
  /** @param {Event} event */
  const typed = ({ target }) => {
    form.seek(/** @type {HTMLInputElement} */ (target).value);
    changed();
  };
  return html`<div class="seek" data-field="resolution">${icon('search')}<input class="field" type="text" name="code" role="combobox" aria-label=${values.status === 'solved' ? 'Resolution code, required' : 'Resolution code'} aria-expanded=${takesCode} aria-controls="codes" aria-autocomplete="list" aria-activedescendant=${takesCode && values.resolution ? `code-${values.resolution}` : nothing} aria-invalid=${wrong.resolution ? 'true' : nothing}
    autocomplete="off" spellcheck="false" placeholder=${takesCode ? `Type to find one of ${count} codes` : 'This status has no code'} ?readonly=${!takesCode} .value=${live(takesCode ? search : '')} @input=${typed} @keydown=${pressed}>${wrong.resolution ? html`<p class="wrong" role="alert">${wrong.resolution}</p>` : nothing}</div>`;
}

/** The chosen code is in sight. @param {HTMLElement} box */
function shown(box) {
  requestAnimationFrame(() => {
    const chosen = box.closest('form')?.querySelector('#codes [aria-selected=true]');
    chosen?.scrollIntoView({ block: 'nearest' });
  });
}

/** @param {CloseForm} form @param {{takes: boolean, choose: (key: string) => void}} on */
export function codeList(form, { takes, choose }) {
  const { sections, places } = form;
  const keys = places.map(({ key }) => key);
  const figure = (/** @type {Choice} */ { key }) => (takes ? keys.indexOf(key) + 1 : 0);
  return html`<div class="b" id="codes" role="listbox" aria-label="Resolution codes">${
    form.takesCode
      ? sections.map(
          ({ title, count, codes }) =>
            html`<div role="group" aria-label=${title || 'Found'}>${title ? html`<h3 aria-hidden="true">${title}${count ? html` <span class="num">${count}</span>` : nothing}</h3>` : nothing}${repeat(
              codes,
              ({ key }) => key,
              (code) => option(form, code, figure(code), choose),
            )}</div>`,
        )
      : nothing
  }${form.takesCode && !sections.some(({ codes }) => codes.length) ? html`<p class="quiet none">No matching codes. Try another word.</p>` : nothing}</div>`;
}

/** @param {CloseForm} form @param {Choice} code @param {number} figure its key, 0 for none @param {(key: string) => void} choose */
function option(form, { key, name, meaning, refused }, figure, choose) {
  const chosen = key === form.values.resolution;
  return html`<div role="option" id="code-${key}" class=${refused ? 'no' : nothing} aria-selected=${chosen} aria-disabled=${refused ? 'true' : nothing} @click=${() => !refused && choose(key)}>
    <span class="l1"><b>${name}</b>${key === form.usedLast ? html`<span class="tag line">you used it last</span>` : nothing}${figure ? html`<kbd class="kbd" aria-hidden="true">${figure}</kbd>` : nothing}</span><small title=${refused ?? meaning}>${refused ?? meaning}</small></div>`;
}
