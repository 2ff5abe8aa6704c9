/** What a note says about a merge. Pure. */

/** @import { Item } from '../shared/story.js' */
/** @import { Ticket } from '../shared/types.js' */

const MERGED = /^Ticket #(\d+) was merged into this one\.$/u;

/** The ticket that was merged into this one, as its note says; 0 if the note says something else, or if the merge was undone. @param {Pick<Item, 'kind'|'text'>} item @param {Pick<Ticket, 'duplicates'>|null} ticket */
export function mergedInto({ kind, text }, ticket) {
  const number = kind === 'note' ? Number(MERGED.exec(text ?? '')?.[1] ?? 0) : 0;
  return ticket?.duplicates?.includes(number) ? number : 0;
}
