// A terminal on screen: xterm with its addons, keys, clipboard and size. In a chunk of its own; terminal-panel.tsx loads it while the lab boots.
import '@xterm/xterm/css/xterm.css'
import { ClipboardAddon, type IClipboardProvider } from '@xterm/addon-clipboard'
import { FitAddon } from '@xterm/addon-fit'
import { SearchAddon } from '@xterm/addon-search'
import { Unicode11Addon } from '@xterm/addon-unicode11'
import { WebLinksAddon } from '@xterm/addon-web-links'
import { Terminal } from '@xterm/xterm'
import { createKeyHandler } from './terminal-keyboard.ts'
import { terminalTheme } from './terminal-theme.ts'

export interface ScreenOptions {
  /** name for screen readers */
  label: string
  /** typed or pasted here */
  onInput: (data: string) => void
  /** this page wants the pty to have this size */
  onResize: (cols: number, rows: number) => void
  /** Ctrl+Shift+F */
  onSearch: () => void
  /** the pty's size as the lab last said */
  hostSize: () => { cols: number; rows: number } | undefined
}

export interface TerminalScreen {
  /** Bytes of output; `done` when they are parsed. */
  write(data: Uint8Array, done: () => void): void
  focus(): void
  /** Measures again after having been hidden. */
  show(): void
  /** Takes the pty's size when another page typed last. */
  followHost(): void
  setReader(on: boolean): void
  setEnabled(on: boolean): void
  find(text: string, how: 'type' | 'next' | 'previous'): void
  onFound(listener: (found: { at: number; of: number }) => void): () => void
  clearSearch(): void
  /** Sends a key as if it were typed. */
  press(data: string): void
  /** The next typed letter becomes Ctrl+letter; `used` is called then. */
  holdCtrl(on: boolean, used: () => void): void
  dispose(): void
}

/** OSC 52 may put text on the clipboard; a program in the lab may not read what the reader copied elsewhere. */
const writeOnlyClipboard: IClipboardProvider = {
  readText: () => '',
  writeText: (_selection, text) => navigator.clipboard?.writeText(text),
}

const narrow = () => matchMedia('(max-width: 900px)').matches

export function createTerminalScreen(element: HTMLElement, options: ScreenOptions): TerminalScreen {
  const terminal = new Terminal({
    ...options.hostSize(), // what was printed so far was printed for this size
    allowProposedApi: true, // unicode versions and search decorations
    cursorBlink: false,
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--mono') || 'monospace',
    // Cells are whole pixels wide and the face is 0.6 em: other sizes would squeeze the letters together.
    fontSize: narrow() ? 11.7 : 13.4,
    fontWeight: 430,
    fontWeightBold: 650,
    lineHeight: 1.25,
    scrollback: 10_000,
    scrollSensitivity: 1.5, // about three lines a notch, as desktop terminals do
    theme: terminalTheme(),
    macOptionIsMeta: true,
    rightClickSelectsWord: true,
  })
  const fit = new FitAddon()
  const search = new SearchAddon()
  terminal.loadAddon(fit)
  terminal.loadAddon(search)
  terminal.loadAddon(new Unicode11Addon())
  terminal.unicode.activeVersion = '11'
  terminal.loadAddon(new ClipboardAddon(undefined, writeOnlyClipboard))
  terminal.loadAddon(
    new WebLinksAddon((event, uri) => {
      // As in desktop terminals: a plain click selects, Ctrl or Cmd with a click opens.
      if (event.ctrlKey || event.metaKey) open(uri, '_blank', 'noopener,noreferrer')
    }),
  )
  /** Only once it can be seen: xterm measures itself when it opens. Until then it parses what comes. */
  function openInPlace(): void {
    terminal.open(element)
    terminal.textarea?.setAttribute('aria-label', options.label)
    void loadWebgl(terminal)
  }

  let enabled = true
  let ctrlHeld: (() => void) | undefined
  /** this page typed last, or has just opened the terminal: its size counts */
  let mine = document.hasFocus()
  /** asked for, not yet confirmed by a snapshot */
  let sent: { cols: number; rows: number } | undefined
  /** the size both sides last agreed on */
  let settled: { cols: number; rows: number } | undefined

  function send(data: string): void {
    if (!enabled) return
    if (!mine) {
      mine = true
      takeSize()
    }
    if (ctrlHeld && data.length === 1) {
      const code = data.toUpperCase().charCodeAt(0)
      const used = ctrlHeld
      ctrlHeld = undefined
      used()
      options.onInput(code >= 64 && code <= 95 ? String.fromCharCode(code - 64) : data)
      return
    }
    options.onInput(data)
  }
  const subscriptions = [terminal.onData(send), terminal.onBinary(send)]
  terminal.attachCustomKeyEventHandler(createKeyHandler(terminal, options.onSearch))

  /** Fits the screen to its place and gives the pty that size, if this page may. */
  function takeSize(): void {
    if (element.offsetParent === null) return
    if (!terminal.element) openInPlace()
    const size = fit.proposeDimensions()
    if (!size || Number.isNaN(size.cols) || size.cols < 2 || size.rows < 2) return
    if (!mine) return
    terminal.resize(size.cols, size.rows)
    const host = options.hostSize()
    const known = sent ?? host
    if (known?.cols === size.cols && known.rows === size.rows) return
    sent = { cols: size.cols, rows: size.rows }
    options.onResize(size.cols, size.rows)
  }
  function followHost(): void {
    const host = options.hostSize()
    if (!host) return
    if (sent) {
      if (host.cols === sent.cols && host.rows === sent.rows) {
        sent = undefined // our size has arrived
        settled = host
      }
      return
    }
    if (host.cols === terminal.cols && host.rows === terminal.rows) {
      settled = host
      return
    }
    if (mine && settled === undefined) {
      takeSize()
      return
    }
    // Someone else typed and set another size.
    mine = false
    settled = host
    terminal.resize(host.cols, host.rows)
  }

  let frame = 0
  const observer = new ResizeObserver(() => {
    cancelAnimationFrame(frame)
    frame = requestAnimationFrame(takeSize)
  })
  observer.observe(element)
  // The face may arrive after the first measure; cells are measured again when its size is set.
  void document.fonts.ready.then(() => {
    terminal.options.fontFamily = `${terminal.options.fontFamily}`
    takeSize()
  })
  const themeWatch = new MutationObserver(() => {
    terminal.options.theme = terminalTheme()
  })
  themeWatch.observe(document.documentElement, { attributeFilter: ['data-theme'] })
  takeSize()

  return {
    write: (data, done) => terminal.write(data, done),
    focus: () => terminal.focus(),
    show: () => takeSize(),
    followHost,
    setReader(on) {
      terminal.options.screenReaderMode = on
    },
    setEnabled(on) {
      enabled = on
      terminal.options.disableStdin = !on
      terminal.options.cursorStyle = on ? 'block' : 'underline'
    },
    find(text, how) {
      const decorations = {
        matchOverviewRuler: '#f5d240',
        activeMatchColorOverviewRuler: '#fc9756',
        matchBackground: '#5c4e12',
        activeMatchBackground: '#8a6a00',
      }
      if (text === '') search.clearDecorations()
      else if (how === 'previous') search.findPrevious(text, { decorations })
      else search.findNext(text, { decorations, incremental: how === 'type' })
    },
    onFound(listener) {
      const subscription = search.onDidChangeResults(({ resultIndex, resultCount }) => listener({ at: resultIndex + 1, of: resultCount }))
      return () => subscription.dispose()
    },
    clearSearch() {
      search.clearDecorations()
      terminal.clearSelection()
    },
    press: send,
    holdCtrl(on, used) {
      ctrlHeld = on ? used : undefined
    },
    dispose() {
      cancelAnimationFrame(frame)
      observer.disconnect()
      themeWatch.disconnect()
      for (const subscription of subscriptions) subscription.dispose()
      terminal.dispose()
    },
  }
}

/** WebGL where the graphics card does the work; under software rendering xterm's DOM renderer is faster. */
async function loadWebgl(terminal: Terminal): Promise<void> {
  if (!hasGraphicsCard()) return
  try {
    const { WebglAddon } = await import('@xterm/addon-webgl')
    const addon = new WebglAddon()
    addon.onContextLoss(() => addon.dispose())
    terminal.loadAddon(addon)
  } catch {
    // No context to be had after all (too many terminals, a blocked driver): the DOM renderer stays.
  }
}

function hasGraphicsCard(): boolean {
  const context = document.createElement('canvas').getContext('webgl2', { failIfMajorPerformanceCaveat: true })
  if (!context) return false
  const info = context.getExtension('WEBGL_debug_renderer_info')
  const renderer = String(context.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : context.RENDERER))
  context.getExtension('WEBGL_lose_context')?.loseContext()
  return !/swiftshader|llvmpipe|softpipe|software|basic render/i.test(renderer)
}
