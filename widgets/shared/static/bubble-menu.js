/**
 * What can be done with a message where there is no pointer: a tap on it offers to copy it, and to remove it where the
 * reader may. Loaded with the first tap. It imports nothing, because a chunk that shares modules with others would divide
 * the chunks of the first load.
 *
 * @typedef {HTMLElement & {raw?: string}} Bubble `raw`: its text as it was typed
 */

/** @param {(text: string) => string} t @param {EventTarget|null} at what was tapped */
export function pick(t, at) {
  if (!(at instanceof Element) || at.closest('.picks')) return;
  const message = at.closest('.msg');
  const bubble = /** @type {Bubble|null} */ (at.closest('.bubble'));
  const open = message?.querySelector('.picks');
  for (const other of document.querySelectorAll('.picks')) other.remove();
  if (!message || !bubble?.raw || open || at.closest('a, button')) return;
  const { raw } = bubble;
  const row = document.createElement('p');
  row.className = 'picks';
  const copy = button(t('Copy'), async () => {
    await navigator.clipboard.writeText(raw);
    copy.textContent = t('Copied');
  });
  row.append(copy);
  const remove = /** @type {HTMLElement|null} */ (bubble.querySelector('.act'));
  if (remove)
    row.append(
      button(t('Remove'), () => {
        row.remove();
        remove.click();
      }),
    );
  bubble.after(row);
}

/** @param {string} name @param {() => void} act */
function button(name, act) {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = 'btn sm';
  made.textContent = name;
  made.addEventListener('click', act);
  return made;
}
