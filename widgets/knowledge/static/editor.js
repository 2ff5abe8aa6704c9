/** The editor of an article: a preview beside the text, text that is kept until it is saved, and files that are dropped. */

import { pageData } from '../shared/dom.js';
import { Drafts, localStore } from '../shared/drafts.js';
import '../shared/vendor/markdown-toolbar.js';
import './knowledge.js';
import { addFiles } from './files.js';
import { parsed } from '../shared/parsing.js';

const PREVIEW_MS = 400;
const form = /** @type {HTMLFormElement} */ (document.getElementById('writing'));
const body = /** @type {HTMLTextAreaElement} */ (document.getElementById('body'));
const preview = document.getElementById('preview');
const fields = /** @type {(HTMLInputElement|HTMLTextAreaElement)[]} */ (
  ['title', 'summary', 'body'].map((id) => document.getElementById(id))
);
/** The fields as the server keeps them: browsers and the server write ends of lines differently. */
const texts = () => JSON.stringify(fields.map((field) => field.value.replace(/\r\n?/g, '\n').trimEnd()));

// -- the preview

/** @type {number|undefined} */
let waiting;
/** The number of the newest preview. Older answers are dropped. */
let newest = 0;

async function show() {
  if (!preview) return;
  newest += 1;
  const own = newest;
  try {
    const answer = await fetch('/knowledge/preview', {
      method: 'POST',
      body: new URLSearchParams({ body: body.value }),
    });
    const made = parsed(await answer.text());
    if (own !== newest || !answer.ok) return;
    const nothing = Object.assign(document.createElement('p'), {
      className: 'quiet',
      textContent: 'Nothing written yet.',
    });
    preview.replaceChildren(...(body.value.trim() ? made.body.childNodes : [nothing]));
  } catch {
    // Offline: the last preview stays.
  }
}

// -- text that is not saved

const kept = new Drafts(`article.${pageData().me.id}`, localStore());
const key = form.dataset.key ?? '';
const began = texts();
const banner = /** @type {HTMLElement} */ (document.getElementById('kept'));
const state = /** @type {HTMLElement} */ (document.getElementById('state'));
const earlier = kept.get(key);
// The text of a new article was kept under another name until its first save.
if (key !== 'new:en' && kept.get('new:en') === began) kept.set('new:en', '');
if (earlier && earlier !== began) banner.hidden = false;
else kept.set(key, '');

document.getElementById('restore')?.addEventListener('click', () => {
  const values = JSON.parse(earlier);
  fields.forEach((field, at) => {
    field.value = values[at] ?? '';
  });
  banner.hidden = true;
  body.focus();
  show();
});
document.getElementById('forget')?.addEventListener('click', () => {
  kept.set(key, '');
  banner.hidden = true;
  body.focus();
});

let sent = false;
form.addEventListener('input', () => {
  if (banner.hidden) kept.set(key, texts() === began ? '' : texts());
  if (texts() !== began) state.textContent = 'Not saved. This browser keeps the text.';
  clearTimeout(waiting);
  waiting = window.setTimeout(show, PREVIEW_MS);
});
form.addEventListener('submit', (event) => {
  const button = event.submitter;
  if (button?.dataset.sure && !window.confirm(button.dataset.sure)) event.preventDefault();
  else sent = true;
});
window.addEventListener('beforeunload', (event) => {
  if (!sent && texts() !== began && banner.hidden) event.preventDefault();
});
document.addEventListener('keydown', (event) => {
  if (event.key !== 's' || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector('button[value="save"]'));
});

// -- what is put into the text

/** Puts a text in place of the selection, on lines of its own. It can be undone. @param {string} text */
function insert(text) {
  body.focus();
  const before = body.value.slice(0, body.selectionStart);
  const gap = before === '' || before.endsWith('\n\n') ? '' : before.endsWith('\n') ? '\n' : '\n\n';
  // The only way to change a field so that Ctrl+Z takes it back.
  document.execCommand('insertText', false, `${gap}${text}\n`);
}

document.getElementById('add-table')?.addEventListener('click', () => {
  insert('| Column | Column |\n|---|---|\n| Value | Value |\n');
});

// A new line in a list begins the next item. An empty item ends the list.
body.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.ctrlKey || event.metaKey || event.isComposing) return;
  const { selectionStart: at, selectionEnd: end, value } = body;
  const line = value.slice(value.lastIndexOf('\n', at - 1) + 1, at);
  const item = /^(\s*)([-*]|(\d+)\.) (.*)$/.exec(line);
  if (!item || at !== end) return;
  event.preventDefault();
  if (item[4].trim() === '') {
    body.setSelectionRange(at - line.length, at);
    document.execCommand('delete');
  } else document.execCommand('insertText', false, `\n${item[1]}${item[3] ? `${Number(item[3]) + 1}.` : item[2]} `);
});
addFiles(body, form.dataset.files ?? '', insert);

show();
