/** Free slots of colleagues. Pure. @import { Colleague } from '../shared/types.js' */

/** Whether they are there and take new chats of a team. @param {Colleague} one @param {string} team */
export const serves = ({ connected, status, teams, paused }, team) =>
  connected && status === 'available' && teams.includes(team) && !paused.includes(team);

/** Whether everybody else who serves a team holds as many chats as they may. False while the staff are not known. @param {Colleague[]} staff @param {string} me @param {string} team */
export function allFull(staff, me, team) {
  const there = staff.filter((one) => one.staff !== me && serves(one, team));
  return there.length > 0 && there.every(({ free }) => free <= 0);
}
