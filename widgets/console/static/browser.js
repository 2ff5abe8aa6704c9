/** A readable browser name from a user agent. */

/** `Firefox 131, Windows`: enough to help, from a user agent string. @param {string} agent */
export function browserOf(agent) {
  /** @type {Array<[string, RegExp]>} */
  const browsers = [
    ['Edge', /Edg(?:e|A|iOS)?\/(\d+)/u],
    ['Opera', /OPR\/(\d+)/u],
    ['Firefox', /(?:Firefox|FxiOS)\/(\d+)/u],
    ['Chrome', /(?:Chrome|CriOS)\/(\d+)/u],
    ['Safari', /Version\/(\d+).*Safari/u],
  ];
  /** @type {Array<[string, RegExp]>} */
  const systems = [
    ['iPhone', /iPhone/u],
    ['iPad', /iPad/u],
    ['Android', /Android/u],
    ['Windows', /Windows/u],
    ['macOS', /Mac OS X/u],
    ['ChromeOS', /CrOS/u],
    ['Linux', /Linux/u],
  ];
  const [browser, sign] = browsers.find(([, one]) => one.test(agent)) ?? [];
  const version = sign && agent.match(sign)?.[1];
  const system = systems.find(([, one]) => one.test(agent))?.[0];
  const known = [browser && `${browser} ${version}`, system].filter(Boolean).join(', ');
  return known || agent.slice(0, 60);
}
