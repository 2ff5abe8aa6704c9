/** Ends the chat where a phone's on-screen keyboard begins. */

/**
 * @param {VisualViewport|null} viewport
 * @param {CSSStyleDeclaration} style of the page's root, which gets `--seen`: how much of the page can be seen
 * @returns {void}
 */
export function keepAboveKeyboard(viewport, style) {
  if (!viewport) return;
  const fit = () => {
    // After pinch zoom the page stays as it is.
    if (viewport.scale > 1 || !viewport.height) style.removeProperty('--seen');
    else style.setProperty('--seen', `${Math.round(viewport.height)}px`);
  };
  viewport.addEventListener('resize', fit);
  fit();
}
