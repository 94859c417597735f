// Joins a terminal's output into fewer messages: the first bytes go out at once, what follows within 4 ms goes together. Used by lab-link.ts.

const batchMs = 4

export interface OutputBatch {
  add(seq: number, bytes: Buffer): void
  /** Sends what is held. */
  flush(): void
  /** Drops what is held; nothing is sent any more. */
  stop(): void
}

export function createOutputBatch(send: (seq: number, bytes: Buffer) => void): OutputBatch {
  let timer: NodeJS.Timeout | undefined
  let held: Buffer[] = []
  let heldSeq = 0
  let nextSeq = 0

  function flush(): void {
    if (held.length === 0) return
    const bytes = held.length === 1 ? (held[0] as Buffer) : Buffer.concat(held)
    held = []
    send(heldSeq, bytes)
  }
  function wait(): void {
    timer = setTimeout(() => {
      timer = undefined
      if (held.length === 0) return
      flush()
      wait()
    }, batchMs)
  }
  return {
    add(seq, bytes) {
      // a gap (the log has rolled past a slow viewer) must stay visible
      if (held.length && seq !== nextSeq) flush()
      if (held.length === 0) heldSeq = seq
      held.push(bytes)
      nextSeq = seq + bytes.length
      if (timer) return
      flush()
      wait()
    },
    flush,
    stop() {
      clearTimeout(timer)
      held = []
    },
  }
}
