// One process in the sandbox as labinit's client sees it: output with acknowledgements, input sent as far as labinit has room.
import { reply, request, uint16, uint32, windowBytes } from './init-wire.ts'
import type { SandboxProcess } from './sandbox-init.ts'

export interface InitProcess extends SandboxProcess {
  onReply(type: number, payload: Buffer): void
  /** the sandbox ended before the process's exit was told */
  onGone(): void
}

const inputChunkBytes = 64 << 10

/** Output that arrives before its first listener waits for it, so that nothing is lost between spawn() and onStdout(). */
function createOutput() {
  const listeners: ((bytes: Buffer) => void)[] = []
  let early: Buffer[] = []
  return {
    deliver(bytes: Buffer) {
      if (listeners.length === 0) early.push(bytes)
      for (const listener of listeners) listener(bytes)
    },
    listen(listener: (bytes: Buffer) => void) {
      listeners.push(listener)
      const waiting = early
      early = []
      for (const bytes of waiting) listener(bytes)
    },
  }
}

export function createInitProcess(send: (type: number, ...parts: Uint8Array[]) => void, isTerminal: boolean): InitProcess {
  const stdout = createOutput()
  const stderr = createOutput()
  const queue: Buffer[] = []
  let heldBytes = 0
  let waiters: (() => void)[] = []
  let room = windowBytes
  let hasEnded = false
  let hasExited = false
  let settle: (code: number) => void = () => {}
  const exited = new Promise<number>((resolve) => {
    settle = resolve
  })

  function pushInput() {
    while (room > 0 && queue.length > 0 && !hasExited) {
      const next = queue[0] as Buffer
      const part = next.subarray(0, Math.min(room, inputChunkBytes))
      if (part.length < next.length) queue[0] = next.subarray(part.length)
      else queue.shift()
      room -= part.length
      heldBytes -= part.length
      send(request.input, part)
    }
    if (queue.length === 0) tellTaken()
    if (hasEnded && queue.length === 0 && !hasExited) send(request.inputEnd)
  }

  function tellTaken() {
    for (const tell of waiters) tell()
    waiters = []
  }

  function finish(code: number) {
    hasExited = true
    queue.length = 0
    heldBytes = 0
    tellTaken()
    settle(code)
  }

  return {
    exited,
    onStdout: (listener) => stdout.listen(listener),
    onStderr: (listener) => stderr.listen(listener),
    write(bytes) {
      if (hasEnded || hasExited || bytes.length === 0) return
      queue.push(bytes)
      heldBytes += bytes.length
      pushInput()
    },
    get heldBytes() {
      return heldBytes
    },
    taken: () => (queue.length === 0 ? Promise.resolve() : new Promise((resolve) => waiters.push(resolve))),
    end() {
      if (hasEnded) return
      hasEnded = true
      pushInput()
    },
    ack(bytes) {
      if (!hasExited && bytes > 0) send(request.ack, uint32(bytes))
    },
    resize(cols, rows) {
      if (isTerminal && !hasExited) send(request.resize, uint16(cols), uint16(rows))
    },
    kill(signal) {
      if (!hasExited) send(request.kill, uint32(signal))
    },
    onReply(type, payload) {
      if (type === reply.stdout) stdout.deliver(payload)
      else if (type === reply.stderr) stderr.deliver(payload)
      else if (type === reply.inputAck) {
        room += payload.readUInt32LE(0)
        if (queue.length > 0) pushInput()
      } else if (type === reply.exit) finish(payload.readUInt32LE(0))
    },
    onGone: () => finish(128 + 9),
  }
}
