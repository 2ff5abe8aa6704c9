/**
 * The portal's home: which teams answer now.
 *
 * @import { Team } from '../shared/types.js'
 */

import { fill, h, the } from '../shared/dom.js';
import { ask } from '../shared/http.js';

/** @param {Team} team */
const state = (team) => [h('span', { class: team.open ? 'dot ok' : 'dot hollow' }), team.open ? 'Open now' : 'Closed now'];

try {
  const { data } = await ask('GET', '/api/hours');
  /** @type {Team[]} */
  const teams = data.teams;
  const open = teams.some((team) => team.open);
  fill(the('now'), h('span', { class: open ? 'dot ok' : 'dot hollow' }), open ? 'Open now' : 'Closed now');
  fill(the('hours').tBodies[0], teams.map((team) => h('tr', {}, h('th', { scope: 'row' }, team.name), h('td', {}, team.products.join(', ')), h('td', {}, state(team)))));
  the('hours').hidden = false;
} catch (error) {
  fill(the('now'), error instanceof Error && error.message);
}
