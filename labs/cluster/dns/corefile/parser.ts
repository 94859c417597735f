// A Corefile as server blocks, read as CoreDNS's Caddy reads it: keys, directives with their words, snippets, environment variables.
// Files cannot be imported: a Corefile is one key of a ConfigMap.
import { beginsLine, type CorefileError, Dispenser } from './dispenser.ts'
import { lex, type Token } from './lexer.ts'

export interface ServerBlock {
  keys: string[]
  /** the words of each directive, all its occurrences one after the other */
  directives: Map<string, Token[]>
}

export interface ParseOptions {
  environment: Readonly<Record<string, string>>
  /** undefined: any word is a directive */
  known?: ReadonlySet<string>
}

function replaceReferences(text: string, start: string, end: string, environment: ParseOptions['environment']): string {
  let result = text
  for (;;) {
    const from = result.indexOf(start)
    const to = from === -1 ? -1 : result.indexOf(end, from)
    if (to <= from + start.length) return result
    const reference = result.slice(from, to + end.length)
    result = result.replaceAll(reference, () => environment[reference.slice(start.length, -end.length)] ?? '')
  }
}

const snippetLimit = 10_000

class Parser extends Dispenser {
  private readonly snippets = new Map<string, Token[]>()
  private imports = 0

  constructor(
    file: string,
    tokens: Token[],
    private readonly options: ParseOptions,
  ) {
    super(file, tokens)
  }

  all(): ServerBlock[] {
    const blocks: ServerBlock[] = []
    while (this.next()) {
      const block = this.one()
      if (block.keys.length) blocks.push(block)
    }
    return blocks
  }

  private one(): ServerBlock {
    const block: ServerBlock = { keys: [], directives: new Map() }
    if (this.keys(block)) return block
    const [key = ''] = block.keys
    if (block.keys.length === 1 && key.startsWith('(') && key.endsWith(')')) {
      this.snippet(key.slice(1, -1))
      block.keys = []
      return block
    }
    const hasBrace = this.value() === '{'
    if (!hasBrace) this.cursor--
    this.directives(block)
    if (hasBrace && this.value() !== '}') throw this.syntaxError('}')
    return block
  }

  /** Returns true when the file ends with them. */
  private keys(block: ServerBlock): boolean {
    let expectsAnother = false
    for (;;) {
      let key = this.expanded(this.value())
      if (key === 'import' && this.atLineStart()) {
        this.import()
        if (!this.next()) return true
        continue
      }
      if (key === '{') {
        if (expectsAnother) throw this.error(`Expected another address but had '${key}' - check for extra comma`)
        return false
      }
      if (key) {
        expectsAnother = key.endsWith(',')
        if (expectsAnother) key = key.slice(0, -1)
        block.keys.push(key)
      }
      const more = this.next()
      if (expectsAnother && !more) throw this.endOfFile()
      if (!more) return true
      if (!expectsAnother && this.atLineStart()) return false
    }
  }

  private directives(block: ServerBlock): void {
    while (this.next()) {
      if (this.value() === '}') return
      if (this.value() === 'import') this.import()
      else this.directive(block)
    }
  }

  private directive(block: ServerBlock): void {
    const name = this.expanded(this.value())
    if (this.options.known && !this.options.known.has(name)) throw this.error(`Unknown directive '${name}'`)
    const words = block.directives.get(name) ?? []
    block.directives.set(name, words)
    words.push(this.current())
    let nesting = 0
    while (this.next()) {
      if (this.value() === '{') nesting++
      else if (this.atLineStart() && nesting === 0) {
        this.cursor--
        break
      } else if (this.value() === '}') {
        if (nesting === 0) throw this.error("Unexpected '}' because no matching opening brace")
        nesting--
      } else if (this.value() === 'import' && this.atLineStart()) {
        this.import()
        continue
      }
      const token = this.current()
      words.push({ ...token, text: this.expanded(token.text) })
    }
    if (nesting > 0) throw this.endOfFile()
  }

  private snippet(name: string): void {
    if (this.snippets.has(name)) throw this.error(`redeclaration of previously declared snippet ${name}`)
    if (this.value() !== '{') throw this.syntaxError('{')
    const tokens: Token[] = []
    let open = 1
    while (this.next()) {
      if (this.value() === '}' && --open === 0) break
      if (this.value() === '{') open++
      tokens.push(this.current())
    }
    if (open !== 0) throw this.syntaxError('}')
    this.snippets.set(name, tokens)
  }

  /** Puts the words of a snippet in the place of `import name`; the cursor is then before them. */
  private import(): void {
    if (!this.nextArgument()) throw this.argumentError()
    const name = this.expanded(this.value())
    if (!name) throw this.error('Import requires a non-empty filepath')
    if (this.nextArgument()) throw this.error('Import takes only one argument (glob pattern or file)')
    const snippet = this.snippets.get(name)
    if (!snippet) throw this.error(`File to import not found: ${name}`)
    if (this.imports++ >= snippetLimit) throw this.error(`maximum snippet import depth (${snippetLimit}) exceeded`)
    this.tokens.splice(this.cursor - 1, 2, ...snippet)
    this.cursor -= 2
  }

  private current(): Token {
    return this.tokens[this.cursor] as Token
  }
  private atLineStart(): boolean {
    return beginsLine(this.tokens[this.cursor - 1], this.current())
  }
  private expanded(text: string): string {
    const { environment } = this.options
    return replaceReferences(replaceReferences(text, '{%', '%}', environment), '{$', '}', environment)
  }
  private endOfFile(): CorefileError {
    return this.error('Unexpected EOF')
  }
}

/** Throws CorefileError. */
export const parseCorefile = (text: string, file: string, options: ParseOptions): ServerBlock[] =>
  new Parser(file, lex(text), options).all()
