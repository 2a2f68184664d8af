// Runs before the first paint: without it a page in the dark theme would flash white while the console loads.
(() => {
  let mode = null;
  try {
    mode = localStorage.getItem('sampan.theme');
  } catch {
    // Storage can be forbidden; the system's preference then decides.
  }
  const dark = mode === 'dark' || (mode !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
