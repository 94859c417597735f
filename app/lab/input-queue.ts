// Numbered terminal input that survives a lost connection and a reload: entries stay until the lab process acknowledges them.
// Used by lab-connection.ts; the lab process drops repeats by (clientId, inputSeq).

export interface InputEntry {
  labId: string
  terminalId: string
  clientId: string
  inputSeq: number
  data: string
}

/** Where unacknowledged input waits while a page reloads: sessionStorage in the browser. */
export interface InputShelf {
  read(): string | null
  write(text: string | null): void
}

const maxPieceChars = 16_384

/** A new client id: a page that is duplicated with its storage must not number its input like the original. */
export const createClientId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('')

export class InputQueue {
  readonly #shelf: InputShelf
  readonly #clientIds = new Map<string, string>()
  readonly #lastSeq = new Map<string, number>()
  #entries: InputEntry[] = []

  /** Takes back what an earlier page of this tab could not deliver; it keeps its old numbers, so nothing is doubled. */
  constructor(shelf: InputShelf) {
    this.#shelf = shelf
    const text = shelf.read()
    if (text !== null) {
      shelf.write(null)
      this.#entries = parseEntries(text)
    }
  }

  /** Numbers typed text; long pastes become several entries. */
  add(labId: string, terminalId: string, data: string): InputEntry[] {
    const key = `${labId}/${terminalId}`
    let clientId = this.#clientIds.get(key)
    if (!clientId) {
      clientId = createClientId()
      this.#clientIds.set(key, clientId)
    }
    const added: InputEntry[] = []
    for (const piece of pieces(data)) {
      const inputSeq = (this.#lastSeq.get(key) ?? 0) + 1
      this.#lastSeq.set(key, inputSeq)
      added.push({ labId, terminalId, clientId, inputSeq, data: piece })
    }
    this.#entries.push(...added)
    return added
  }

  acknowledge(entry: InputEntry): void {
    this.#entries = this.#entries.filter((other) => other !== entry)
  }

  /** Not yet acknowledged, oldest first. */
  pending(labId?: string, terminalId?: string): readonly InputEntry[] {
    return this.#entries.filter(
      (e) => (labId === undefined || e.labId === labId) && (terminalId === undefined || e.terminalId === terminalId),
    )
  }

  /** Gives up what was typed into one terminal but not delivered. */
  discard(labId: string, terminalId: string): void {
    this.#entries = this.#entries.filter((e) => e.labId !== labId || e.terminalId !== terminalId)
    // A number once sent may have arrived: go on under a new id rather than reuse it.
    this.#clientIds.delete(`${labId}/${terminalId}`)
    this.#lastSeq.delete(`${labId}/${terminalId}`)
  }

  discardLab(labId: string): void {
    this.#entries = this.#entries.filter((e) => e.labId !== labId)
  }

  /** Called before the page goes away. */
  shelve(): void {
    this.#shelf.write(this.#entries.length > 0 ? JSON.stringify(this.#entries) : null)
  }
}

/** Cuts between characters: half of a surrogate pair would arrive as a replacement character. */
function* pieces(data: string): Generator<string> {
  let start = 0
  while (start < data.length) {
    let end = Math.min(start + maxPieceChars, data.length)
    const last = data.charCodeAt(end - 1)
    if (end < data.length && last >= 0xd800 && last <= 0xdbff) end -= 1
    yield data.slice(start, end)
    start = end
  }
}

/** Storage may hold anything; whatever is not a list of entries is forgotten. */
function parseEntries(text: string): InputEntry[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return []
  }
  if (!Array.isArray(value)) return []
  return value.filter(
    (e): e is InputEntry =>
      typeof e?.labId === 'string' &&
      typeof e.terminalId === 'string' &&
      typeof e.clientId === 'string' &&
      Number.isInteger(e.inputSeq) &&
      typeof e.data === 'string',
  )
}
