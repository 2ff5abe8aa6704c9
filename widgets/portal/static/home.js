/**
 * The portal's home: which teams answer now, and until when.
 *
 * @import { Team } from '../shared/types.js'
 */

import { fill, h, the } from '../shared/dom.js';
import { clockWords, openWords, opensWords, readersZone, rowsOf } from '../shared/hours.js';
import { ask } from '../shared/http.js';

try {
  const { data } = await ask('GET', '/api/hours');
  /** @type {Team[]} */
  const teams = data.teams;
  const now = new Date(data.now).getTime();
  const zones = { desk: data.timezone, reader: readersZone() };
  const open = teams.filter((team) => team.open);
  const next = teams.filter((team) => team.opens_at).sort((a, b) => String(a.opens_at).localeCompare(String(b.opens_at)))[0];
  fill(the('now'), h('span', { class: open.length ? 'dot ok' : 'dot hollow' }), open.length ? 'Open now' : next ? opensWords(next, now, zones) : 'Closed now');
  fill(the('hours').tBodies[0], teams.map((team) => h('tr', {}, h('th', { scope: 'row' }, team.name), h('td', {}, team.products.join(', ')), h('td', {}, state(team, now, zones)))));
  the('hours').hidden = false;
} catch (error) {
  fill(the('now'), error instanceof Error && error.message);
}

/** @param {Team} team @param {number} now @param {import('../shared/hours.js').Zones} zones */
function state(team, now, zones) {
  if (!team.open) return [h('span', { class: 'dot hollow' }), 'Closed', team.opens_at && rowsOf(team.opens_at, zones).map(({ zone, time }) => h('small', {}, `opens ${time}, ${zone}`))];
  const today = team.closes_at && openWords(team, now, zones).includes('until');
  return [h('span', { class: 'dot ok' }), 'Open', today && h('small', {}, `until ${clockWords(team.closes_at ?? '', zones)}`)];
}
