/** Removes texts. The dialog that asks before is loaded when it is first needed. */

import { lazily } from '../shared/client/lazily.js';

/** @import { RemoveDialog } from '../shared/remove.js' */
/** @import { Item } from '../shared/story.js' */

/** @param {RemoveDialog['send']} send @returns {(item: Item) => Promise<void>} asks, then removes; does nothing if the dialog cannot be loaded */
export function remover(send) {
  /** @type {RemoveDialog|null} */
  let dialog = null;
  return async (item) => {
    try {
      dialog ??= new (await lazily(() => import('../shared/remove.js'))).RemoveDialog(send);
    } catch {
      // Without a connection nothing can be removed. The next press tries again.
      return;
    }
    dialog.ask(item);
  };
}
