// Hands out the words of a directive one by one, as Caddy's Dispenser does; CoreDNS's error sentences, with file and line, come from here.
import type { Token } from './lexer.ts'

/** What is wrong with a Corefile, in CoreDNS's words. */
export class CorefileError extends Error {}

const lineBreaks = (token: Token | undefined): number => token?.text.split('\n').length ?? 1
/** Does `token` begin a line, after `before`? */
export const beginsLine = (before: Token | undefined, token: Token): boolean =>
  before === undefined || before.line + lineBreaks(before) - 1 < token.line

export class Dispenser {
  protected cursor = -1
  private nesting = 0

  constructor(
    private readonly file: string,
    protected readonly tokens: Token[],
  ) {}

  /** The word under the cursor. */
  value(): string {
    return this.tokens[this.cursor]?.text ?? ''
  }
  next(): boolean {
    if (this.cursor >= this.tokens.length - 1) return false
    this.cursor++
    return true
  }
  /** The next word, if it is on the same line. */
  nextArgument(): boolean {
    const [token, next] = [this.tokens[this.cursor], this.tokens[this.cursor + 1]]
    if (!next || beginsLine(token, next)) return false
    this.cursor++
    return true
  }
  /** Call it until it is false: the cursor is on each property of the block in turn. */
  nextInBlock(): boolean {
    if (this.nesting > 0) {
      if (!this.next()) return false
      if (this.value() !== '}') return true
      this.nesting--
      return false
    }
    if (!this.nextArgument()) return false
    if (this.value() !== '{') {
      this.cursor--
      return false
    }
    if (!this.next() || this.value() === '}') return false
    this.nesting++
    return true
  }
  /** The words up to the end of the line or an opening brace. */
  remaining(): string[] {
    const words: string[] = []
    while (this.nextArgument()) {
      if (this.value() === '{') {
        this.cursor--
        break
      }
      words.push(this.value())
    }
    return words
  }
  /** The one argument that a property has. */
  argument(): string {
    if (!this.nextArgument()) throw this.argumentError()
    return this.value()
  }

  error(message: string): CorefileError {
    return new CorefileError(`${this.where()} - Error during parsing: ${message}`)
  }
  argumentError(after = this.value()): CorefileError {
    return this.error(
      after === '{' ? "Unexpected token '{', expecting argument" : `Wrong argument count or unexpected line ending after '${after}'`,
    )
  }
  syntaxError(expected: string): CorefileError {
    return new CorefileError(`${this.where()} - Syntax error: Unexpected token '${this.value()}', expecting '${expected}'`)
  }
  unknownProperty(): CorefileError {
    return this.error(`unknown property '${this.value()}'`)
  }
  private where(): string {
    const token = this.tokens[this.cursor]
    return `${this.file}:${token?.line ?? 0}`
  }
}
