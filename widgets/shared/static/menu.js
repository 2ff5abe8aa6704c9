/** A button that opens a menu: arrows move, Escape closes and gives the focus back, a click elsewhere closes. */

/**
 * @param {HTMLButtonElement} button carries `aria-haspopup="menu"`
 * @param {HTMLElement} menu its buttons are the items
 */
export function menuOf(button, menu) {
  /** @type {() => HTMLElement[]} */
  const items = () =>
    /** @type {HTMLElement[]} */ ([...menu.querySelectorAll('button:not(:disabled), a[role=menuitem]')]);
  const open = () => {
    menu.hidden = false;
    button.setAttribute('aria-expanded', 'true');
    (items().find((item) => item.getAttribute('aria-checked') === 'true') ?? items()[0])?.focus();
  };
  const close = (giveBack = true) => {
    if (menu.hidden) return;
    // What an item does may have moved the focus on already.
    const { activeElement } = document;
    const had = activeElement === document.body || menu.contains(activeElement);
    menu.hidden = true;
    button.setAttribute('aria-expanded', 'false');
    if (giveBack && had) button.focus();
  };
  menu.hidden = true;
  button.setAttribute('aria-expanded', 'false');
  button.addEventListener('click', () => (menu.hidden ? open() : close()));
  menu.addEventListener('click', (event) => {
    if (event.target instanceof Element && event.target.closest('button, a')) close();
  });
  menu.addEventListener('keydown', (event) => {
    const all = items();
    const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const to = new Map([
      ['ArrowDown', at + 1],
      ['ArrowUp', at - 1],
      ['Home', 0],
      ['End', all.length - 1],
    ]).get(event.key);
    if (event.key === 'Escape') {
      event.stopPropagation();
      close();
    } else if (event.key === 'Tab') {
      close(false);
    } else if (to !== undefined) {
      event.preventDefault();
      all[(to + all.length) % all.length].focus();
    }
  });
  document.addEventListener('pointerdown', (event) => {
    const within = event.target instanceof Node && (menu.contains(event.target) || button.contains(event.target));
    if (!within) close(false);
  });
  return { close };
}
