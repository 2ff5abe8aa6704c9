/** Shows what stands above everything, also above dialogs. */

/** Shows a popover in the modal dialog on top, because nothing beside it can be pressed. It stays when the dialog closes. @param {HTMLElement} popover */
export function showOver(popover) {
  const modal =
    document.activeElement?.closest('dialog:modal') ?? [...document.querySelectorAll('dialog:modal')].at(-1);
  // Lit removes what it finds behind its own first node.
  if (modal) modal.prepend(popover);
  else document.body.append(popover);
  popover.showPopover();
  const closed = () => (popover.parentElement === modal || !popover.isConnected) && showOver(popover);
  modal?.addEventListener('close', closed, { once: true });
}
