// Runs before the first paint (a classic script in the head), so that a chosen theme does not flash.
(() => {
  const root = document.documentElement;
  const key = 'switchboard.theme';
  try {
    const chosen = localStorage.getItem(key);
    if (chosen === 'light' || chosen === 'dark') root.dataset.theme = chosen;
  } catch {
    // Storage is blocked: the system's theme applies.
  }
  document.addEventListener('click', (event) => {
    if (!(event.target instanceof Element && event.target.closest('[data-theme-switch]'))) return;
    const dark = root.dataset.theme
      ? root.dataset.theme === 'dark'
      : matchMedia('(prefers-color-scheme: dark)').matches;
    root.dataset.theme = dark ? 'light' : 'dark';
    try {
      localStorage.setItem(key, root.dataset.theme);
    } catch {
      // The choice lasts until the page is left.
    }
  });
})();
