// One terminal's output as a numbered byte stream: attaches from the last byte seen, drops repeats, acknowledges what the screen has consumed.
// Owned by lab-connection.ts; terminal-view.tsx is its sink.

/** The screen. `done` is called when the bytes have been parsed. */
export interface TerminalSink {
  write(data: Uint8Array, done: () => void): void
}

/** What the stream needs of the connection. */
export interface TerminalLink {
  attach(fromSeq: number): Promise<{ startSeq: number }>
  acknowledge(seq: number): void
  /** the first byte has come: there is something to look at */
  onFirstOutput?(): void
}

const ackStepBytes = 64 * 1024

export class TerminalStream {
  readonly #link: TerminalLink
  #sink: TerminalSink | undefined
  /** next byte to accept */
  #nextSeq = 0
  #consumedSeq = 0
  #acknowledgedSeq = 0
  #attaching = false
  #attempt = 0
  /** arrived while the reply to attach was under way */
  #early: { seq: number; data: Uint8Array }[] = []
  /** accepted before the screen existed */
  #unseen: { seq: number; data: Uint8Array }[] = []
  #inScreen = 0
  #spoken = false
  /** a screen has come and gone: the next one starts over */
  #stale = false

  constructor(link: TerminalLink) {
    this.#link = link
  }

  get nextSeq(): number {
    return this.#nextSeq
  }

  /** Asks for everything after the last byte seen. Rejects with the server's error; a later call replaces an earlier one. */
  async attach(): Promise<void> {
    const attempt = ++this.#attempt
    this.#attaching = true
    this.#early = []
    const { startSeq } = await this.#link.attach(this.#nextSeq)
    if (attempt !== this.#attempt) return
    this.#attaching = false
    // A capped log may start later than asked for: what lies between is gone on the server too.
    this.#nextSeq = Math.max(this.#nextSeq, startSeq)
    const early = this.#early
    this.#early = []
    for (const { seq, data } of early) this.receive(seq, data)
  }

  receive(seq: number, data: Uint8Array): void {
    if (this.#attaching) {
      this.#early.push({ seq, data })
      return
    }
    const end = seq + data.length
    if (end <= this.#nextSeq) return
    if (seq > this.#nextSeq) {
      // Bytes are missing, so something went wrong between here and the lab: ask again rather than show a torn screen.
      void this.attach().catch(() => undefined)
      return
    }
    const fresh = data.subarray(this.#nextSeq - seq)
    const at = this.#nextSeq
    this.#nextSeq = end
    if (!this.#spoken) {
      this.#spoken = true
      this.#link.onFirstOutput?.()
    }
    if (this.#sink) this.#show(at, fresh)
    else this.#unseen.push({ seq: at, data: fresh })
  }

  /** Connects the screen and hands over what came before it. */
  connect(sink: TerminalSink): void {
    this.#sink = sink
    if (this.#stale) {
      this.#stale = false
      void this.attach().catch(() => undefined)
      return
    }
    const unseen = this.#unseen
    this.#unseen = []
    for (const { seq, data } of unseen) this.#show(seq, data)
  }

  /** The screen is gone (its component left the page); a new one starts from what the server still has. */
  disconnect(): void {
    this.#sink = undefined
    this.#stale = true
    this.#nextSeq = 0
    this.#consumedSeq = 0
    this.#acknowledgedSeq = 0
    this.#unseen = []
    this.#early = []
    this.#inScreen = 0
    this.#attempt += 1
    this.#attaching = false
  }

  #show(seq: number, data: Uint8Array): void {
    const sink = this.#sink
    this.#inScreen += 1
    sink?.write(data, () => {
      if (this.#sink !== sink) return
      this.#inScreen -= 1
      this.#consumedSeq = Math.max(this.#consumedSeq, seq + data.length)
      // The trailing acknowledgement matters: without it a paused shell whose last bytes are on screen waits for ever.
      const due = this.#consumedSeq - this.#acknowledgedSeq >= ackStepBytes || this.#inScreen === 0
      if (due) {
        this.#acknowledgedSeq = this.#consumedSeq
        this.#link.acknowledge(this.#consumedSeq)
      }
    })
  }
}
