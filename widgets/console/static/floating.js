/** A card above a text box, with a list that the box leads. */

/** Between the card and the text box. */
const SPACE_PX = 6;
const LOWEST_PX = 120;

/** Tells screen readers about the list of a box. @param {HTMLElement} box @param {string} list its id @param {string|null} marked id of the marked option; null: there is no list */
export function describe(box, list, marked) {
  const said = {
    'aria-autocomplete': 'list',
    'aria-haspopup': 'listbox',
    'aria-controls': list,
    'aria-activedescendant': marked,
  };
  for (const [name, value] of Object.entries(said))
    if (marked === null || !value) box.removeAttribute(name);
    else box.setAttribute(name, value);
}

/** Above the text box. @param {HTMLElement} card @param {HTMLTextAreaElement} box @param {number} widest in px */
export function putAbove({ style }, box, widest) {
  const { top, left, width } = (box.form ?? box).getBoundingClientRect();
  style.left = `${left}px`;
  style.width = `${Math.min(width, widest)}px`;
  style.bottom = `${innerHeight - top + SPACE_PX}px`;
  style.maxHeight = `${Math.max(top - 2 * SPACE_PX, LOWEST_PX)}px`;
}
