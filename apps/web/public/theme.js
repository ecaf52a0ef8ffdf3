// Sets the theme before the first paint. A file of its own, since the content security policy allows no inline script.
;(() => {
  let choice = null
  try {
    choice = localStorage.getItem('weir-theme')
  } catch {
    // Storage may be off: the system's preference then decides.
  }
  const isLight = choice === 'light' || (choice !== 'dark' && matchMedia('(prefers-color-scheme: light)').matches)
  document.documentElement.setAttribute('data-mantine-color-scheme', isLight ? 'light' : 'dark')
})()
