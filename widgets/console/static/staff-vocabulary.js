/** Names of statuses and codes for staff. */

import { vocabulary } from '../shared/vocabulary.js';

/** Names where the official one speaks to the customer. @type {Record<string, string>} */
const FOR_STAFF = { awaiting_reply: 'Awaiting customer' };

/** @param {Parameters<typeof vocabulary>[0]} page @returns {import('../shared/vocabulary.js').Vocabulary} */
export const staffVocabulary = ({ statuses, ...page }) =>
  vocabulary({ ...page, statuses: statuses.map(({ key, name }) => ({ key, name: FOR_STAFF[key] ?? name })) });
