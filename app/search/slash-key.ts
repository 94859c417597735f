// Whether the key / opens the search: a key of one sign has to be possible to switch off, for whoever speaks to the page (WCAG 2.1.4). Ctrl-K stays.
const key = 'podwire.slash'

/** Naming localStorage can throw, too, hence inside. */
export function slashOpens(): boolean {
  try {
    return localStorage.getItem(key) !== 'off'
  } catch {
    return true // a browser that keeps nothing
  }
}

export function setSlashOpens(on: boolean): void {
  try {
    if (on) localStorage.removeItem(key)
    else localStorage.setItem(key, 'off')
  } catch {
    // a browser that keeps nothing: the key stays as it is
  }
}
