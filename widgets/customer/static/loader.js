/* The Chat button for any page: <script src="https://YOUR-DESK/widget.js" data-team="media" async></script>
   A real button in a shadow root. What the chat itself needs is in chat-frame.js, loaded when somebody reaches for it.
   What a page may ask of it is in widget.d.ts. */
(() => {
  const script = /** @type {HTMLScriptElement|null} */ (
    document.currentScript || document.querySelector('script[src*="/widget.js"]')
  );
  const once = Symbol.for('switchboard.chat');
  const page = /** @type {Record<string|symbol, any>} */ (/** @type {unknown} */ (window));
  if (!script) return;
  /** Reports mistakes of the page in the browser's console. @param {string} sentence */
  const complain = (sentence) => reportError(new TypeError(`Switchboard: ${sentence}`));
  if (page[once]) return complain('widget.js is on this page twice. Only the first one counts.');
  page[once] = true;

  const desk = new URL(script.src).origin;
  const { team, locale, color, position, theme, button: shown, title, ...further } = script.dataset;
  const { offset, contact, notices, ...others } = further;
  const spoken = /^(en|fr|es)\b/i;
  const digits = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(color || '')?.[1];
  const far = /^(\d{1,3})(?: (\d{1,3}))?$/.exec(offset || '');
  const link = /^(https:|mailto:|tel:)./.test(contact || '') && contact;
  // Which one is wrong, and why, is said by the rest of this script.
  const limited = [position, theme, shown, title, notices].join(';');
  const wrong =
    !/^(left|right)?;(light|dark|auto)?;(none)?;(off)?;(off)?$/.test(limited) ||
    Object.keys(others)[0] ||
    (color && !digits) ||
    (offset && !far) ||
    (contact && !link) ||
    (locale && !spoken.test(locale));

  const [SUPPORT, OPEN, ALONE, CLOSED, OPENS, AWAY, AGAIN, BACK, CLOSE, CONNECTING] = Array(10).keys();
  /** @type {Record<string, string[]>} */
  const languages = {
    en: [
      'Chat with support',
      'Open now',
      'Nobody is free',
      'Closed now',
      'opens',
      'Chat can’t be reached.',
      'Try again',
      'Chat is back',
      'Close',
      'Connecting',
    ],
    fr: [
      'Chat avec l’assistance',
      'Ouvert en ce moment',
      'Personne de libre',
      'Fermé en ce moment',
      'ouvre',
      'Le chat est injoignable.',
      'Réessayer',
      'Le chat est de retour',
      'Fermer',
      'Connexion…',
    ],
    es: [
      'Chat con soporte',
      'Abierto ahora',
      'Nadie libre',
      'Cerrado ahora',
      'abre',
      'No se puede acceder al chat.',
      'Reintentar',
      'El chat ha vuelto',
      'Cerrar',
      'Conectando',
    ],
  };

  const memory = 'switchboard.chat';
  /**
   * Of this tab: 'open' or 'small' while a conversation is shown. Of a tab without one: what chat-frame.js has kept for all
   * tabs while there is one. @param {string} [state] becomes that
   */
  const remembered = (state) => {
    try {
      if (state !== undefined) sessionStorage.setItem(memory, state);
      return sessionStorage.getItem(memory) || localStorage[memory];
    } catch {
      /* blocked: the next page begins with the button alone */
    }
  };

  const side = position === 'left' ? 'left' : 'right';
  // The brand's color with dark text if it is bright, else dimmed until white text can stand on it, as widgets/shared/brand.py
  // has it for the chat. A browser that cannot reckon with colors is given the desk's own.
  const brand = digits ? `#${digits}` : '#00618a';
  const bright = '(l - .68)*999';
  const most = `max(.545,${bright})`;
  const shade = (/** @type {number} */ least) =>
    `oklch(from ${brand} clamp(${least},l,${most}) calc(c*min(1,${most}/l)) h)`;
  // Phones, also on their side.
  const phone = matchMedia('(max-width: 767px), (max-height: 500px)');
  const css = `
:host{all:initial !important;display:contents !important;color-scheme:${theme === 'light' || theme === 'dark' ? theme : 'light dark'} !important;--x:${far?.[2] || 20}px;--y:${far?.[1] || 20}px;--accent:#00618a;--on:#fff}
@supports (color:light-dark(oklch(from red l c h),red)){:host{--accent:light-dark(${shade(0.25)},${shade(0.53)});--on:oklch(from ${brand} calc(1 - ${bright}) 0 h)}}
.over{position:fixed;${side}:var(--x);bottom:var(--y);z-index:2147483000;border:0;box-sizing:border-box;font:16px/1.5 system-ui,sans-serif}
button{cursor:pointer;font:inherit;color:inherit}
.pill{display:inline-flex;align-items:center;gap:8px;height:48px;padding:0 20px;border:0;border-radius:24px;background:var(--accent);color:var(--on);font-weight:600;line-height:1}
.over.pill{box-shadow:0 1px 2px #0a142833,0 8px 24px -6px #0a142866}
.pill:hover{filter:brightness(.9)}
:focus-visible{outline:3px solid #777;outline-offset:3px}
svg{width:20px;height:20px;fill:none;stroke:currentColor;stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round}
.box{width:min(384px,calc(100vw - 40px));height:min(648px,calc(100dvh - 20px - var(--y)));border-radius:16px;background:Canvas;color:CanvasText;box-shadow:0 0 0 1px light-dark(#0a142814,#fff3),0 20px 48px -12px #0a142866}
section{--bar:linear-gradient(#80808029 0 0) no-repeat;display:grid;place-content:center;justify-items:center;gap:16px;padding:24px;text-align:center}
section[aria-busy=true] p{opacity:0}
section[aria-busy=true]{background:var(--bar) 20px 22px/44% 18px,var(--bar) 0 63px/100% 1px,var(--bar) 20px 92px/70% 14px,var(--bar) 20px 120px/calc(100% - 40px) 96px,Canvas}
section .close{position:absolute;top:10px;right:10px;width:44px;height:44px;border:0;background:none}
p{margin:0}
a{color:inherit}
@media ${phone.media}{.box{inset:0;width:100%;height:100%;border-radius:0}}
@media print{.over{display:none}}
@media (forced-colors:active){.over{border:1px solid}}
[hidden]{display:none !important}`;

  const host = document.createElement('switchboard-chat');
  const root = host.attachShadow({ mode: 'open' });
  // A constructed sheet and no <style>: it also works under a strict content security policy.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];

  /** @template {keyof HTMLElementTagNameMap} T @param {T} tag @param {string} look @param {Array<Node|string>} inside */
  const element = (tag, look, ...inside) => {
    const made = document.createElement(tag);
    made.className = look;
    made.append(...inside);
    return made;
  };
  const drawing = (/** @type {string} */ lines) => {
    const picture = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    picture.setAttribute('viewBox', '0 0 24 24');
    picture.ariaHidden = 'true';
    const path = document.createElementNS(picture.namespaceURI, 'path');
    path.setAttribute('d', lines);
    picture.append(path);
    return picture;
  };
  const pressed = (/** @type {HTMLButtonElement} */ made, /** @type {() => void} */ act) => {
    made.addEventListener('click', act);
    return made;
  };

  const word = document.createTextNode('');
  const button = pressed(
    element(
      'button',
      'over pill',
      drawing('M3 16.3a2 2 0 0 1 .1 1.2l-1.1 3.3a1 1 0 0 0 1.2 1.2l3.5-1a2 2 0 0 1 1 .1 10 10 0 1 0-4.7-4.8'),
      word,
    ),
    () => show(true, true),
  );
  /** The panel's shape, until there is something to see in the frame. */
  const said = element('p', '');
  said.role = 'status';
  const retry = pressed(element('button', 'pill'), () => {
    show(true, true);
    loader.chat?.again();
  });
  const way = element('a', '', (link || '').replace(/^\w+:(\/\/)?/, ''));
  if (link) way.href = link;
  const close = pressed(element('button', 'close', drawing('M5 12h14')), () => show(false, true));
  const shape = element('section', 'over box', close, said, retry, way);
  root.append(button, shape);

  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let patience;
  /** @type {Element|null} Where the focus was before the chat took it */
  let opener = null;
  /** What the page asks for, and what it sees. @type {import('./chat-frame.js').Loader} */
  const loader = {
    desk,
    root,
    button,
    phone,
    complain,
    remembered,
    side,
    script: script.src,
    color: digits,
    locale: undefined,
    title: '',
    open: false,
    ready: false,
    focus: false,
    broke: false,
    touched: false,
    back: false,
    signedOut: false,
    hidden: shown === 'none',
    proof: null,
    first: null,
    chat: null,
    answer: null,
    happened: null,
    fields: {},
    calls: [],
    data: script.dataset,
    draw: () => draw(),
    speak: (locale) => speak(locale),
    show: (open, focus) => show(open, focus),
    reach: () => reach(),
    failed: () => {
      Object.assign(loader, { ready: false, broke: true });
      if (loader.open) patience ??= setTimeout(tooLate, PATIENCE_MS);
      draw();
    },
    calm: () => calm(),
  };
  const PATIENCE_MS = 10_000;
  let late = false;
  const tooLate = () => {
    loader.broke = true;
    late = true;
    draw();
  };
  const calm = () => {
    clearTimeout(patience);
    patience = undefined;
    late = false;
    loader.broke = false;
  };

  /** @type {Promise<void>|null} */
  let loading = null;
  let tries = 0;
  /** The rest of this script. A module: its address needs no policy for trusted types. */
  const load = () => {
    loading ??= import(`${desk}/chat-frame.js${tries ? `?${tries}` : ''}`).then(
      ({ ChatFrame }) => {
        loader.chat ??= new ChatFrame(loader);
        draw();
      },
      () => {
        // A browser may keep the failure under this address.
        tries += 1;
        loading = null;
      },
    );
    return loading;
  };
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let retrying;
  /** The chat's frame, as soon as the desk answers. */
  const reach = () =>
    load().then(() => {
      clearTimeout(retrying);
      if (loader.chat) return loader.chat.connect();
      loader.failed();
      retrying = setTimeout(reach, Math.min(500 * 2 ** tries, 60_000));
    });

  let words = languages.en;
  const speak = (/** @type {string} */ asked) => {
    loader.locale = [asked, locale, document.documentElement.lang].find((one) => one && spoken.test(one));
    words = languages[(loader.locale || navigator.language).slice(0, 2).toLowerCase()] || languages.en;
    shape.ariaLabel = loader.title = words[SUPPORT];
    close.ariaLabel = words[CLOSE];
    retry.textContent = words[AGAIN];
    hours();
  };

  const draw = () => {
    // On <html>, because Turbo, htmx and others replace the body. Hung up again if a page removes it from there too.
    if (!host.isConnected) document.documentElement.append(host);
    const { open, ready, hidden } = loader;
    shape.hidden = !open || ready;
    shape.ariaBusy = String(!late);
    retry.hidden = !late;
    way.hidden = !late || !link;
    const sentence = shape.hidden ? '' : words[late ? AWAY : CONNECTING];
    if (said.textContent !== sentence) said.textContent = sentence;
    button.hidden = open || hidden;
    button.ariaExpanded = String(open);
    word.data = loader.back ? words[BACK] : 'Chat';
    loader.chat?.draw();
  };

  const show = (/** @type {boolean} */ open, /** @type {boolean} */ focus) => {
    const changed = open !== loader.open;
    if (open && changed) opener = document.activeElement;
    Object.assign(loader, { open, focus, touched: false, back: false });
    calm();
    if (!open && remembered()) remembered('small');
    if (open && !loader.ready) {
      patience = setTimeout(tooLate, PATIENCE_MS);
      // In a separate task, because the page around may be busy.
      setTimeout(reach);
    }
    draw();
    loader.chat?.shown();
    if (focus && !open)
      (opener instanceof HTMLElement && opener.matches('[data-switchboard]') ? opener : button).focus();
    else if (focus && !loader.ready) close.focus();
    if (changed) loader.happened?.(open ? 'open' : 'close');
  };
  // Who points at the button is about to press it.
  for (const near of ['pointerenter', 'focus'])
    button.addEventListener(near, () => load().then(() => loader.chat?.warm()));
  for (const use of ['pointerdown', 'keydown'])
    addEventListener(
      use,
      (event) => {
        loader.touched ||= !event.composedPath().includes(host);
      },
      true,
    );
  // Any element of the page may open the chat: <a href="…" data-switchboard="open">
  document.addEventListener('click', (event) => {
    if (!(event.target instanceof Element && event.target.closest('[data-switchboard="open"]'))) return;
    event.preventDefault();
    show(true, true);
  });

  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let recheck;
  const hours = () =>
    fetch(`${desk}/api/hours`, { credentials: 'omit' })
      .then((answer) => answer.json())
      .then((/** @type {{now: string, teams: Array<Record<string, any>>}} */ { now, teams }) => {
        const mine = teams.filter((one) => !team || one.team === team);
        const soonest = (/** @type {string} */ name) => Math.min(...mine.map((one) => Date.parse(one[name]) || 1 / 0));
        const next = soonest('opens_at');
        /** @type {Intl.DateTimeFormatOptions} */
        const form = { dateStyle: 'full', timeStyle: 'short', hourCycle: 'h23' };
        const standing = Math.min(CLOSED, ...mine.map((one) => (one.open ? (one.staffed ? OPEN : ALONE) : CLOSED)));
        button.title = words[standing];
        if (standing === CLOSED && next < 1 / 0)
          button.title += `, ${words[OPENS]} ${new Date(next).toLocaleString(loader.locale || [], form)}`;
        // Repeated when that changes, at a random time, so that not all pages ask at once; else every ten minutes.
        clearTimeout(recheck);
        recheck = setTimeout(
          hours,
          Math.min(Math.min(next, soonest('closes_at')) - Date.parse(now) + 3e4 * Math.random(), 6e5),
        );
      })
      .catch(() => {
        /* the button leads somewhere all the same */
      });

  const hide = (/** @type {boolean} */ hidden) => {
    loader.hidden = hidden;
    if (hidden && loader.open) show(false, false);
    draw();
  };
  /** A desk that is away is asked again with the next call. */
  const loadCalls = () =>
    import(`${desk}/page-calls.js`).then(
      ({ PageCalls }) => loader.answer || new PageCalls(loader),
      () => {},
    );
  /** @type {Record<string, Function>} Others are in the rest of this script. */
  const commands = {
    open: () => show(true, true),
    close: () => loader.open && show(false, false),
    show: () => hide(false),
    hide: () => hide(true),
  };
  const answer = (/** @type {string} */ command, /** @type {unknown[]} */ ...rest) => {
    if (Object.hasOwn(commands, command)) return commands[command]();
    if (loader.answer) return loader.answer(command, rest);
    loader.calls.push([command, ...rest]);
    loadCalls();
    return () => answer('off', ...rest);
  };

  const begin = () => {
    new MutationObserver(draw).observe(document.documentElement, { childList: true });
    speak('');
    draw();
    if (wrong) loadCalls();
    // In separate tasks, because the first access to a tab's storage can take longer than everything else.
    setTimeout(() => {
      const state = remembered();
      if (!state || loader.open) return;
      if (state === 'open' && !phone.matches) show(true, false);
      else reach();
    });
    // A page that already has one keeps it.
    const waiting = page.Switchboard;
    page[waiting && !waiting.q ? 'SwitchboardChat' : 'Switchboard'] =
      /** @type {import('./widget.d.ts').Switchboard} */ (answer);
    for (const call of waiting?.q || []) {
      try {
        answer(.../** @type {[string]} */ (call));
      } catch (error) {
        reportError(error);
      }
    }
  };
  if (document.body) begin();
  else addEventListener('DOMContentLoaded', begin);
})();
