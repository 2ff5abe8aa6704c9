/** The portal's home: which teams answer now. */

import { fill, h } from '../shared/dom.js';
import { ask } from '../shared/http.js';

const $ = (id) => document.getElementById(id);

const state = (team) => [h('span', { class: team.open ? 'dot ok' : 'dot hollow' }), team.open ? 'Open now' : 'Closed now'];

try {
  const { data } = await ask('GET', '/api/hours');
  const open = data.teams.filter((team) => team.open).length;
  fill($('now'), h('span', { class: open ? 'dot ok' : 'dot hollow' }), open ? 'Open now' : 'Closed now');
  fill($('hours').tBodies[0], data.teams.map((team) => h('tr', {}, h('th', { scope: 'row' }, team.name), h('td', {}, team.products.join(', ')), h('td', {}, state(team)))));
  $('hours').hidden = false;
} catch (error) {
  fill($('now'), error.message);
}
