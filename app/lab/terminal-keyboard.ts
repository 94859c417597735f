// Which keys a terminal keeps and which belong to the page: copy, paste, search, F6, and Escape then Tab. Used by terminal-screen.ts.
import type { Terminal } from '@xterm/xterm'

/** For xterm's attachCustomKeyEventHandler: false means that xterm leaves the key alone. */
export function createKeyHandler(terminal: Terminal, onSearch: () => void): (event: KeyboardEvent) => boolean {
  let escaped = false
  return (event) => {
    if (event.key === 'F6') return false
    if (event.type !== 'keydown') return true
    // Escape goes to the shell; a Tab right after it moves the focus on, so that nobody is trapped.
    if (event.key === 'Tab' && escaped && !event.ctrlKey && !event.altKey) {
      escaped = false
      return false
    }
    if (event.key !== 'Shift') escaped = event.key === 'Escape'
    if (!event.ctrlKey || !event.shiftKey || event.altKey) return true
    switch (event.code) {
      case 'KeyC':
        event.preventDefault()
        if (terminal.hasSelection()) copy(terminal.getSelection())
        return false
      case 'KeyV':
        return false // the browser pastes into xterm's field
      case 'KeyF':
        event.preventDefault()
        onSearch()
        return false
      default:
        return true
    }
  }
}

/** Pages served over plain HTTP to another machine have no clipboard API; the old command still works there. */
function copy(text: string): void {
  if (navigator.clipboard) void navigator.clipboard.writeText(text)
  else document.execCommand('copy') // xterm puts its selection into the event
}
