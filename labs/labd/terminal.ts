// One terminal: a shell in the lab, the log of its output and those who look at it. Knows nothing of transport; used by terminals.ts.
import type { LabProcess } from '../runtimes/runtime.ts'
import { LabError, toErrorBody } from '../spec/errors.ts'
import type { TerminalView } from '../spec/lab.ts'
import { formatTarget, type Target } from '../spec/target.ts'
import { type CommandMark, createCommandMarks } from './command-marks.ts'
import { createInputLedger } from './input-ledger.ts'
import { createOutputLog } from './output-log.ts'
import type { Viewer } from './viewer.ts'

/** How far ahead of its acknowledgements one viewer is sent output; the process's own window is as large. */
const windowBytes = 256 << 10
const chunkBytes = 32 << 10
/** Typed or pasted while the program reads nothing: more than a few pages is refused, as a terminal's own buffer would. */
const maxHeldBytes = 1 << 20

export interface Size {
  cols: number
  rows: number
}

export interface TerminalOptions {
  id: string
  target: Target
  size: Size
  spawn(size: Size): Promise<LabProcess>
  onCommand(mark: CommandMark): void
  /** the terminal's view has changed */
  onChange(): void
  /** what the log says when the shell has exited */
  exitNote(code: number): string
}

interface Watching {
  /** the output this viewer has been sent, and what it has acknowledged; undefined while it is not attached */
  output?: { sentSeq: number; ackedSeq: number }
  size?: Size
}

export interface Terminal {
  readonly id: string
  readonly target: Target
  readonly exited: boolean
  view(): TerminalView
  /** Starts a shell when none runs; `note` is a dim line before it. Throws what spawn throws. */
  open(note?: string): Promise<void>
  /** Lets go of the shell without a word: the lab is being reset and will open() it again. */
  suspend(): void
  /** The shell could not be opened again: says why in the log and counts as exited. */
  fail(reason: string): void
  /** From now on the viewer gets `output` pushes, from the returned number on. Call pump() once it knows the number. */
  attach(viewer: Viewer, fromSeq: number): number
  pump(viewer: Viewer): void
  detach(viewer: Viewer): void
  /** Bytes typed. A repeat is dropped. Throws lab-busy when the program has not read what was typed before. Enter in a terminal whose shell has exited opens a new shell. */
  input(viewer: Viewer, clientId: string, inputSeq: number, bytes: Buffer): void
  /** The viewer has consumed the output up to seq. */
  ack(viewer: Viewer, seq: number): void
  /** The viewer's window has this size; the size of the one who typed last counts. */
  resize(viewer: Viewer, size: Size): void
  /** Ends the shell. */
  close(): void
}

export function createTerminal(options: TerminalOptions): Terminal {
  const log = createOutputLog()
  const ledger = createInputLedger()
  const watching = new Map<Viewer, Watching>()
  let process: LabProcess | undefined
  let opening: Promise<void> | undefined
  let exited = false
  /** counts shells: what a former shell still says is not heard */
  let generation = 0
  let size = options.size
  let typist: Viewer | undefined
  /** output acknowledged to the process, as a place in the log, and bytes acknowledged too early (negative) or still to be */
  let consumedSeq = 0
  let owedBytes = 0

  function credit(bytes: number): void {
    owedBytes += bytes
    if (owedBytes > 0 && process) {
      process.ack(owedBytes)
      owedBytes = 0
    }
  }

  function consume(seq: number): void {
    if (seq <= consumedSeq) return
    credit(seq - consumedSeq)
    consumedSeq = seq
  }

  const anyoneAttached = () => [...watching.values()].some((w) => w.output)

  function append(bytes: Buffer): void {
    if (!bytes.length) return
    log.append(bytes)
    if (!anyoneAttached()) consume(log.endSeq)
    for (const viewer of watching.keys()) pump(viewer)
  }

  function note(text: string): void {
    const bytes = Buffer.from(`\r\n\x1b[0m\x1b[2m${text}\x1b[0m\r\n`)
    owedBytes -= bytes.length // nobody waits for these to be acknowledged
    append(bytes)
  }

  function pump(viewer: Viewer): void {
    const output = watching.get(viewer)?.output
    if (!output) return
    while (output.sentSeq < log.endSeq) {
      const room = windowBytes - (output.sentSeq - output.ackedSeq)
      if (room <= 0) return
      const { seq, bytes } = log.read(output.sentSeq, Math.min(room, chunkBytes))
      // the log has rolled past a slow viewer: it skips ahead, and sees so by the gap in seq
      output.ackedSeq += seq - output.sentSeq
      output.sentSeq = seq + bytes.length
      viewer.send({ op: 'output', terminalId: options.id, seq }, bytes)
    }
  }

  function applySize(next: Size): void {
    if (next.cols === size.cols && next.rows === size.rows) return
    size = next
    process?.resize(size.cols, size.rows)
    options.onChange()
  }

  async function open(text?: string): Promise<void> {
    const mine = ++generation
    const spawnedSize = size
    const shell = await options.spawn(spawnedSize)
    if (mine !== generation) {
      shell.kill('SIGKILL')
      return
    }
    if (text) note(text)
    process = shell
    exited = false
    consumedSeq = log.endSeq
    owedBytes = 0
    if (size !== spawnedSize) shell.resize(size.cols, size.rows)
    const marks = createCommandMarks(options.onCommand)
    const receive = (bytes: Buffer) => {
      if (mine !== generation) return shell.ack(bytes.length)
      const shown = marks.feed(bytes)
      credit(bytes.length - shown.length)
      append(shown)
    }
    shell.onStdout(receive)
    shell.onStderr(receive)
    void shell.exited.then((code) => {
      if (mine !== generation) return
      process = undefined
      exited = true
      for (const [viewer, w] of watching) if (w.output) viewer.send({ op: 'terminal.exit', terminalId: options.id, code })
      note(options.exitNote(code))
      options.onChange()
    })
    options.onChange()
  }

  function openOnce(text?: string): Promise<void> {
    opening ??= open(text).finally(() => {
      opening = undefined
    })
    return opening
  }

  function letGo(): void {
    generation++
    process?.kill('SIGHUP')
    process = undefined
  }

  const watch = (viewer: Viewer): Watching => {
    const w = watching.get(viewer) ?? {}
    watching.set(viewer, w)
    return w
  }

  return {
    id: options.id,
    target: options.target,
    get exited() {
      return exited
    },
    view: () => ({ id: options.id, target: formatTarget(options.target), cols: size.cols, rows: size.rows, endSeq: log.endSeq, exited }),
    open: openOnce,
    suspend: letGo,
    fail(reason) {
      exited = true
      note(`— ${reason} —`)
      options.onChange()
    },
    attach(viewer, fromSeq) {
      const startSeq = Math.min(Math.max(fromSeq, log.startSeq), log.endSeq)
      watch(viewer).output = { sentSeq: startSeq, ackedSeq: startSeq }
      return startSeq
    },
    pump,
    detach(viewer) {
      watching.delete(viewer)
      if (typist === viewer) typist = undefined
      if (!anyoneAttached()) consume(log.endSeq)
    },
    input(viewer, clientId, inputSeq, bytes) {
      if (!ledger.take(clientId, inputSeq)) return
      typist = viewer
      const own = watching.get(viewer)?.size
      if (own) applySize(own)
      if (process && process.heldBytes > maxHeldBytes)
        throw new LabError('lab-busy', 'The program in this terminal does not read what is typed.', {
          hint: 'Close the terminal, and open another.',
        })
      if (process) process.write(bytes)
      else if (exited && bytes.includes(0x0d)) openOnce().catch((error) => note(`— ${toErrorBody(error).message} —`))
    },
    ack(viewer, seq) {
      const output = watching.get(viewer)?.output
      if (!output) return
      const upTo = Math.min(seq, output.sentSeq)
      output.ackedSeq = Math.max(output.ackedSeq, upTo)
      consume(upTo)
      pump(viewer)
    },
    resize(viewer, next) {
      watch(viewer).size = next
      if (!typist || typist === viewer) applySize(next)
    },
    close: letGo,
  }
}
