// Carries a command in a lab over this program's stdin, stdout, stderr and exit code, byte for byte. Used by commands/lab-exec.ts.
import type { LabClient } from '../sessions/sessions.ts'
import { LabError } from '../spec/errors.ts'
import { hasTerminal, takeTerminal } from './raw-terminal.ts'

export interface PassThrough {
  target: string
  argv: string[]
}

/** Resolves with the command's exit code once all its output is written. Throws target-unknown, connection-lost. */
export async function passThrough(client: LabClient, { target, argv }: PassThrough): Promise<number> {
  const terminal = hasTerminal() ? takeTerminal() : undefined
  const writes: Promise<void>[] = []
  let execId: string | undefined
  let readerGone = false
  let finish: (code: number) => void = () => {}
  let giveUp: (error: LabError) => void = () => {}
  const exit = new Promise<number>((resolve, reject) => {
    finish = resolve
    giveUp = reject
  })
  exit.catch(() => {}) // awaited below, unless the command does not even start
  // a request that the lab's end has overtaken needs no answer: `closed` and exec.exit tell
  const send = (request: Parameters<LabClient['request']>[0], tail?: Uint8Array) => client.request(request, tail).catch(() => undefined)

  const unsubscribe = client.onPush((message, tail) => {
    if (message.op === 'exec.exit' && message.execId === execId) finish(message.code)
    if (message.op !== 'exec.out' || message.execId !== execId) return
    const { execId: id } = message
    writes.push(
      write(message.stream === 'stdout' ? process.stdout : process.stderr, tail).then(
        () => void send({ op: 'exec.ack', execId: id, bytes: tail.length }),
      ),
    )
    if (writes.length > 1000) writes.splice(0, 500)
  })
  void client.closed.then(() => giveUp(new LabError('connection-lost', 'The lab has ended.')))
  /** Whoever read our output has left (as `head` does): the command is told as a shell would tell it. */
  const onBrokenPipe = (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') return giveUp(new LabError('internal', error.message, { cause: error }))
    readerGone = true
    if (execId) void send({ op: 'exec.signal', execId, signal: 'SIGHUP' })
  }
  process.stdout.on('error', onBrokenPipe)
  const signals = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => {
    const pass = () => execId && void send({ op: 'exec.signal', execId, signal })
    process.on(signal, pass)
    return () => process.off(signal, pass)
  })

  try {
    const size = terminal?.size() ?? { cols: 80, rows: 24 }
    const opened = await client.request({ op: 'exec', target, argv, tty: terminal !== undefined, ...size })
    const id = opened.execId
    execId = id
    terminal?.onResize((now) => void send({ op: 'exec.resize', execId: id, ...now }))
    const stopInput = forwardInput((bytes, eof) => send({ op: 'exec.input', execId: id, eof }, bytes))
    try {
      const code = await exit
      await Promise.all(writes)
      return readerGone ? 141 : code
    } finally {
      stopInput()
    }
  } finally {
    unsubscribe()
    for (const off of signals) off()
    process.stdout.off('error', onBrokenPipe)
    terminal?.restore()
  }
}

/** Resolves when the bytes are written, or cannot be: the stream's error event says why. */
function write(stream: NodeJS.WriteStream, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => stream.write(bytes, () => resolve()))
}

/** Sends stdin on, one chunk under way at a time, so that a large file is read as fast as the lab takes it. */
function forwardInput(send: (bytes: Buffer, eof: boolean) => Promise<unknown>): () => void {
  const { stdin } = process
  const onData = (bytes: Buffer) => {
    stdin.pause()
    void send(bytes, false).then(() => stdin.resume())
  }
  const onEnd = () => void send(Buffer.alloc(0), true)
  stdin.on('data', onData)
  stdin.once('end', onEnd)
  stdin.once('error', onEnd)
  return () => {
    stdin.off('data', onData)
    stdin.off('end', onEnd)
    stdin.off('error', onEnd)
    stdin.pause()
  }
}
