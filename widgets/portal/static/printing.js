/** The button that prints a page. It is shown only if scripts run. */

const button = document.querySelector('[data-print]');
if (button instanceof HTMLElement) {
  button.hidden = false;
  button.addEventListener('click', () => window.print());
}
