// A Corefile as words with their lines, split as Caddy's lexer does: by white space, quotes hold it together, `#` at any place starts a comment.

export interface Token {
  line: number
  text: string
}

export function lex(text: string): Token[] {
  const tokens: Token[] = []
  let line = 1
  let startLine = 1
  let word = ''
  let quoted = false
  let escaped = false
  let comment = false
  const push = () => {
    tokens.push({ line: startLine, text: word })
    word = ''
  }
  for (const char of text.replace(/^\uFEFF/, '')) {
    if (quoted) {
      if (!escaped && char === '\\') {
        escaped = true
        continue
      }
      if (!escaped && char === '"') {
        quoted = false
        push()
        continue
      }
      if (char === '\n') line++
      // only quotes can be escaped
      if (escaped && char !== '"') word += '\\'
      word += char
      escaped = false
      continue
    }
    if (/\s/.test(char)) {
      if (char === '\r') continue
      if (char === '\n') {
        line++
        comment = false
      }
      if (word) push()
      continue
    }
    if (char === '#') comment = true
    if (comment) continue
    if (word === '') {
      startLine = line
      if (char === '"') {
        quoted = true
        continue
      }
    }
    word += char
  }
  if (word) push()
  return tokens
}
