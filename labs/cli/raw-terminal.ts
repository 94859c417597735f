// This program's own terminal, handed to a process in a lab: raw input, and the window's size as it changes. Used by lab exec and lab shell.

export interface RawTerminal {
  size(): { cols: number; rows: number }
  onResize(listener: (size: { cols: number; rows: number }) => void): void
  /** Gives the terminal back as it was. */
  restore(): void
}

/** Whether both ends are a terminal: only then can a lab's process have one. */
export const hasTerminal = (): boolean => process.stdin.isTTY === true && process.stdout.isTTY === true

export function takeTerminal(): RawTerminal {
  // a window of no size, as some test harnesses have, is given the usual one
  const size = () => ({
    cols: Math.min(1000, Math.max(2, process.stdout.columns || 80)),
    rows: Math.min(1000, Math.max(2, process.stdout.rows || 24)),
  })
  const listeners: (() => void)[] = []
  process.stdin.setRawMode(true)
  return {
    size,
    onResize(listener) {
      const listen = () => listener(size())
      listeners.push(listen)
      process.stdout.on('resize', listen)
    },
    restore() {
      for (const listen of listeners) process.stdout.off('resize', listen)
      process.stdin.setRawMode(false)
      process.stdin.pause()
    },
  }
}
