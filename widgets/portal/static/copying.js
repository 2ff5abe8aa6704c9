/** Buttons that copy the address in the field before them. They are shown only if scripts run. */

for (const button of document.querySelectorAll('[data-copy]')) {
  const field = button.previousElementSibling;
  if (!(button instanceof HTMLButtonElement) || !(field instanceof HTMLInputElement) || !navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(field.value);
      button.textContent = button.dataset.copy ?? '';
    } catch {
      // Not allowed: the person copies the selected text.
      field.select();
    }
  });
}
