/** A dialog of which a page has one. It is made when it is opened for the first time. */

/**
 * @template {import('../shared/vendor/lit.js').LitElement} Made
 * @param {string} name of its element, which is defined
 * @returns {Promise<Made>} once it is drawn
 */
export async function oneDialog(name) {
  const dialog = /** @type {Made} */ (
    document.querySelector(name) ?? document.body.appendChild(document.createElement(name))
  );
  await dialog.updateComplete;
  return dialog;
}
