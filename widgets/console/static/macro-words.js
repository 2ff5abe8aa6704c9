/**
 * What a macro sets, in words. Pure.
 *
 * @typedef {{status?: string|null, resolution?: string|null, team?: string|null, priority?: string|null, add_tags?: string[], take?: boolean, custom_fields?: Record<string, unknown>}} Actions
 * @typedef {{status: (key: string) => string, code: (key: string) => string, team: (key: string) => string, field?: (key: string, value: unknown) => string}} Names
 */

import { PRIORITIES } from './triage.js';

/** @param {Actions} actions @param {Names} names @returns {string} like `Solved, Support question, #invoices` */
export function actionWords(
  { status, resolution, team, priority, add_tags: tags = [], take, custom_fields: custom = {} },
  names,
) {
  return [
    status && names.status(status),
    resolution && names.code(resolution),
    team && names.team(team),
    priority && `${PRIORITIES[priority] ?? priority} priority`,
    ...tags.map((tag) => `#${tag}`),
    take && 'assigned to you',
    ...Object.entries(custom).map(([key, value]) => names.field?.(key, value) ?? `${key}: ${value}`),
  ]
    .filter(Boolean)
    .join(', ');
}

/** What goes along beside the status and the code. @param {Actions} actions @param {string} me */
export function besidesOf({ team, priority, add_tags: tags = [], take, custom_fields: custom = {} }, me) {
  return {
    ...(team && { team }),
    ...(priority && { priority }),
    ...(tags.length && { add_tags: tags }),
    ...(take && { assignee: me }),
    ...(Object.keys(custom).length && { custom_fields: custom }),
  };
}

/** The actions as a change of a ticket. @param {Actions} actions @param {string} me */
export const changeOf = (actions, me) => ({
  ...(actions.status && { status: actions.status }),
  ...(actions.resolution && { resolution: actions.resolution }),
  ...besidesOf(actions, me),
});

/**
 * What is sent with a reply, and what a macro sets besides. Only a reply names its status here: another change carries
 * nothing of the macro.
 *
 * Custom fields that were filled in by hand go before those of the macro.
 *
 * @typedef {{custom_fields?: Record<string, unknown>, [more: string]: unknown}} Along
 * @param {(status?: string) => Along} also @param {() => Along} besides @returns {(status?: string) => Along}
 */
export const withMacro = (also, besides) => (status) => {
  const [first, more] = [also(status), status ? besides() : {}];
  const custom = { ...more.custom_fields, ...first.custom_fields };
  return { ...first, ...more, ...(Object.keys(custom).length && { custom_fields: custom }) };
};
