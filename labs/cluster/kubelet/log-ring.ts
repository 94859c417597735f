// The last mebibyte a container wrote, line by line with its time; what `kubectl logs` reads.

const capacityBytes = 1 << 20

export interface LogLine {
  at: Date
  stream: 'stdout' | 'stderr'
  /** with its newline, unless the container ended or a line grew too long */
  text: Buffer
}
export interface LogRing {
  write(stream: LogLine['stream'], bytes: Buffer): void
  /** The container ended: an unfinished last line counts as a line. */
  end(): void
  readonly lines: readonly LogLine[]
  readonly ended: boolean
  /** Called with each new line, and with undefined at the end. Returns unsubscribe. */
  follow(listener: (line: LogLine | undefined) => void): () => void
}

export function createLogRing(now: () => Date = () => new Date()): LogRing {
  const lines: LogLine[] = []
  const partial: Record<LogLine['stream'], Buffer[]> = { stdout: [], stderr: [] }
  const followers = new Set<(line: LogLine | undefined) => void>()
  let size = 0
  let ended = false

  const push = (stream: LogLine['stream'], text: Buffer) => {
    const line = { at: now(), stream, text }
    lines.push(line)
    size += text.length
    let dropped = 0
    while (size > capacityBytes && dropped < lines.length - 1) size -= (lines[dropped++] as LogLine).text.length
    if (dropped) lines.splice(0, dropped)
    for (const follower of followers) follower(line)
  }
  const flush = (stream: LogLine['stream']) => {
    if (partial[stream].length === 0) return
    push(stream, Buffer.concat(partial[stream]))
    partial[stream] = []
  }

  return {
    write(stream, bytes) {
      let from = 0
      for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, from)) {
        partial[stream].push(Buffer.from(bytes.subarray(from, at + 1)))
        flush(stream)
        from = at + 1
      }
      if (from < bytes.length) {
        partial[stream].push(Buffer.from(bytes.subarray(from)))
        // containerd cuts lines at 16 KiB
        if (partial[stream].reduce((sum, part) => sum + part.length, 0) >= 16_384) flush(stream)
      }
    },
    end() {
      if (ended) return
      flush('stdout')
      flush('stderr')
      ended = true
      for (const follower of followers) follower(undefined)
      followers.clear()
    },
    lines,
    get ended() {
      return ended
    },
    follow(listener) {
      if (ended) {
        listener(undefined)
        return () => {}
      }
      followers.add(listener)
      return () => followers.delete(listener)
    },
  }
}
