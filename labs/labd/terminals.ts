// The lab's terminals, by id: opens them, finds them, re-opens them in place when the lab is reset. Used by lab.ts.
import type { LabProcess, SpawnOptions } from '../runtimes/runtime.ts'
import { LabError, toErrorBody } from '../spec/errors.ts'
import type { TerminalView } from '../spec/lab.ts'
import { formatTarget, type Target } from '../spec/target.ts'
import type { Log } from '../system/log.ts'
import { createTerminal, type Size, type Terminal } from './terminal.ts'
import type { Viewer } from './viewer.ts'

const maxTerminals = 32

export interface TerminalsOptions {
  spawn(target: Target, argv: string[] | 'shell', options: SpawnOptions): Promise<LabProcess>
  onCommand(target: string, command: string, exitCode: number): void
  onChange(): void
  log: Log
  texts: { shellExited(code: number): string; labReset: string }
}

export interface Terminals {
  /** Opens a shell there; resolves with the terminal's id. Throws target-unknown, lab-busy when there are too many. */
  open(target: Target, size: Size): Promise<string>
  /** Throws terminal-unknown. */
  get(terminalId: string): Terminal
  views(): TerminalView[]
  close(terminalId: string): void
  detachAll(viewer: Viewer): void
  /** Lets go of every shell; their ids and logs stay. */
  suspend(): void
  /** Opens every shell again, all at once, with a line that says the lab was reset. A place that is gone leaves its terminal exited. */
  resume(): Promise<void>
  closeAll(): void
}

export function createTerminals(options: TerminalsOptions): Terminals {
  const terminals = new Map<string, Terminal>()
  let nextNumber = 1

  function get(terminalId: string): Terminal {
    const terminal = terminals.get(terminalId)
    if (!terminal)
      throw new LabError('terminal-unknown', `There is no terminal "${terminalId}" in this lab.`, {
        hint: 'It was closed, or the lab was started again.',
      })
    return terminal
  }

  return {
    get,
    async open(target, size) {
      if (terminals.size >= maxTerminals)
        throw new LabError('lab-busy', `${maxTerminals} terminals are open already.`, { hint: 'Close one first.' })
      const id = `t${nextNumber++}`
      const terminal = createTerminal({
        id,
        target,
        size,
        spawn: (now) => options.spawn(target, 'shell', { tty: now, env: { TERM: 'xterm-256color' } }),
        onCommand: (mark) => options.onCommand(formatTarget(target), mark.command, mark.exitCode),
        onChange: options.onChange,
        exitNote: options.texts.shellExited,
      })
      await terminal.open()
      terminals.set(id, terminal)
      options.onChange()
      return id
    },
    views: () => [...terminals.values()].map((terminal) => terminal.view()),
    close(terminalId) {
      get(terminalId).close()
      terminals.delete(terminalId)
      options.onChange()
    },
    detachAll(viewer) {
      for (const terminal of terminals.values()) terminal.detach(viewer)
    },
    suspend() {
      for (const terminal of terminals.values()) terminal.suspend()
    },
    async resume() {
      const reopened = [...terminals.values()].map((terminal) =>
        terminal.open(options.texts.labReset).catch((error) => {
          terminal.fail(toErrorBody(error).message)
          options.log.warn({ terminalId: terminal.id, error: toErrorBody(error) }, 'terminal not opened again')
        }),
      )
      await Promise.all(reopened)
    },
    closeAll() {
      for (const terminal of terminals.values()) terminal.close()
      terminals.clear()
    },
  }
}
