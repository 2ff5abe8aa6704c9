/* The sample page: a link may name the visitor whose conversations a browser without any of its own gets. */
(() => {
  const token = new URLSearchParams(location.hash.slice(1)).get('visitor');
  if (!token) return;
  history.replaceState(null, '', location.pathname);
  try {
    localStorage['switchboard.desk.customer.token'] ??= token;
    localStorage['switchboard.chat'] ??= 'small';
  } catch {
    // Storage is blocked: the page begins without them.
  }
})();
